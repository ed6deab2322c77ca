import { DataResource } from "cdktf";
import { Construct } from "constructs";
import { validate } from "../foundation/validation";
import { fetcherConnectorRules } from "./fetcher-connector-rules";
import { apiRegion } from "./fetcher-regions";
import type { FetcherRole } from "./fetcher-role";
import type { LogzioProvider } from "./logzio-provider";
import { LogzioS3Fetcher } from "./logzio-s3-fetcher";

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

/**
 * Registers a bucket with Logz.io, whose servers then fetch what is new in it, with a role and never with access keys:
 * the provider keeps these in its state. `logzio-s3 connect` registers with keys.
 * Logz.io tries the role at once, and answers 403 where AWS refuses; the provider does not try again.
 * @throws ConstructError with everything that is wrong with the props
 */
export class FetcherConnector extends Construct {
  readonly resource: LogzioS3Fetcher;

  constructor(scope: Construct, id: string, props: FetcherConnectorProps) {
    super(scope, id);
    validate(this, props, fetcherConnectorRules);
    const { role, bucket, prefix, region, type, provider } = props;
    this.resource = new LogzioS3Fetcher(this, "fetcher", {
      bucketName: bucket,
      prefix: hasPrefix(prefix) ? prefix : undefined,
      // One of the two is given, or the rules would have refused.
      awsArn: props.roleArn ?? role?.role.arn ?? "",
      awsRegion: apiRegion(region),
      logsType: type,
      addS3ObjectKeyAsLogField: props.sourceFilePath ?? false,
      active: props.active ?? true,
      provider,
      dependsOn: role?.settle(),
      lifecycle: { replaceTriggeredBy: [this.keysAddress(prefix)] },
    });
  }

  /**
   * Changes when a prefix appears or goes away, and with it the configuration is made anew: the provider sends no
   * empty prefix, and takes its absence for the one that it knows. Source: resource_s3_fetcher.go, Optional and
   * Computed, and `omitempty` in the client.
   */
  private keysAddress(prefix: string | undefined): string {
    const keys = new DataResource(this, "keys", { input: { under_prefix: hasPrefix(prefix) } });
    // cdktf 0.21 writes a resource that is given here as "${...}", which Terraform takes for no address.
    return `${DataResource.tfResourceType}.${keys.friendlyUniqueId}`;
  }
}

function hasPrefix(prefix: string | undefined): prefix is string {
  return prefix !== undefined && prefix !== "";
}
