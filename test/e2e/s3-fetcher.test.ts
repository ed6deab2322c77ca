import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { PlannedChange } from "../support/deployment";
import { iamCalls, isAllowed, type PolicyDocument } from "../support/policy-proof";
import { describeEndToEnd } from "../support/requirements";
import { DeployedFetcher } from "./deployed-fetcher";
import { region } from "./deployed-function";
import { logCalls, neighboursOf } from "./neighbours";

const token = "FETCHERTOKENabcdefghijklmnopqrst";
const plain = "ordered-logs-e2e";
const encrypted = "trail-logs-e2e";

/** What moto 5.2.1 takes and does not give back, so that provider 5.100.0 plans it again each time. */
const notReturned: Readonly<Partial<Record<string, readonly string[]>>> = {
  aws_lambda_function: ["logging_config"],
};

let fetcher: DeployedFetcher;
let changes: readonly PlannedChange[];

async function put(bucket: string, key: string, content: Buffer | string): Promise<void> {
  await fetcher.s3.putObject({ Bucket: bucket, Key: key, Body: Buffer.from(content) });
}

/** What the listener took of a bucket, in the order of acceptance. */
function messagesOf(bucket: string): unknown[] {
  return fetcher.listener.documents
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .filter((document) => String(document["s3_object_key"]).startsWith(`${bucket}/`))
    .map(({ message, eventName }) => message ?? eventName);
}

