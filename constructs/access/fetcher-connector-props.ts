import type { FetcherRole } from "./fetcher-role";
import type { LogzioProvider } from "./logzio-provider";

/** Either `role` or `roleArn`. */
export interface FetcherConnectorProps {
  /** The role that Logz.io assumes. The connector waits until it can be used: `settleSeconds` of the role. */
  readonly role?: FetcherRole;
  /** ARN of a role that is made elsewhere, and can be used when this is deployed. */
  readonly roleArn?: string;
  /** Name of the bucket, not its ARN; a Terraform reference works as well. */
  readonly bucket: string;
  /**
   * Start of the keys to fetch, decoded; as much of them as never changes, since Logz.io reads in the order of keys
   * and never goes back. The provider cannot take a prefix away, so a configuration that gets its first prefix, or
   * loses its only one, is deleted and made again: objects written in these seconds are not fetched.
   * @default the whole bucket
   */
  readonly prefix?: string;
  /** Region of the bucket, one of {@link fetcherRegions}, such as `eu-central-1`. */
  readonly region: string;
  /** Type of the logs, by which Logz.io parses them, such as `cloudtrail`; no spaces. */
  readonly type: string;
  /** Whether each document says which object it came from. @default false */
  readonly sourceFilePath?: boolean;
  /** Whether Logz.io fetches. @default true */
  readonly active?: boolean;
  /** Provider with the API token of the Logz.io account. @default the stack's */
  readonly provider?: LogzioProvider;
}
