import { readBucket, type BucketFacts } from "./bucket";
import { judgeBucket } from "./bucket-findings";
import { judgeBucketPolicy } from "./bucket-policy";
import type { Clients } from "./clients";
import { notProven, wrong, type Finding, type Section } from "./finding";
import { judgeKeys } from "./key-section";
import type { LogzioReading } from "./logzio";
import { bucketNeeds } from "./needs";
import { judgePermission } from "./permissions";
import { readForReal } from "./real-read";
import type { Reader } from "./reader";
import { judgeRegistration } from "./registration";
import { resourcePolicy, verdict } from "./resource-policy";
import type { BucketSettings } from "./settings";
import type { SimulateNeed } from "./simulation";
import type { Surgery } from "./surgery";
import type { Assumed } from "./trial";

/** What was found out before, for every bucket. */
interface Common {
  readonly reader: Reader;
  readonly simulate: SimulateNeed;
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
  const { reader, simulate } = common;
  const region = facts.region ?? settings.region;
  const sameAccount = "found" in facts.sameAccount ? facts.sameAccount.found : undefined;
  const policy = resourcePolicy(facts.policy);
  const needs = bucketNeeds(settings, reader, region);
  const owner = sameAccount === true ? reader.accountId : undefined;

  const permissions = await Promise.all(
    needs.map(async (need) => {
      const direct =
        "policy" in policy && sameAccount === true ? verdict(policy.policy, need, reader, owner) : undefined;
      return judgePermission(need, await simulate(need, owner), reader, direct);
    }),
  );
  return [
    ...permissions,
    judgeBucketPolicy(policy, needs, reader, facts),
    ...(await judgeKeys({ clients, reader, settings, facts, region, sameAccount, simulate })),
    ...judgeBucket(settings, facts),
    ...(await judgePath(surgery, settings, common, region)),
    ...(await judgeReading(clients, settings, common, region)),
  ];
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
  const { registered, assignedExternalId } = logzio;
  const notSaved = registration.notSaved ?? logzio.notSaved;
  const options = { ...registration, notSaved, assignedExternalId };
  return judgeRegistration(registered, reader, settings, region, options);
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
