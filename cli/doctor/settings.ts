import type { AccessConfig } from "../../config/access-schema";
import { bucketNames } from "../aws/bucket-name";
import type { ConfigFile } from "../config-file/parse";
import { UsageError } from "../program/errors";

/** A bucket that Logz.io is to read, or to archive into. */
export interface BucketSettings {
  readonly bucket: string;
  /** "" is the whole bucket. */
  readonly prefix: string;
  readonly use: "fetch" | "archive";
  /** As configured. */
  readonly region: string | undefined;
  readonly kmsKeyArn: string | undefined;
  /** Logz.io type with which it is registered, or would be. */
  readonly type: string | undefined;
}

/** Who reads: a role that Logz.io assumes, or a user whose keys it holds. */
export type ReaderSettings =
  | { readonly kind: "role" | "user"; readonly arn: string }
  /** In the account of the credentials in use. */
  | { readonly kind: "role" | "user"; readonly path: string; readonly name: string };

/** What is to hold. */
export interface DoctorSettings {
  readonly reader: ReaderSettings | undefined;
  readonly logzioAccountId: string | undefined;
  readonly externalIds: readonly string[];
  /** ARNs that may assume the role as well. */
  readonly testPrincipals: readonly string[];
  readonly buckets: readonly BucketSettings[];
}

/** What the command line says; it takes the place of what the file says. */
export interface SettingsOptions {
  readonly roleArn?: string;
  readonly userArn?: string;
  readonly accountId?: string;
  readonly externalId?: readonly string[];
  readonly bucket?: string;
  readonly prefix?: string;
  readonly kmsKeyArn?: string;
}

/** Of FetcherRole and FetcherUser. */
const defaultName = "logzio-s3-fetcher";

/** @throws UsageError with everything that is wrong with the command line */
export function doctorSettings(options: SettingsOptions, file: ConfigFile | undefined): DoctorSettings {
  refuse(options);
  const access = file?.access;
  return {
    reader: readerOf(options, access),
    logzioAccountId: options.accountId ?? access?.logzioAccountId,
    externalIds: options.externalId ?? access?.externalIds ?? [],
    testPrincipals: access?.role?.testPrincipals ?? [],
    buckets: bucketsOf(options, configuredBuckets(access, file?.awsRegion)),
  };
}

function refuse({
  roleArn,
  userArn,
  accountId,
  externalId,
  bucket,
  prefix,
  kmsKeyArn,
}: SettingsOptions): void {
  const problems = [
    ...wrongArn(
      "--role-arn",
      roleArn,
      /^arn:[^:]+:iam::\d{12}:role\/.+$/,
      "arn:aws:iam::123456789012:role/logzio-s3-fetcher",
    ),
    ...wrongArn(
      "--user-arn",
      userArn,
      /^arn:[^:]+:iam::\d{12}:user\/.+$/,
      "arn:aws:iam::123456789012:user/logzio-s3-fetcher",
    ),
    ...wrongArn("--account-id", accountId, /^\d{12}$/, "the 12 digits of Logz.io's AWS account"),
    ...wrongArn(
      "--kms-key-arn",
      kmsKeyArn,
      /^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/,
      "the ARN of the key (not of an alias), arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
    ...wrongArn("--bucket", bucket, bucketNames, "the bucket's name, without s3:// and without arn:"),
  ];
  if (externalId?.includes("") === true)
    problems.push("--external-id is empty; write the external ID of the role");
  if (roleArn !== undefined && userArn !== undefined)
    problems.push("--role-arn and --user-arn are both given; keep one");
  if (bucket === undefined) {
    if (prefix !== undefined) problems.push("--prefix is given without --bucket; name the bucket too");
    if (kmsKeyArn !== undefined)
      problems.push("--kms-key-arn is given without --bucket; name the bucket too");
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
}

function wrongArn(option: string, value: string | undefined, form: RegExp, write: string): string[] {
  return value === undefined || form.test(value)
    ? []
    : [`${option} is ${JSON.stringify(value)}; write ${write}`];
}

function readerOf(
  { roleArn, userArn }: SettingsOptions,
  access: AccessConfig | undefined,
): ReaderSettings | undefined {
  if (roleArn !== undefined) return { kind: "role", arn: roleArn };
  if (userArn !== undefined) return { kind: "user", arn: userArn };
  if (access === undefined) return undefined;
  const { user, role } = access;
  if (user !== undefined) return { kind: "user", path: user.path ?? "/", name: user.name ?? defaultName };
  if (role?.namePrefix !== undefined) {
    throw new UsageError(
      `access.role.namePrefix is "${role.namePrefix}", and AWS has completed the name; say which role it is with ` +
        "--role-arn (npx cdktf output shows it)",
    );
  }
  return { kind: "role", path: role?.path ?? "/", name: role?.name ?? defaultName };
}

function configuredBuckets(
  access: AccessConfig | undefined,
  awsRegion: string | undefined,
): BucketSettings[] {
  const fetched = (access?.buckets ?? []).map(({ bucket, prefix = "", region, kmsKeyArn, register }) => ({
    ...{ bucket, prefix, kmsKeyArn, use: "fetch" as const },
    ...{ region: region ?? awsRegion, type: register?.type },
  }));
  const archives = (access?.archiveBuckets ?? []).map(({ bucket, region, kmsKeyArn }) => ({
    ...{ bucket, prefix: "", kmsKeyArn, use: "archive" as const },
    ...{ region: region ?? awsRegion, type: undefined },
  }));
  return [...fetched, ...archives];
}

/** Of the file, those that the command line names; or the one that it describes, which the file does not know. */
function bucketsOf(
  { bucket, prefix, kmsKeyArn }: SettingsOptions,
  configured: BucketSettings[],
): BucketSettings[] {
  if (bucket === undefined) return configured;
  const named = configured.filter(
    (one) => one.bucket === bucket && (prefix === undefined || one.prefix === prefix),
  );
  if (named.length > 0) return named.map((one) => ({ ...one, kmsKeyArn: kmsKeyArn ?? one.kmsKeyArn }));
  return [{ bucket, prefix: prefix ?? "", use: "fetch", region: undefined, kmsKeyArn, type: undefined }];
}
