import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import type { PolicyStatement } from "../foundation/policy";
import { validate } from "../foundation/validation";
import { bucketRegion } from "./bucket-rules";
import { archiveBucketRules, type ArchiveBucket } from "./fetcher-bucket";
import { keyThroughS3 } from "./key-through-s3";
import { inBucketPolicy, inKeyPolicy } from "./reader";

/**
 * The permissions with which Logz.io archives logs into a bucket and restores them. It creates no resource. Logz.io
 * writes at the root of the bucket, so all keys are covered. Source: Logz.io docs, "Archive logs to an AWS S3 bucket".
 */
export class ArchiveAccess extends Construct {
  readonly bucketArn: string;
  readonly objectsArn: string;
  /** For the policy of the role that archives. */
  readonly identityStatements: readonly PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ArchiveBucket,
  ) {
    super(scope, id);
    validate(this, props, archiveBucketRules);
    this.bucketArn = `arn:${AwsContext.of(this).partition}:s3:::${props.bucket}`;
    this.objectsArn = `${this.bucketArn}/*`;
    this.identityStatements = [...this.bucketStatements(), ...this.keyStatements()];
  }

  /**
   * For the policy of the bucket, where it belongs to another account than the role.
   * @throws ConstructError on wildcards and on what is no ARN of a role, user or account root
   */
  bucketPolicyStatements(readerArn: string): PolicyStatement[] {
    return inBucketPolicy(this, this.bucketStatements(), readerArn);
  }

  /**
   * For the policy of the KMS key, where it belongs to another account than the role; none without a key.
   * @throws ConstructError on wildcards and on what is no ARN of a role, user or account root
   */
  keyPolicyStatements(readerArn: string): PolicyStatement[] {
    return inKeyPolicy(this, this.keyStatements(), readerArn);
  }

  private bucketStatements(): PolicyStatement[] {
    return [
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [this.bucketArn] },
      { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: [this.objectsArn] },
    ];
  }

  private keyStatements(): PolicyStatement[] {
    const { kmsKeyArn } = this.props;
    if (kmsKeyArn === undefined) return [];
    const { bucketArn, objectsArn } = this;
    const region = bucketRegion(this, this.props);
    // S3 asks for a new data key to write an object, and for the decryption of one to read it or to end a multipart upload.
    const actions = ["kms:GenerateDataKey", "kms:Decrypt"];
    return [keyThroughS3(this, { kmsKeyArn, region, bucketArn, objectsArn }, actions)];
  }
}
