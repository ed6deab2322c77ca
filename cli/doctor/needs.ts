import type { KnownKeys } from "../policies/context";
import type { Reader } from "./reader";
import type { BucketSettings } from "./settings";

/** One call that Logz.io makes with the reader's credentials, as IAM judges it. */
export interface NeededCall {
  readonly action: string;
  readonly resource: string;
  readonly known: KnownKeys;
  /** What sets it apart from other calls of the action; "" where nothing does. */
  readonly form: string;
}

/** An action that is needed, with the statement that allows it. */
export interface Need {
  readonly action: string;
  /** What on, for people. */
  readonly on: string;
  /** The key that stands for all objects, where it is about objects. */
  readonly key?: string;
  readonly calls: readonly NeededCall[];
  readonly statement: PermissionStatement;
}

export interface PermissionStatement {
  readonly Effect: "Allow";
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: object;
}

/** A key that no writer uses, in the place of all under the prefix. */
const anyKey = "logzio-s3-doctor/any-object.gz";

/** What a bucket asks of S3. */
export function bucketNeeds(
  { bucket, prefix, use }: BucketSettings,
  { partition }: Reader,
  region: string | undefined,
): Need[] {
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  const known = {
    "aws:SecureTransport": "true",
    ...(region === undefined ? {} : { "aws:RequestedRegion": region }),
  };
  const onBucket = (action: string, keys: KnownKeys = {}): Need => ({
    action,
    on: "the bucket",
    calls: [{ action, resource: bucketArn, known: { ...known, ...keys }, form: "" }],
    statement: { Effect: "Allow", Action: action, Resource: bucketArn },
  });
  const onObjects = (action: string): Need => ({
    action,
    on: prefix === "" ? "its objects" : `objects under ${prefix}`,
    key: `${prefix}${anyKey}`,
    calls: [{ action, resource: `${bucketArn}/${prefix}${anyKey}`, known, form: "" }],
    statement: { Effect: "Allow", Action: action, Resource: `${bucketArn}/${escaped(prefix)}*` },
  });
  const reading = [
    onBucket("s3:ListBucket", { "s3:prefix": prefix }),
    onBucket("s3:GetBucketLocation"),
    onObjects("s3:GetObject"),
  ];
  return use === "fetch" ? reading : [...reading, onObjects("s3:PutObject")];
}

/**
 * What a bucket asks of a KMS key. Objects that were written with a bucket key have the bucket for their encryption
 * context, others their own ARN; a bucket can hold both.
 * Source: S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
 */
export function keyNeeds(
  { bucket, prefix, use }: BucketSettings,
  reader: Reader,
  keyArn: string,
  region: string,
): Need[] {
  const { partition, accountId } = reader;
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  const via = `s3.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`;
  const contexts = [
    { form: "objects written with a bucket key", arn: bucketArn },
    { form: "objects written without a bucket key", arn: `${bucketArn}/${prefix}${anyKey}` },
  ];
  const need = (action: string): Need => ({
    action,
    on: `the key ${keyArn}`,
    calls: contexts.map(({ form, arn }) => ({
      action,
      form,
      resource: keyArn,
      known: {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": region,
        "kms:ViaService": via,
        "kms:CallerAccount": accountId,
        "kms:EncryptionContextKeys": ["aws:s3:arn"],
        "kms:EncryptionContext:aws:s3:arn": arn,
      },
    })),
    statement: {
      Effect: "Allow",
      Action: action,
      Resource: keyArn,
      Condition: {
        StringEquals: { "kms:ViaService": via },
        StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/${escaped(prefix)}*`] },
      },
    },
  });
  return use === "fetch" ? [need("kms:Decrypt")] : [need("kms:Decrypt"), need("kms:GenerateDataKey")];
}

/** A prefix as policies write it, where `*`, `?` and `${` mean something. */
function escaped(prefix: string): string {
  return prefix.replace(/[*?]|\$(?=\{)/g, (character) => `\${${character}}`);
}

/** What is known of every call that the reader makes, in sessions that begin now. */
export function knownOf(reader: Reader, bucketAccountId: string | undefined): KnownKeys {
  return {
    ...datesOf(reader),
    "aws:PrincipalArn": reader.arn,
    "aws:PrincipalAccount": reader.accountId,
    "aws:PrincipalType": reader.kind === "role" ? "AssumedRole" : "User",
    "aws:PrincipalIsAWSService": "false",
    ...(bucketAccountId === undefined
      ? {}
      : { "aws:ResourceAccount": bucketAccountId, "s3:ResourceAccount": bucketAccountId }),
  };
}

/** Statements that revoked sessions in the past ask when a session began; a user's keys have none. */
export function datesOf({ kind }: Pick<Reader, "kind">): KnownKeys {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return { "aws:CurrentTime": now, ...(kind === "role" ? { "aws:TokenIssueTime": now } : {}) };
}
