import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import { policyText, type PolicyStatement } from "../foundation/policy";
import { kmsKeyArn } from "../foundation/rules";
import { text, validate, type Problem, type Rules } from "../foundation/validation";
import { bucketName, keyPrefix } from "./bucket-rules";

export interface BucketReadAccessProps {
  /** Name of the bucket, not its ARN. */
  readonly bucket: string;
  /** Start of the keys that may be read. @default every key */
  readonly prefix?: string;
  /** ARN of the KMS key that encrypts the objects. @default none: SSE-S3, or no encryption */
  readonly kmsKeyArn?: string;
  /**
   * Whether only keys under the prefix may be listed. The price: for a key that does not exist, S3 may then answer
   * 403 instead of 404, as if a permission were missing.
   * @default false: the whole bucket may be listed, as Logz.io's own policy has it
   */
  readonly restrictListing?: boolean;
}

const rules: Rules<BucketReadAccessProps> = {
  props: { bucket: text(bucketName), prefix: text(keyPrefix), kmsKeyArn: text(kmsKeyArn) },
  known: ["restrictListing"],
  together: [listingNeedsPrefix],
};

function listingNeedsPrefix({ restrictListing, prefix = "" }: BucketReadAccessProps): Problem[] {
  if (restrictListing !== true || prefix !== "") return [];
  return [
    {
      path: "restrictListing",
      text: "restricts nothing without a prefix; write the prefix whose keys may be listed, or leave it out",
    },
  ];
}

/** The one source of permissions to read the objects under a prefix. It creates no resource. */
export class BucketReadAccess extends Construct {
  readonly bucketArn: string;
  /** The objects that may be read, as policies write them. */
  readonly objectsArn: string;
  /** For the policy of the role or user that reads. */
  readonly identityStatements: readonly PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: BucketReadAccessProps,
  ) {
    super(scope, id);
    validate(this, props, rules);
    this.bucketArn = `arn:${AwsContext.of(this).partition}:s3:::${props.bucket}`;
    this.objectsArn = `${this.bucketArn}/${this.keys}`;
    this.identityStatements = [...this.bucketStatements(), ...this.keyStatements()];
  }

  /** For the policy of the bucket, where it belongs to another account than the reader. */
  bucketPolicyStatements(readerArn: string): PolicyStatement[] {
    return this.bucketStatements().map((statement) => ({ ...statement, Principal: { AWS: readerArn } }));
  }

  /** For the policy of the KMS key, where it belongs to another account than the reader. */
  keyPolicyStatements(readerArn: string): PolicyStatement[] {
    return this.keyStatements().map((statement) => ({
      ...statement,
      Principal: { AWS: readerArn },
      // In a key's own policy, "*" is that key.
      Resource: ["*"],
    }));
  }

  private get keys(): string {
    return `${policyText(this.props.prefix ?? "")}*`;
  }

  private bucketStatements(): PolicyStatement[] {
    const list: PolicyStatement = { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [this.bucketArn] };
    return [
      this.props.restrictListing === true
        ? { ...list, Condition: { StringLike: { "s3:prefix": [this.keys] } } }
        : list,
      { Effect: "Allow", Action: ["s3:GetBucketLocation"], Resource: [this.bucketArn] },
      { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: [this.objectsArn] },
    ];
  }

  private keyStatements(): PolicyStatement[] {
    if (this.props.kmsKeyArn === undefined) return [];
    const aws = AwsContext.of(this);
    return [
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [this.props.kmsKeyArn],
        Condition: {
          StringEquals: { "kms:ViaService": `s3.${aws.region}.${aws.domain}` },
          // With a bucket key the context is the bucket's ARN, without one the object's; buckets mix both.
          // Source: S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
          StringLike: { "kms:EncryptionContext:aws:s3:arn": [this.bucketArn, this.objectsArn] },
        },
      },
    ];
  }
}