describeEndToEnd("the S3 Fetcher, deployed by cdktf", () => {
  beforeAll(async () => {
    fetcher = await DeployedFetcher.start("logzio-fetcher-e2e", token);
    await fetcher.s3.createBucket({ Bucket: plain });
    const kmsKeyArn = await fetcher.createEncryptedBucket(encrypted);
    fetcher.deployment.configure({
      listener: fetcher.listener.url,
      token: { variable: true, recoveryWindowInDays: 0 },
      aws: { region },
      fetcher: {
        sources: [
          { bucket: plain, prefix: "app/", start: "beginning", settleSeconds: 0 },
          { bucket: encrypted, prefix: "AWSLogs/", kmsKeyArn, settleSeconds: 0 },
        ],
      },
    });
    fetcher.deployment.setVariable("logzio_token", token);
    await put(plain, "app/2026/01/05/02.log", "second\n");
    await put(plain, "app/2026/01/05/01.log.gz", gzipSync("first\nfirst again\n"));
    await put(plain, "elsewhere/2026/01/05/01.log", "not to be shipped\n");
    await put(encrypted, "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/05/old.json.gz", gzipSync("{}"));
    await fetcher.deployment.deploy();
    ({ changes } = await fetcher.deployment.plan());
  }, 480_000);

  afterAll(async () => {
    await (fetcher as DeployedFetcher | undefined)?.stop();
  }, 60_000);

  test("plans nothing after the deployment but what the emulator does not return", () => {
    const unexpected = changes.filter(
      ({ type, actions, attributes }) =>
        actions.join() !== "update" || attributes.some((name) => !notReturned[type]?.includes(name)),
    );
    expect(unexpected).toEqual([]);
  });

  test("is invoked every minute for each source", async () => {
    const schedules = await fetcher.schedules();
    const inputs = schedules.map(({ Target }) => Target.Input).sort();
    expect(inputs.map((input) => JSON.parse(input) as unknown)).toEqual([
      { source: `${plain}/app/` },
      { source: `${encrypted}/AWSLogs/` },
    ]);
    for (const { ScheduleExpression, FlexibleTimeWindow } of schedules) {
      expect([ScheduleExpression, FlexibleTimeWindow.Mode]).toEqual(["rate(1 minute)", "OFF"]);
    }
  });

  test("ships in order from where each source begins, and then what is new", async () => {
    // S3's times are in whole seconds: what was put before the deployment must be older than the first run's second.
    await wait(1_100);
    for (const { error } of await fetcher.tick()) expect(error).toBeUndefined();
    expect(messagesOf(plain)).toEqual(["first", "first again", "second"]);
    expect(messagesOf(encrypted)).toEqual([]);

    const records = gzipSync('{"Records":[{"eventName":"GetObject"},{"eventName":"AssumeRole"}]}');
    await put(encrypted, "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/05/new.json.gz", records);
    await put(plain, "app/2026/01/05/03.log", "third\n");
    await put(plain, "app/2026/01/05/00.log", "late\n");
    await wait(100);
    for (const { error } of await fetcher.tick()) expect(error).toBeUndefined();
    for (const { error } of await fetcher.tick()) expect(error).toBeUndefined();
    expect(messagesOf(plain)).toEqual(["first", "first again", "second", "late", "third"]);
    expect(messagesOf(encrypted)).toEqual(["GetObject", "AssumeRole"]);
  }, 60_000);

  test("allows the function each call that it made, and none of them on a neighbour", async () => {
    const { resources } = await fetcher.deployment.state();
    const policies = resources
      .filter(({ type, values }) => type === "aws_iam_role_policy" && values["name"] === "function")
      .map(({ values }) => JSON.parse(values["policy"] as string) as PolicyDocument);
    const role = (await fetcher.resource("aws_lambda_function")).values["role"] as string;
    const logGroup = (await fetcher.resource("aws_cloudwatch_log_group")).values["arn"] as string;
    const made = [...fetcher.proxy.calls.flatMap(iamCalls), ...logCalls(logGroup)];
    const calls = [...new Map(made.map((call) => [JSON.stringify(call), call])).values()];

    expect(new Set(calls.map(({ action }) => action))).toEqual(
      new Set([
        "s3:ListBucket",
        "s3:GetObject",
        "kms:Decrypt",
        "secretsmanager:GetSecretValue",
        "dynamodb:Query",
        "dynamodb:PutItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ]),
    );
    const neighbours = calls.flatMap(neighboursOf);
    for (const call of calls) expect([call, await isAllowed(call, role, policies)]).toEqual([call, true]);
    for (const call of neighbours)
      expect([call, await isAllowed(call, role, policies)]).toEqual([call, false]);
    process.stdout.write(`${calls.length} calls allowed, ${neighbours.length} neighbours denied\n`);
  }, 60_000);

  test("is looked at, and its checkpoints moved, by the command line", async () => {
    const refused = "app/2026/01/05/04.log.gz";
    const source = ["--source", `${plain}/app/`];
    await put(plain, refused, gzipSync("fourth\n"));
    await put(plain, "app/2026/01/05/05.log", "fifth\n");
    await wait(1_100);
    fetcher.listener.script({ status: 400 });
    expect((await fetcher.tick()).filter(({ error }) => error !== undefined)).toHaveLength(1);
    const status = await fetcher.command(["fetcher", "status", "--json"], token);
    expect(JSON.parse(status.stdout)).toMatchObject({
      sources: [
        { source: `${plain}/app/`, streams: [{ failing: { key: refused }, lag: { objects: 2 } }] },
        { source: `${encrypted}/AWSLogs/`, streams: [{ failing: null, lag: { objects: 0 } }] },
      ],
    });

    expect(await fetcher.command(["fetcher", "skip", ...source, refused, "--yes"], token)).toMatchObject({
      exitCode: 0,
    });
    await fetcher.tick();
    expect(messagesOf(plain).at(-1)).toBe("fifth");

    const replayed = await fetcher.command(["fetcher", "replay", ...source, "--all"], token);
    expect(replayed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("shipped") as string });
    expect(messagesOf(plain).at(-1)).toBe("fourth");

    const to = ["--to", "app/2026/01/05/03.log", "--yes"];
    expect(await fetcher.command(["fetcher", "reset", ...source, ...to], token)).toMatchObject({
      exitCode: 0,
    });
    await fetcher.tick();
    expect(messagesOf(plain).slice(-2)).toEqual(["fourth", "fifth"]);
  }, 60_000);

  test("leaves to a backfill what is beside its sources", async () => {
    const state = ["--state", join(fetcher.deployment.output, "backfill.json")];
    const words = ["backfill", plain, "--prefix", "elsewhere/", "--yes", ...state];
    expect(await fetcher.command(words, token)).toMatchObject({ exitCode: 0 });
    expect(messagesOf(plain).at(-1)).toBe("not to be shipped");
  }, 60_000);

  test("leaves nothing behind when it is destroyed", async () => {
    await fetcher.deployment.destroy();
    expect(await fetcher.schedules()).toEqual([]);
    const tables = await fetcher.emulator.jsonCall("dynamodb", "DynamoDB_20120810.ListTables", {});
    expect(tables["TableNames"]).toEqual([]);
  }, 180_000);
});
