import type { ArchiveBucket, FetcherBucket } from "./fetcher-bucket";

/** At least one of `buckets` and `archiveBuckets` has an entry. */
export interface FetcherRoleProps {
  /** Logz.io's AWS account, 12 digits; Logz.io shows it with its role settings, and `logzio-s3 connect` asks for it. */
  readonly logzioAccountId: string;
  /**
   * The external ID that Logz.io sends, or two, the old and the new one, while configurations are moved from one to
   * the other. Of 2 to 1,224 letters, digits and `_+=,.@:/-`; references are taken as entries.
   */
  readonly externalIds: readonly string[];
  /** What Logz.io may fetch. @default nothing */
  readonly buckets?: readonly FetcherBucket[];
  /** Where Logz.io may archive logs, and restore them from. @default nowhere */
  readonly archiveBuckets?: readonly ArchiveBucket[];
  /** Name of the role, up to 64 characters; a change replaces the role. @default "logzio-s3-fetcher" */
  readonly name?: string;
  /** Start of the role's name in place of the whole name, up to 38 characters. @default none */
  readonly namePrefix?: string;
  /** Path of the role and its managed policies, such as `/logging/`; a change replaces the role. @default "/" */
  readonly path?: string;
  /** ARN of a managed policy that bounds what the role may do. @default none */
  readonly permissionsBoundaryArn?: string;
  /** How long credentials of the role may live, in seconds, 3,600 to 43,200. @default 3600 */
  readonly maxSessionDurationSeconds?: number;
  /**
   * ARNs of IAM roles and users of your own that may assume the role too, with the same external ID, so that
   * `logzio-s3 doctor` can list and read for real. IAM refuses the ARN of one that does not exist.
   * @default none
   */
  readonly testPrincipals?: readonly string[];
  /**
   * Seconds to wait between the role and the first `FetcherConnector` that uses it, and after each change of its
   * policies; 0 for none, at most 300. IAM tells its other regions of changes later, Logz.io tries the role at once,
   * and an attempt that comes too early fails the deployment. The wait is a `sleep` in a POSIX shell where Terraform
   * runs; write 0 where there is none, and deploy again after such a failure.
   * @default 15
   */
  readonly settleSeconds?: number;
  /** Tags of the role and its managed policies, besides `managed-by`. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}
