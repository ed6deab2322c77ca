import { NoSuchBucket } from "../aws/bucket-location";
import { awsFailure, regionOfEnvironment } from "../aws/session";
import { parseTarget } from "../check/target";
import { findConfigFile } from "../config-file/config-file";
import { shippingConfig } from "../config-file/shipping";
import { judgeBucketPolicy } from "../doctor/bucket-policy";
import { readBucket, type BucketFacts } from "../doctor/bucket";
import { Clients } from "../doctor/clients";
import { defaultEncryption } from "../doctor/encryption";
import { describeKey } from "../doctor/key";
import { bucketNeeds } from "../doctor/needs";
import { callerIdentity, type Reader } from "../doctor/reader";
import { read, type Reading } from "../doctor/reading";
import { resourcePolicy } from "../doctor/resource-policy";
import type { CommandContext } from "../program/context";
import { CommandError, exitCodes, type ExitCode } from "../program/errors";
import type { AwsOptions, ConfigOptions, OutputOptions } from "../program/options";
import { readNotifications } from "./notifications";
import { preflightLines } from "./render";
import type { PreflightReport } from "./report";
import { hookLines } from "./source-lines";
import { judgeTriggers } from "./triggers";

export interface PreflightOptions extends AwsOptions, ConfigOptions, OutputOptions {
  readonly bucket: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly name?: string;
}

const defaultName = "logzio-s3-hook";

/** Says what each trigger of a hook would do to a bucket, or need. Changes nothing. */
export async function preflight(options: PreflightOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const target = parseTarget(options.bucket, options.prefix);
  const file = findConfigFile(options, context);
  const stackRegion = options.region ?? file?.awsRegion;
  const name = options.name ?? (file && shippingConfig(file).hookName) ?? defaultName;
  const clients = new Clients({ ...options, ...(stackRegion && { region: stackRegion }) }, context.signal);
  try {
    output.progress(`looking at ${target.bucket}`);
    const filter = { prefix: target.prefix, suffix: options.suffix ?? "" };
    const report = await reportOn(clients, { ...target, filter, name, stackRegion }, context.signal);
    preflightLines(report, output);
    output.result(report);
    return verdictOn(report);
  } finally {
    clients.close();
  }
}

interface Subject {
  readonly bucket: string;
  readonly prefix: string;
  readonly filter: { readonly prefix: string; readonly suffix: string };
  /** Of the hook. */
  readonly name: string;
  readonly stackRegion: string | undefined;
}

async function reportOn(clients: Clients, subject: Subject, signal: AbortSignal): Promise<PreflightReport> {
  const { bucket, prefix, filter, name, stackRegion } = subject;
  // As the construct names it.
  const reader = await roleOf(clients, `${name}-${stackRegion ?? regionOfEnvironment()}`);
  const settings = {
    ...{ bucket, prefix, use: "fetch" as const, region: undefined },
    ...{ kmsKeyArn: undefined, type: undefined },
  };
  const reading = await readBucket(clients, settings, reader);
  if ("absent" in reading) throw new NoSuchBucket(bucket);
  if ("failed" in reading) throw new CommandError(`Looking at the bucket ${bucket}: ${reading.failed}`);
  const { facts } = reading;
  const { region } = facts;
  const notifications = await read("s3:GetBucketNotification", () =>
    readNotifications(clients.s3(region), bucket, signal),
  );
  const sameAccount = "found" in facts.sameAccount ? facts.sameAccount.found : undefined;
  const key = await keyOf(clients, facts);
  const policy = judgeBucketPolicy(
    resourcePolicy(facts.policy),
    bucketNeeds(settings, reader, region),
    reader,
    facts,
  );
  const { arn: kmsKeyArn } = key;
  const verdicts = judgeTriggers({
    ...{ filter, queueName: name, bucketRegion: region, stackRegion, sameAccount },
    notifications: "found" in notifications ? notifications.found : undefined,
  });
  const source = { bucket, ...filter, kmsKeyArn, region, stackRegion, sameAccount };
  return {
    bucket,
    ...filter,
    region: region ?? null,
    sameAccount: sameAccount ?? null,
    kmsKeyArn: kmsKeyArn ?? null,
    notifications: "found" in notifications ? notifications.found : null,
    policy,
    triggers: verdicts.map((verdict) => ({ ...verdict, yaml: hookLines(verdict, source) })),
    unread: [
      ...(region === undefined ? ["the bucket's region: S3 did not tell it"] : []),
      ...refusals({ "whose bucket it is": facts.sameAccount, "the bucket's notifications": notifications }),
      ...key.unread,
      ...refusals({ "the bucket's policy": facts.policy }),
    ],
  };
}

function refusals(readings: Readonly<Record<string, Reading<unknown>>>): string[] {
  return Object.entries(readings).flatMap(([what, reading]) =>
    "refused" in reading ? [`${what}: ${reading.refused}`] : [],
  );
}

/** The role that the hook's function will have. @throws CommandError without credentials */
async function roleOf(clients: Clients, name: string): Promise<Reader> {
  try {
    const { accountId, partition } = await callerIdentity(clients);
    return {
      kind: "role",
      name,
      arn: `arn:${partition}:iam::${accountId}:role/${name}`,
      accountId,
      partition,
    };
  } catch (error) {
    throw awsFailure("Asking who the credentials belong to", error);
  }
}

/** ARN of the customer's key that encrypts new objects: a policy needs the ARN, whatever the bucket names. */
async function keyOf(
  clients: Clients,
  { encryption, region }: BucketFacts,
): Promise<{ readonly arn?: string; readonly unread: readonly string[] }> {
  const found = await defaultEncryption(encryption, (keyId) =>
    describeKey(clients, keyId, region ?? "us-east-1"),
  );
  if (found.kind === "unread") return { unread: [`the bucket's encryption: ${found.reason}`] };
  if (found.kind !== "key") return { unread: [] };
  const { arn, doubt } = found;
  const own = `whether ${arn} is AWS's own key, for which kmsKeyArn is not needed`;
  return { arn, unread: doubt === undefined ? [] : [`${own}: ${doubt}`] };
}

function verdictOn({ triggers }: PreflightReport): ExitCode {
  const outcomes = triggers.map(({ outcome }) => outcome);
  if (outcomes.includes("fits")) return exitCodes.success;
  return outcomes.includes("unknown") ? exitCodes.failure : exitCodes.negative;
}
