import { gzipSync } from "node:zlib";
import type { PlannedChange } from "../support/deployment";
import { addPreflight } from "../../cli/commands/preflight";
import { addReplay } from "../../cli/commands/replay";
import { addStatus } from "../../cli/commands/status";
import { s3Event } from "../support/events";
import { iamCalls, isAllowed, type PolicyDocument } from "../support/policy-proof";
import { describeEndToEnd } from "../support/requirements";
import { DeployedHook, region } from "./deployed-hook";
import { unseenCalls, neighboursOf } from "./neighbours";

/** As long as Logz.io's, and found nowhere else. */
const tokens = { first: "FIRSTTOKENabcdefghijklmnopqrstuv", second: "SECONDTOKENbcdefghijklmnopqrstuv" };
const plain = "app-logs-e2e";
const encrypted = "audit-logs-e2e";

/**
 * What moto 5.2.1 takes and does not give back, so that provider 5.100.0 plans it again each time. On AWS none of
 * it is planned.
 */
const notReturned: Readonly<Partial<Record<string, readonly string[]>>> = {
  // Returned with spaces that Terraform did not write.
  aws_sqs_queue: ["redrive_policy"],
  aws_lambda_function: ["logging_config"],
};

let hook: DeployedHook;
let keyArn: string;
let secondPlan: { readonly changes: readonly PlannedChange[]; readonly text: string };

function configuration(tokenVersion: number): object {
  return {
    listener: hook.listener.url,
    token: { variable: true, version: tokenVersion, recoveryWindowInDays: 0 },
    aws: { region },
    hook: {
      trigger: "s3",
      sources: [
        { bucket: plain, prefix: "production/", pathToFields: "environment/service" },
        { bucket: encrypted, prefix: "AWSLogs/", kmsKeyArn: keyArn },
      ],
    },
  };
}

async function put(bucket: string, key: string, content: Buffer | string): Promise<string | undefined> {
  const { VersionId } = await hook.s3.putObject({ Bucket: bucket, Key: key, Body: Buffer.from(content) });
  return VersionId;
}

/** The documents of one object, in the order of acceptance. */
function documentsOf(bucket: string, key: string): Record<string, unknown>[] {
  return hook.listener.documents
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .filter((document) => document["s3_object_key"] === `${bucket}/${key}`);
}

