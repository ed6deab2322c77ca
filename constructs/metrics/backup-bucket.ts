import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketMetric } from "@cdktf/provider-aws/lib/s3-bucket-metric/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA as S3BucketEncryption } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { Token, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { bucketName, keyPrefix } from "../access/bucket-rules";
import { keyThroughS3 } from "../access/key-through-s3";
import { addOwnBucket } from "../access/own-buckets";
import { AwsContext } from "../foundation/aws-context";
import { policyText, renderPolicy, type PolicyStatement } from "../foundation/policy";
import { kmsKeyArn } from "../foundation/rules";
import { literal } from "../foundation/templates";
import { show, text, within, type Problem, type Rules } from "../foundation/validation";
import { backupDays } from "./limits";
import { streamNames } from "./names";

/** Where Firehose puts what it could not deliver: a bucket of its own, or `bucket`. */
export interface MetricsBackup {
  /** Name of a bucket that is there, in the region of the stack. @default a new bucket, named after the stream */
  readonly bucket?: string;
  /** Start of the keys, such as `logzio/`: beside it Firehose may write nothing. Needed with `bucket`. @default none */
  readonly prefix?: string;
  /** ARN of the KMS key that encrypts the bucket; not an alias. @default S3's own key */
  readonly kmsKeyArn?: string;
  /** Days to keep what is in the new bucket, 1 to 3,650. @default 30 */
  readonly expireDays?: number;
  /**
   * Whether the new bucket stays, and the deletion of the stack fails at it, while there is something in it.
   * @default false: it is deleted with what is in it
   */
  readonly keepOnDestroy?: boolean;
}

/** What a backup gets where nothing else is asked for. */
const backupDefaults = { expireDays: 30 } as const;

export const backupRules: Rules<MetricsBackup> = {
  props: {
    bucket: text(bucketName),
    prefix: text(backupPrefix),
    kmsKeyArn: text(kmsKeyArn),
    expireDays: within(backupDays, "days"),
  },
  known: ["keepOnDestroy"],
  together: [ownBucketAlone, placeInBucket],
};

/** Firehose evaluates expressions in prefixes. Source: Firehose developer guide, "Custom prefixes". */
function backupPrefix(prefix: string, construct: IConstruct): ReturnType<typeof keyPrefix> {
  return prefix.includes("!{")
    ? [`is ${show(prefix)}, and Firehose would evaluate it; write it without "!{"`]
    : keyPrefix(prefix, construct);
}

/** The lifecycle of a bucket is written whole, so that of one that is there stays its owner's. */
function ownBucketAlone({ bucket, expireDays, keepOnDestroy }: MetricsBackup): Problem[] {
  if (bucket === undefined) return [];
  return Object.entries({ expireDays, keepOnDestroy })
    .filter(([, value]) => value !== undefined)
    .map(([path]) => ({
      path,
      text: "is for a new bucket, and the one in bucket is yours already; remove one of the two",
    }));
}

/** Without a prefix the role could write everywhere, and each object that somebody writes would raise the alarm. */
function placeInBucket({ bucket, prefix = "" }: MetricsBackup): Problem[] {
  if (bucket === undefined || prefix !== "") return [];
  const place = Token.isUnresolved(bucket) ? "the bucket" : bucket;
  const text = `is missing; write where in ${place} the data is to go, such as logzio-metrics/`;
  return [{ path: "prefix", text }];
}

export interface BackupBucketProps extends MetricsBackup {
  /** Name of the metric stream, after which the new bucket and the metrics configuration are named. */
  readonly streamName: string;
  readonly tags?: Record<string, string>;
}

/** The bucket for what Firehose could not deliver, and the right to write into it. Its props are checked by whoever makes it. */
export class BackupBucket extends Construct {
  /** The bucket that was made; undefined where one was there. */
  readonly bucket: S3Bucket | undefined;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Counts requests on the backup, so that an alarm knows within minutes that something is written. */
  readonly requestMetric: S3BucketMetric;
  /** For the role that writes. */
  readonly writeStatements: readonly PolicyStatement[];
  /** What must exist before something is written. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: BackupBucketProps,
  ) {
    super(scope, id);
    if (props.bucket === undefined) {
      this.bucket = this.createBucket();
      this.bucketName = this.bucket.bucket;
      this.bucketArn = this.bucket.arn;
      addOwnBucket(this, this.bucketName, streamNames.backupBucket(props.streamName));
      this.dependables = this.protect(this.bucket);
    } else {
      this.bucketName = props.bucket;
      this.bucketArn = `arn:${AwsContext.of(this).partition}:s3:::${props.bucket}`;
      this.dependables = [];
    }
    this.requestMetric = this.createRequestMetric();
    this.writeStatements = [...this.bucketStatements(), ...this.keyStatements()];
  }

  private createBucket(): S3Bucket {
    const { streamName, keepOnDestroy = false, tags } = this.props;
    return new S3Bucket(this, "bucket", {
      bucketPrefix: streamNames.backupBucket(streamName),
      forceDestroy: !keepOnDestroy,
      tags,
    });
  }

  private protect(bucket: S3Bucket): ITerraformDependable[] {
    const { kmsKeyArn: key, expireDays = backupDefaults.expireDays } = this.props;
    const access = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const encryption = new S3BucketEncryption(this, "encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault:
            key === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
          bucketKeyEnabled: key !== undefined,
        },
      ],
    });
    const policy = new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: renderPolicy([
        {
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:*"],
          Resource: [bucket.arn, `${bucket.arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      // Two settings of a bucket that are written at the same time can fail with a conflict.
      dependsOn: [access],
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: expireDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    return [access, encryption, policy];
  }

  /** Firehose's own metrics do not tell a backup of failed data from other deliveries; S3's request metrics do. */
  private createRequestMetric(): S3BucketMetric {
    const { prefix = "" } = this.props;
    return new S3BucketMetric(this, "requests", {
      bucket: this.bucket?.id ?? this.bucketName,
      name: streamNames.backupRequests(this.props.streamName),
      filter: prefix === "" ? undefined : { prefix: literal(prefix) },
    });
  }

  /** Source: Firehose developer guide, "Grant Firehose access to an HTTP endpoint destination". */
  private bucketStatements(): PolicyStatement[] {
    return [
      {
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: [this.bucketArn],
      },
      {
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        Resource: [this.objectsArn],
      },
    ];
  }

  private keyStatements(): PolicyStatement[] {
    const { kmsKeyArn: key } = this.props;
    if (key === undefined) return [];
    const { bucketArn, objectsArn } = this;
    const { region } = AwsContext.of(this);
    // S3 asks for a new data key to write an object, and for a decryption to end a multipart upload.
    const actions = ["kms:GenerateDataKey", "kms:Decrypt"];
    return [keyThroughS3(this, { kmsKeyArn: key, region, bucketArn, objectsArn }, actions)];
  }

  private get objectsArn(): string {
    return `${this.bucketArn}/${policyText(this.props.prefix ?? "")}*`;
  }
}
