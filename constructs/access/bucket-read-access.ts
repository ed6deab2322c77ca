import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import { policyText, type PolicyStatement } from "../foundation/policy";
import { accountId } from "../foundation/rules";
import { text, validate, type Problem, type Rules } from "../foundation/validation";
import { bucketNameOrPattern, bucketRegion, isBucketPattern } from "./bucket-rules";
import { fetcherBucketRules } from "./fetcher-bucket";
import { keyThroughS3 } from "./key-through-s3";
import { prefixWarnings } from "./prefix-warnings";
import { inBucketPolicy, inKeyPolicy } from "./reader";

export interface BucketReadAccessProps {
  /**
   * Name of the bucket, not its ARN; or a pattern such as `org-logs-*`, for all buckets of one account whose names fit.
   * IAM's stars also match slashes: with a pattern, objects are covered that have the prefix further inside their key.
   */
  readonly bucket: string;
  /** Account of the buckets that a pattern stands for. @default the stack's */
  readonly accountId?: string;
  /** Start of the keys that may be read. @default every key */
  readonly prefix?: string;
  /** ARN of the KMS key that encrypts the objects. @default none: SSE-S3, or no encryption */
  readonly kmsKeyArn?: string;
  /** Region of the bucket, such as `eu-central-1`. @default that of `kmsKeyArn`, else the stack's */
  readonly region?: string;
  /**
   * Whether only keys under the prefix may be listed. The price: for a key that does not exist, S3 may then answer
   * 403 instead of 404, as if a permission were missing.
   * @default false: the whole bucket may be listed, as Logz.io's own policy has it
   */
  readonly restrictListing?: boolean;
}

const rules: Rules<BucketReadAccessProps> = {
  props: { ...fetcherBucketRules.props, bucket: text(bucketNameOrPattern), accountId },
  known: ["restrictListing"],
  together: [...(fetcherBucketRules.together ?? []), listingNeedsPrefix],
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
    for (const warning of prefixWarnings(props.prefix ?? "")) Annotations.of(this).addWarning(warning);
  }

  /**
   * For the policy of the bucket, where it belongs to another account than the reader.
   * @param readerArn the role or user that reads, or the root of an account that decides by policies of its own
   * @throws ConstructError on wildcards and on what is no such ARN
   */
  bucketPolicyStatements(readerArn: string): PolicyStatement[] {
    return inBucketPolicy(this, this.bucketStatements(), readerArn);
  }

  /**
   * For the policy of the KMS key, where it belongs to another account than the reader; none without a key.
   * @param readerArn the role or user that reads, or the root of an account that decides by policies of its own
   * @throws ConstructError on wildcards and on what is no such ARN
   */
  keyPolicyStatements(readerArn: string): PolicyStatement[] {
    return inKeyPolicy(this, this.keyStatements(), readerArn);
  }

  private get keys(): string {
    return `${policyText(this.props.prefix ?? "")}*`;
  }

  private bucketStatements(): PolicyStatement[] {
    const allow = (
      Action: readonly string[],
      resource: string,
      condition?: PolicyStatement["Condition"],
    ): PolicyStatement => {
      const Condition = { ...condition, ...this.ofAccount() };
      const statement: PolicyStatement = { Effect: "Allow", Action, Resource: [resource] };
      return Object.keys(Condition).length === 0 ? statement : { ...statement, Condition };
    };
    const list = "s3:ListBucket";
    const locate = "s3:GetBucketLocation";
    const onBucket: PolicyStatement[] =
      this.props.restrictListing === true
        ? [
            allow([list], this.bucketArn, { StringLike: { "s3:prefix": [this.keys] } }),
            allow([locate], this.bucketArn),
          ]
        : [allow([list, locate], this.bucketArn)];
    return [...onBucket, allow(["s3:GetObject", "s3:GetObjectVersion"], this.objectsArn)];
  }

  /** Anybody can make a bucket whose name fits a pattern; only those of the account are meant. */
  private ofAccount(): PolicyStatement["Condition"] {
    const { bucket, accountId: owner = AwsContext.of(this).accountId } = this.props;
    return isBucketPattern(bucket) ? { StringEquals: { "aws:ResourceAccount": owner } } : undefined;
  }

  private keyStatements(): PolicyStatement[] {
    const { kmsKeyArn } = this.props;
    if (kmsKeyArn === undefined) return [];
    const { bucketArn, objectsArn } = this;
    const region = bucketRegion(this, this.props);
    return [keyThroughS3(this, { kmsKeyArn, region, bucketArn, objectsArn }, ["kms:Decrypt"])];
  }
}