async function messagesIn(output: string): Promise<number> {
  const QueueUrl = await hook.output(output);
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await hook.sqs.getQueueAttributes({ QueueUrl, AttributeNames: [...names] });
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

async function storedToken(): Promise<string | undefined> {
  const { values } = await hook.resource("aws_secretsmanager_secret");
  return (await hook.secrets.getSecretValue({ SecretId: values["arn"] as string })).SecretString;
}

describeEndToEnd("the S3 Hook, deployed by cdktf", () => {
  beforeAll(async () => {
    hook = await DeployedHook.start("logzio-e2e", tokens.first);
    await hook.s3.createBucket({ Bucket: plain });
    keyArn = await hook.createEncryptedBucket(encrypted);
    hook.deployment.configure(configuration(1));
    hook.deployment.setVariable("logzio_token", tokens.first);
    await hook.deployment.deploy();
    secondPlan = await hook.deployment.plan();
    await hook.takeOverQueue([plain, encrypted]);
  }, 480_000);

  afterAll(async () => {
    await (hook as DeployedHook | undefined)?.stop();
  }, 60_000);

  test("plans nothing after the deployment but what the emulator does not return", () => {
    const unexpected = secondPlan.changes.filter(
      ({ type, actions, attributes }) =>
        actions.join() !== "update" || attributes.some((name) => !notReturned[type]?.includes(name)),
    );
    expect(unexpected).toEqual([]);
  });

  test("ships each object under the filters, and no other", async () => {
    const trail = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/05/123456789012_CloudTrail.json.gz";
    const records = '{"eventName":"GetObject"},{"eventName":"AssumeRole","big":12345678901234567890}';
    const strange = "production/with space+plus/ünï=1.log";
    await put(plain, "production/web/app.log.gz", gzipSync("first\nsecond\r\nthird"));
    await put(plain, "production/api/events.log", '{"level":"info","n":1}\n{"level":"warn","n":2}\n');
    await put(plain, strange, "only line\n");
    await put(plain, "production/folder/", "");
    await put(plain, "staging/web/app.log", "not to be shipped\n");
    await put(encrypted, trail, gzipSync(`{"Records":[${records}]}`));
    await put(encrypted, "elsewhere/app.log", "not to be shipped\n");

    const outcomes = await hook.pollUntilEmpty();

    // Five objects and a folder under the prefixes, and a s3:TestEvent for each bucket.
    expect(outcomes.reduce((sum, { received }) => sum + received, 0)).toBe(7);
    expect(documentsOf(plain, "production/web/app.log.gz")).toMatchObject([
      { message: "first", environment: "production", service: "web" },
      { message: "second" },
      { message: "third" },
    ]);
    expect(documentsOf(plain, "production/api/events.log")).toMatchObject([{ n: 1 }, { n: 2 }]);
    expect(documentsOf(plain, strange)).toMatchObject([{ message: "only line", aws_region: region }]);
    expect(documentsOf(encrypted, trail)).toMatchObject([
      { eventName: "GetObject" },
      { eventName: "AssumeRole" },
    ]);
    expect(hook.listener.documents.join("\n")).toContain("12345678901234567890");
    expect(hook.listener.documentCount).toBe(8);
    expect(await messagesIn("dead_letter_queue_url")).toBe(0);
  }, 60_000);

  test("reads the version that an event names", async () => {
    await hook.s3.putBucketVersioning({
      Bucket: plain,
      VersioningConfiguration: { Status: "Enabled" },
    });
    const key = "production/web/versions.log";
    const versionId = await put(plain, key, "as announced\n");
    await put(plain, key, "written later\n");
    await hook.sqs.purgeQueue({ QueueUrl: await hook.output("queue_url") });
    // The emulator's events name no version.
    const object = { bucket: plain, key, versionId, region };
    await hook.sqs.sendMessage({
      QueueUrl: await hook.output("queue_url"),
      MessageBody: JSON.stringify(s3Event(object)),
    });

    await hook.pollUntilEmpty();

    expect(documentsOf(plain, key)).toMatchObject([{ message: "as announced" }]);
  }, 60_000);

  test("hands what it cannot start in time over to a later run", async () => {
    const keys = ["production/web/late-1.log", "production/web/late-2.log"];
    for (const key of keys) await put(plain, key, `${key}\n`);
    // Half of a short run's time is for work: the first object's bulk takes longer than that.
    hook.listener.script({ slowMs: 5000 });

    const outOfTime = await hook.poll(8);

    expect(outOfTime).toMatchObject({ received: 2, failed: [] });
    expect(keys.map((key) => documentsOf(plain, key).length)).toEqual([1, 0]);
    expect(await messagesIn("queue_url")).toBe(1);
    await hook.pollUntilEmpty();
    expect(keys.map((key) => documentsOf(plain, key).length)).toEqual([1, 1]);
  }, 60_000);

  test("gives up what it cannot read, with the reason; status and replay deal with it", async () => {
    const [QueueUrl, deadLetterQueueUrl] = [
      await hook.output("queue_url"),
      await hook.output("dead_letter_queue_url"),
    ];
    await hook.sqs.sendMessage({ QueueUrl, MessageBody: "{" });
    const key = "production/web/refused.log";
    await put(plain, key, "one\n");
    hook.listener.script({ status: 404 });

    const { received, failed, succeeded } = await hook.poll();

    // The object comes back, after a wait that the emulated event source does not keep.
    expect({ received, failed: failed.length, succeeded: succeeded.length }).toEqual({
      received: 2,
      failed: 1,
      succeeded: 1,
    });
    expect(hook.functionLog.join("\n")).toContain("message comes back later");
    await hook.pollUntilEmpty();
    expect(documentsOf(plain, key)).toHaveLength(1);

    const status = await hook.command(addStatus, ["status"]);
    expect({ exitCode: status.exitCode, stderr: status.stderr }).toEqual({ exitCode: 4, stderr: "" });
    expect(status.stdout).toContain("1 message in the dead-letter queue");
    const look = await hook.command(addReplay, ["replay", "--dlq", "--dry-run"]);
    expect(look.stdout).toContain("the message cannot be read: it is no JSON");
    const replay = await hook.command(addReplay, ["replay", "--dlq", "--yes"]);
    expect(replay).toMatchObject({ exitCode: 0 });
    expect(await messagesIn("dead_letter_queue_url")).toBe(0);
    expect(await messagesIn("queue_url")).toBe(1);
    await hook.pollUntilEmpty();
    expect(await messagesIn("dead_letter_queue_url")).toBe(1);
    await hook.sqs.purgeQueue({ QueueUrl: deadLetterQueueUrl });
  }, 60_000);

  test("looks at a bucket before and behind the hook alike: preflight knows its own notifications", async () => {
    const { exitCode, stdout } = await hook.command(addPreflight, ["preflight", encrypted, "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      region,
      sameAccount: true,
      kmsKeyArn: keyArn,
      notifications: { eventBridge: false, rules: [{ kind: "queue", prefix: "AWSLogs/" }] },
      triggers: [{ trigger: "s3", outcome: "fits" }, {}, {}, {}],
    });
  }, 60_000);

  test("allows the function each call that it made, and none of them on a neighbour", async () => {
    const role = await hook.resource("aws_iam_role");
    const { values } = await hook.resource("aws_iam_role_policy");
    const policies = [JSON.parse(values["policy"] as string) as PolicyDocument];
    const roleArn = role.values["arn"] as string;
    const { values: logGroup } = await hook.resource("aws_cloudwatch_log_group");
    const unseen = unseenCalls(logGroup["arn"] as string, await hook.output("dead_letter_queue_url"));
    const made = [...hook.proxy.calls.flatMap(iamCalls), ...unseen];
    const calls = [...new Map(made.map((call) => [JSON.stringify(call), call])).values()];
    const neighbours = calls.flatMap(neighboursOf);

    const denied = await filterAsync(calls, async (call) => !(await isAllowed(call, roleArn, policies)));
    const allowed = await filterAsync(neighbours, (call) => isAllowed(call, roleArn, policies));

    expect(new Set(calls.map(({ action }) => action))).toEqual(
      new Set([
        "s3:GetObject",
        "s3:GetObjectVersion",
        "kms:Decrypt",
        "secretsmanager:GetSecretValue",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:SendMessage",
        "sqs:ChangeMessageVisibility",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ]),
    );
    expect(denied).toEqual([]);
    expect(allowed).toEqual([]);
    process.stdout.write(`${calls.length} calls allowed, ${neighbours.length} neighbours denied\n`);
  }, 60_000);

  test("writes the token nowhere but into the secret", async () => {
    // The needle is the right one: this is what was sent to the listener and what the secret holds.
    expect(hook.listener.requests[0].path).toContain(tokens.first);
    expect(await storedToken()).toBe(tokens.first);

    const places = {
      plan: secondPlan.text,
      state: (await hook.deployment.state()).text,
      function: JSON.stringify(await hook.functionConfiguration()),
      log: hook.functionLog.join("\n"),
      printed: hook.deployment.printed,
    };
    for (const text of Object.values(places)) expect(text).not.toBe("");
    const found = Object.entries(places).filter(([, text]) => text.includes(tokens.first));
    expect(found.map(([place]) => place)).toEqual([]);
    expect(hook.deployment.filesWith("LOGZIO_TOKEN_SECRET_ARN")).not.toEqual([]);
    expect(hook.deployment.filesWith(tokens.first)).toEqual([]);
  }, 60_000);

  test("writes a changed token when its version is raised, and not before", async () => {
    const { address } = await hook.resource("aws_secretsmanager_secret_version");
    hook.deployment.setVariable("logzio_token", tokens.second);
    await hook.deployment.applyOnly(address);
    expect(await storedToken()).toBe(tokens.first);

    hook.deployment.configure(configuration(2));
    await hook.deployment.applyOnly(address);
    expect(await storedToken()).toBe(tokens.second);
    expect(hook.deployment.filesWith(tokens.second)).toEqual([]);
    expect(hook.deployment.printed).not.toContain(tokens.second);
  }, 120_000);

  test("leaves nothing when it is destroyed", async () => {
    expect(await hook.leftovers()).not.toEqual([]);
    await hook.deployment.destroy();
    expect(await hook.leftovers()).toEqual([]);
  }, 180_000);
});

async function filterAsync<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (const item of items) if (await test(item)) kept.push(item);
  return kept;
}
