import { readBucket, type BucketFacts } from "./bucket";
import { judgeBucket, judgeBucketPolicy } from "./bucket-findings";
import type { KnownKeys } from "../policies/context";
import type { Clients } from "./clients";
import type { Surgery } from "./doctor";
import { notProven, wrong, type Finding, type Section } from "./finding";
import { describeKey, judgeEncryption, judgeKey, readKey } from "./key";
import type { LogzioReading } from "./logzio";
import { bucketNeeds, keyNeeds, type Need } from "./needs";
import { judgePermission, type SimulatedCall } from "./permissions";
import { readForReal } from "./real-read";
import type { Reader } from "./reader";
import { judgeRegistration } from "./registration";
import { resourcePolicy, verdict } from "./resource-policy";
import type { BucketSettings } from "./settings";
import { simulate } from "./simulation";
import type { Assumed } from "./trial";

/** What was found out before, for every bucket. */
interface Common {
  readonly reader: Reader;
  /** Whether the reader is known not to exist. */
  readonly missing: boolean;
  readonly logzio: LogzioReading;
  readonly assumed: Assumed;
}

/** Runs every check on one bucket. */
export async function judgeBucketSection(
  surgery: Surgery,
  settings: BucketSettings,
  common: Common,
): Promise<Section> {
  const { bucket, prefix, use } = settings;
  const name = prefix === "" ? bucket : `${bucket}, prefix ${prefix}`;
  const kind = use === "archive" ? "archive" : "bucket";
  const reading = await readBucket(surgery.clients, settings, common.reader);
  if ("absent" in reading) {
    const finding = wrong("bucket.exists", `There is no bucket ${bucket}`, {
      instruction: "correct its name in logzio.yaml, or create it",
    });
    return { kind, name, findings: [finding] };
  }
  if ("failed" in reading) {
    return {
      kind,
      name,
      findings: [notProven("bucket.exists", `That there is a bucket ${bucket}`, reading.failed)],
    };
  }
  const findings = await judgeAll(surgery, settings, reading.facts, common);
  return { kind, name, findings };
}

async function judgeAll(
  surgery: Surgery,
  settings: BucketSettings,
  facts: BucketFacts,
  common: Common,
): Promise<Finding[]> {
  const { clients } = surgery;
  const { reader } = common;
  const region = facts.region ?? settings.region;
  const sameAccount = "found" in facts.sameAccount ? facts.sameAccount.found : undefined;
  const policy = resourcePolicy(facts.policy);
  const needs = bucketNeeds(settings, reader, region);
  const owner = sameAccount === true ? reader.accountId : undefined;

  const permissions = await Promise.all(
    needs.map(async (need) => {
      const direct =
        "policy" in policy && sameAccount === true ? verdict(policy.policy, need, reader, owner) : undefined;
      return judgePermission(need, await simulateAll(clients, common, need, owner), reader, direct);
    }),
  );
  return [
    ...permissions,
    judgeBucketPolicy(policy, needs, reader, sameAccount),
    ...(await judgeKeys(clients, settings, facts, common, region, sameAccount)),
    ...judgeBucket(settings, facts),
    ...(await judgePath(surgery, settings, common, region)),
    ...(await judgeReading(clients, settings, common, region)),
  ];
}

async function judgeKeys(
  clients: Clients,
  settings: BucketSettings,
  { encryption }: BucketFacts,
  common: Common,
  region: string | undefined,
  sameAccount: boolean | undefined,
): Promise<Finding[]> {
  const { kmsKeyArn } = settings;
  const { reader } = common;
  const needsOf = (keyArn: string): Need[] =>
    keyNeeds(settings, reader, keyArn, region ?? keyArn.split(":")[3]);
  const keyId = "found" in encryption ? encryption.found.keyId : undefined;
  const defaultKey =
    keyId === undefined
      ? undefined
      : keyId.startsWith("arn:") && keyId.includes(":key/")
        ? { found: { arn: keyId, state: "" } }
        : await describeKey(clients, keyId, region ?? "us-east-1");
  const encrypted = judgeEncryption(settings, encryption, defaultKey, {
    missing: needsOf,
    reader,
    sameAccount,
  });
  if (kmsKeyArn === undefined) return [encrypted];

  const needs = needsOf(kmsKeyArn);
  const facts = await readKey(clients, kmsKeyArn);
  const permissions = await Promise.all(
    needs.map(async (need) =>
      judgePermission(need, await simulateAll(clients, common, need, undefined), reader, directly(need)),
    ),
  );
  return [...permissions, ...judgeKey(facts, kmsKeyArn, needs, reader), encrypted];

  /** A key's policy that names the reader needs no other, where the key is of the reader's account. */
  function directly(need: Need): ReturnType<typeof verdict> | undefined {
    const policy = resourcePolicy(facts.policy);
    const owner = kmsKeyArn?.split(":")[4];
    return "policy" in policy && owner === reader.accountId
      ? verdict(policy.policy, need, reader, owner)
      : undefined;
  }
}

async function simulateAll(
  clients: Clients,
  { reader, missing }: Common,
  { calls }: Need,
  bucketAccountId: string | undefined,
): Promise<SimulatedCall[]> {
  const account: KnownKeys = bucketAccountId === undefined ? {} : { "aws:ResourceAccount": bucketAccountId };
  return Promise.all(
    calls.map(async (call) => ({
      form: call.form,
      simulated: missing
        ? { absent: true as const }
        : await simulate(clients, reader, { ...call, known: { ...call.known, ...account } }),
    })),
  );
}

async function judgePath(
  { registration }: Surgery,
  settings: BucketSettings,
  { reader, logzio }: Common,
  region: string | undefined,
): Promise<Finding[]> {
  const claim = "That Logz.io gets through to the bucket";
  if (typeof registration === "string") return [notProven("registration", claim, registration)];
  if ("unread" in logzio) return [notProven("registration", claim, logzio.unread)];
  const notSaved = registration.notSaved ?? logzio.otherIdAssigned;
  return judgeRegistration(logzio.registered, reader, settings, region, { ...registration, notSaved });
}

async function judgeReading(
  clients: Clients,
  settings: BucketSettings,
  { assumed: { credentials, reason } }: Common,
  region: string | undefined,
): Promise<Finding[]> {
  if (reason !== "") return [notProven("read.object", "That a real read succeeds", reason)];
  if (credentials === undefined) return readForReal(clients, clients.s3(region), settings);
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = credentials;
  const s3 = clients.s3As(
    {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    },
    region,
  );
  try {
    return await readForReal(clients, s3, settings);
  } finally {
    s3.destroy();
  }
}
