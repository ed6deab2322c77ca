import type { Finding } from "../doctor/finding";
import type { Notifications } from "./notifications";
import type { TriggerVerdict } from "./triggers";

/** What a bucket is like for a hook. */
export interface PreflightReport {
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly region: string | null;
  readonly sameAccount: boolean | null;
  /** ARN of the key that encrypts new objects; `null` for S3's own, or where it is not known. */
  readonly kmsKeyArn: string | null;
  readonly notifications: Notifications | null;
  /** Whether the bucket's policy lets the function's role read. */
  readonly policy: Finding;
  /** Each with the lines of logzio.yaml, where it can be written. */
  readonly triggers: readonly (TriggerVerdict & { readonly yaml: string | null })[];
  /** What could not be read, and why. */
  readonly unread: readonly string[];
}
