import { parse } from "yaml";
import { addPreflight } from "../../../../cli/commands/preflight";
import type { PreflightReport } from "../../../../cli/preflight/report";
import { configSchema } from "../../../../config/schema";
import { BucketDouble, type DoubleBucket } from "../../../support/bucket-double";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { KmsDouble } from "../../../support/kms-double";
import { StsDouble } from "../../../support/sts-double";

const account = "123456789012";
const keyArn = `arn:aws:kms:us-east-1:${account}:key/11111111-2222-3333-4444-555555555555`;
const queue = (name: string): string => `arn:aws:sqs:us-east-1:${account}:${name}`;
const topic = (name: string, region = "us-east-1"): string => `arn:aws:sns:${region}:${account}:${name}`;
const aBucket: DoubleBucket = { region: "us-east-1", owner: account, encryption: { algorithm: "AES256" } };

let s3: BucketDouble;
let sts: StsDouble;
let kms: KmsDouble;
beforeEach(async () => {
  [s3, sts, kms] = await Promise.all([BucketDouble.start(), StsDouble.start(), KmsDouble.start()]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ENDPOINT_URL_KMS: kms.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
afterEach(async () => {
  await Promise.all([s3.stop(), sts.stop(), kms.stop()]);
});

function run(words: readonly string[]): Promise<CommandRun> {
  return runCommand(addPreflight, [
    "preflight",
    "logs",
    "--region",
    "us-east-1",
    "--config",
    "/dev/null",
    ...words,
  ]);
}

interface Found extends PreflightReport {
  readonly exitCode: number;
  /** By trigger. */
  readonly of: Readonly<Record<string, PreflightReport["triggers"][number]>>;
}

async function reportOn(bucket: Partial<DoubleBucket>, ...words: string[]): Promise<Found> {
  s3.buckets.set("logs", { ...aBucket, ...bucket });
  const { exitCode, stdout } = await run(["--prefix", "AWSLogs/", "--json", ...words]);
  const report = JSON.parse(stdout) as PreflightReport;
  for (const { yaml } of report.triggers) if (yaml !== null) expect(problemsIn(yaml)).toEqual([]);
  return { ...report, exitCode, of: Object.fromEntries(report.triggers.map((one) => [one.trigger, one])) };
}

/** What the schema of logzio.yaml says against lines that are to be pasted into it. */
function problemsIn(yaml: string): unknown[] {
  const rest = { region: "eu", token: { variable: true }, aws: { region: "us-east-1" } };
  return configSchema.safeParse({ ...rest, ...(parse(yaml) as object) }).error?.issues ?? [];
}

const outcomes = ({ triggers }: Found): Record<string, string> =>
  Object.fromEntries(triggers.map(({ trigger, outcome }) => [trigger, outcome]));

describe("logzio-s3 preflight", () => {
  test("finds that a bucket that notifies nobody fits", async () => {
    const found = await reportOn({});
    expect(found.exitCode).toBe(0);
    expect(outcomes(found)).toEqual({ s3: "fits", eventbridge: "fits", sns: "needs", none: "fits" });
    expect(parse(found.of["s3"].yaml ?? "")).toEqual({
      hook: { trigger: "s3", sources: [{ bucket: "logs", prefix: "AWSLogs/" }] },
    });
    // Its switch is off, and there is nothing to lose by writing it.
    expect(parse(found.of["eventbridge"].yaml ?? "")).toMatchObject({ hook: { enableEventBridge: true } });
  });

  test("says what s3 would overwrite, and what does not touch it", async () => {
    const rules = [{ id: "theirs", destination: queue("theirs"), prefix: "AWSLogs/", suffix: ".gz" }];
    const found = await reportOn({ notifications: { eventBridge: true, rules } });
    expect(found.exitCode).toBe(0);
    expect(outcomes(found)).toEqual({
      s3: "overwrites",
      eventbridge: "fits",
      sns: "needs",
      none: "impossible",
    });
    const theirs = `theirs: s3:ObjectCreated:* of keys AWSLogs/*.gz to the queue ${queue("theirs")}`;
    expect(found.of["s3"].overwritten).toEqual([theirs, "the switch for EventBridge"]);
    expect(found.of["none"].texts[0]).toContain("theirs");
    expect(parse(found.of["eventbridge"].yaml ?? "")).toEqual({
      hook: { trigger: "eventbridge", sources: [{ bucket: "logs", prefix: "AWSLogs/" }] },
    });
  });

  test("asks its owner to switch a bucket on for EventBridge that notifies others", async () => {
    const rules = [{ destination: `arn:aws:lambda:us-east-1:${account}:function:theirs`, prefix: "other/" }];
    const found = await reportOn({ notifications: { rules } });
    expect(found.exitCode).toBe(0);
    expect(outcomes(found)).toEqual({ s3: "overwrites", eventbridge: "needs", sns: "needs", none: "fits" });
    expect(found.of["eventbridge"].texts[0]).toContain("eventbridge = true");
    expect(found.of["eventbridge"].yaml).not.toContain("enableEventBridge");
  });

  test.each([
    ["of all these objects", { destination: topic("events"), prefix: "AWS" }, "fits"],
    ["of some of them", { destination: topic("events"), prefix: "AWSLogs/1/" }, "needs"],
    ["of one way to create them", { destination: topic("events"), event: "s3:ObjectCreated:Put" }, "needs"],
    ["in another region", { destination: topic("events", "eu-west-1") }, "needs"],
  ])("subscribes to a topic that is told %s", async (_, rule, outcome) => {
    const found = await reportOn({ notifications: { rules: [rule] } });
    expect(outcomes(found)["sns"]).toBe(outcome);
    if (outcome === "fits") expect(found.of["sns"].yaml).toContain(`- ${topic("events")}`);
  });

  test("does not take the hook's own notifications for someone else's", async () => {
    const rules = [{ destination: queue("logzio-s3-hook"), prefix: "AWSLogs/" }];
    const found = await reportOn({ notifications: { rules } });
    expect(outcomes(found)).toMatchObject({ s3: "fits", none: "fits" });
    expect(outcomes(await reportOn({ notifications: { rules } }, "--name", "other"))["s3"]).toBe(
      "overwrites",
    );
  });

  test("knows no way to s3 for a bucket of another region or account", async () => {
    const far = await reportOn({ region: "eu-west-1" });
    expect(outcomes(far)).toEqual({ s3: "impossible", eventbridge: "needs", sns: "needs", none: "needs" });
    expect(far.exitCode).toBe(1);
    expect(far.of["eventbridge"].yaml).toContain("region: eu-west-1");
    const foreign = await reportOn({ owner: "999999999999" });
    expect(outcomes(foreign)).toEqual({ s3: "impossible", eventbridge: "needs", sns: "needs", none: "fits" });
    expect(foreign.of["none"].yaml).toContain("# accountId");
    expect(foreign.policy).toMatchObject({ status: "wrong", check: "bucket.policy" });
  });

  test("names the key that encrypts new objects, by its ARN", async () => {
    kms.keys.set(keyArn, { policy: {} });
    kms.names.set("alias/logs", keyArn);
    const found = await reportOn({ encryption: { algorithm: "aws:kms", keyId: "alias/logs" } });
    expect(found.kmsKeyArn).toBe(keyArn);
    expect(found.of["s3"].yaml).toContain(`kmsKeyArn: ${keyArn}`);
    expect((await reportOn({ encryption: { algorithm: "aws:kms" } })).kmsKeyArn).toBeNull();
  });

  test("names no key that is AWS's own, and one that may be where KMS does not tell", async () => {
    kms.keys.set(keyArn, { policy: {}, manager: "AWS" });
    const encryption = { algorithm: "aws:kms", keyId: keyArn } as const;
    const ofAws = await reportOn({ encryption });
    expect(ofAws).toMatchObject({ kmsKeyArn: null, unread: [] });
    expect(ofAws.of["s3"].yaml).not.toContain("kmsKeyArn");
    kms.refused.add("DescribeKey");
    const unknown = await reportOn({ encryption });
    expect(unknown.kmsKeyArn).toBe(keyArn);
    expect(unknown.unread).toEqual([
      expect.stringMatching(/^whether .*key\/1{8}.* is AWS's own .*: AWS refuses kms:DescribeKey/),
    ]);
  });

  test("says which statement of the bucket's policy keeps the function out", async () => {
    const role = `arn:aws:iam::${account}:role/logzio-s3-hook-us-east-1`;
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::logs/*",
    };
    const deny = {
      ...statement,
      Sid: "Mine",
      Condition: { StringNotLike: { "aws:PrincipalArn": "*/admin" } },
    };
    const found = await reportOn({ policy: { Version: "2012-10-17", Statement: [deny] } });
    expect(found.policy).toMatchObject({ status: "wrong" });
    expect(found.policy.text).toContain("(Mine) of the bucket's policy denies s3:GetObject");
    expect(found.policy.fix?.instruction).toContain(role);
  });

  test("judges what it can where it may not read everything, and says what it may not", async () => {
    s3.refuses = ({ operation }) => operation === "GetBucketNotificationConfiguration";
    const blind = await reportOn({});
    expect(outcomes(blind)).toEqual({
      s3: "unknown",
      eventbridge: "unknown",
      sns: "unknown",
      none: "unknown",
    });
    expect(blind.exitCode).toBe(3);
    expect(blind.unread).toEqual([
      "the bucket's notifications: AWS refuses s3:GetBucketNotification to the credentials in use; allow it to them",
    ]);
    s3.refuses = ({ operation }) => operation === "GetBucketPolicy" || operation === "GetBucketEncryption";
    const partly = await reportOn({});
    expect(partly.exitCode).toBe(0);
    expect(partly.policy.status).toBe("not-proven");
    expect(partly.unread).toHaveLength(2);
  });

  test("prints it for people: facts, verdicts, lines to paste", async () => {
    const rules = [{ id: "theirs", destination: queue("theirs"), prefix: "other/" }];
    s3.buckets.set("logs", { ...aBucket, notifications: { eventBridge: true, rules } });
    const { exitCode, stdout, stderr } = await run(["--prefix", "AWSLogs/"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("in us-east-1, in your account");
    expect(stdout).toContain("on for EventBridge");
    expect(stdout).toContain("trigger: s3  overwrites what is there");
    expect(stdout).toContain("  - theirs: s3:ObjectCreated:* of keys other/*");
    expect(stdout).toContain("trigger: eventbridge  fits");
    expect(stdout).toContain(
      "    hook:\n      trigger: eventbridge\n      sources:\n        - bucket: logs\n",
    );
  });

  test("says that there is no such bucket", async () => {
    const { exitCode, stderr } = await run([]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("There is no bucket logs");
  });
});
