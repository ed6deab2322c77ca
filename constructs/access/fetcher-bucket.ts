import { text, type Rules } from "../foundation/validation";
import { kmsKeyArn, regionCode } from "../foundation/rules";
import { rightAttributes } from "./bucket-references";
import { bucketName, keyInRegion, keyPrefix, needsBucket } from "./bucket-rules";

/** Objects that Logz.io may fetch: those of one bucket under one prefix. */
export interface FetcherBucket {
  /** Name of the bucket, not its ARN; a Terraform reference works as well. */
  readonly bucket: string;
  /** Start of the keys that may be read, decoded, without a leading slash and wildcards. @default every key */
  readonly prefix?: string;
  /** Region of the bucket, such as `eu-central-1`. @default that of `kmsKeyArn`, else the stack's */
  readonly region?: string;
  /** ARN of the KMS key that encrypts the objects. @default none: SSE-S3, or no encryption */
  readonly kmsKeyArn?: string;
}

/** A bucket that Logz.io archives logs into and restores them from; it writes at the bucket's root. */
export interface ArchiveBucket {
  /** Name of the bucket, not its ARN; a Terraform reference works as well. */
  readonly bucket: string;
  /** Region of the bucket, such as `eu-central-1`. @default that of `kmsKeyArn`, else the stack's */
  readonly region?: string;
  /** ARN of the KMS key that encrypts the objects. @default none: SSE-S3, or no encryption */
  readonly kmsKeyArn?: string;
}

/** How the two are written. */
export const fetcherBucketExample = '{ bucket: "my-logs", prefix: "AWSLogs/" }';
export const archiveBucketExample = '{ bucket: "my-archive" }';

const bucket = text(bucketName);
const place = { region: text(regionCode), kmsKeyArn: text(kmsKeyArn) };

export const archiveBucketRules: Rules<ArchiveBucket> = {
  props: { bucket, ...place },
  together: [needsBucket(archiveBucketExample), keyInRegion, rightAttributes],
};

export const fetcherBucketRules: Rules<FetcherBucket> = {
  props: { bucket, prefix: text(keyPrefix), ...place },
  together: [needsBucket(fetcherBucketExample), keyInRegion, rightAttributes],
};
