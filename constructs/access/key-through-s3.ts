import type { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import type { PolicyStatement } from "../foundation/policy";

/** A key and the objects for which it may be used. */
export interface KeyOfObjects {
  readonly kmsKeyArn: string;
  /** Region of the bucket. */
  readonly region: string;
  readonly bucketArn: string;
  readonly objectsArn: string;
}

/** Lets a key be used through S3 alone, and for these objects alone. */
export function keyThroughS3(
  construct: Construct,
  { kmsKeyArn, region, bucketArn, objectsArn }: KeyOfObjects,
  actions: readonly string[],
): PolicyStatement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: [kmsKeyArn],
    Condition: {
      StringEquals: { "kms:ViaService": `s3.${region}.${AwsContext.of(construct).domain}` },
      // With a bucket key the context is the bucket's ARN, without one the object's; buckets mix both.
      // Source: S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
      StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, objectsArn] },
    },
  };
}
