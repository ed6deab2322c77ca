import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addStatus } from "../../../../cli/commands/status";
import { AwsDouble } from "../../../support/aws-double";
import { CloudWatchDouble } from "../../../support/cloudwatch-double";
import { runCommand, type CommandRun } from "../../../support/command-run";

let aws: AwsDouble;
let cloudWatch: CloudWatchDouble;
const minute = 60_000;

beforeEach(async () => {
  [aws, cloudWatch] = await Promise.all([AwsDouble.start(), CloudWatchDouble.start()]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: aws.url,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
afterEach(async () => {
  await Promise.all([aws.stop(), cloudWatch.stop()]);
});

function status(...words: string[]): Promise<CommandRun> {
  const named = words.includes("--config") ? [] : ["--config", "/dev/null", "--name", "hook"];
  return runCommand(addStatus, ["status", ...named, ...words]);
}

/** Gives a metric values, each of so many minutes ago. */
function measure(metric: string, ...points: readonly (readonly [minutesAgo: number, value: number])[]): void {
  const now = Date.now();
  cloudWatch.points.set(
    `${metric}/hook`,
    points.map(([ago, value]) => ({ at: new Date(now - ago * minute), value })),
  );
}

async function problemsOf(...words: string[]): Promise<readonly string[]> {
  const { exitCode, stdout } = await status("--json", ...words);
  const { problems } = JSON.parse(stdout) as { problems: readonly string[] };
  expect(exitCode).toBe(problems.length === 0 ? 0 : 1);
  return problems;
}

describe("logzio-s3 status", () => {
  test("is in order where nothing waits for long and nothing failed", async () => {
    aws.send(aws.queueUrl("hook"), "{}");
    measure("LogzioS3/Objects", [10, 5], [40, 7], [600, 100]);
    measure("LogzioS3/BytesIn", [10, 1_000_000], [40, 500_000]);
    measure("LogzioS3/RecordsAccepted", [10, 1234]);
    measure("AWS/Lambda/Invocations", [10, 3]);
    measure("AWS/SQS/ApproximateAgeOfOldestMessage", [20, 5000], [5, 120]);

    const { exitCode, stdout, stderr } = await status();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("hook  in order");
    expect(stdout).toMatch(/queue +1 message waiting; the oldest for 2 minutes/);
    expect(stdout).toMatch(/dead-letter queue +empty/);
    expect(stdout).toMatch(/last hour +12 objects shipped \(1\.5 MB, 1,234 records\), 0 skipped, 0 failed/);
    expect(stdout).toMatch(/last objects +5 objects in the 5 minutes from \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  });

  test("prints all of it as one document", async () => {
    measure("LogzioS3/Objects", [10, 5]);
    const { stdout } = await status("--json", "--hours", "24");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      hours: 24,
      hook: "hook",
      queue: { visible: 0, inFlight: 0, delayed: 0 },
      deadLetterQueue: { visible: 0, inFlight: 0, delayed: 0 },
      activity: { objects: 5, objectsFailed: 0, oldestMessageSeconds: null },
      unread: null,
      problems: [],
      setAside: 0,
    });
    expect(cloudWatch.callsOf("GetMetricData")).toHaveLength(1);
  });

  test("says what is wrong, each with what it means", async () => {
    aws.send(aws.queueUrl("hook"), "{}");
    measure("AWS/Lambda/Errors", [10, 2]);
    measure("AWS/Lambda/Throttles", [10, 1]);
    measure("LogzioS3/ObjectsFailed", [10, 3]);
    measure("LogzioS3/RecordsRefused", [10, 4]);
    measure("AWS/SQS/ApproximateAgeOfOldestMessage", [3, 7200]);
    expect(await problemsOf()).toEqual([
      "the oldest message has waited for 2 hours, which is over 60 minutes",
      "messages wait, and the function has not run for a quarter of an hour: is its event source mapping on?",
      "2 runs of the function failed as a whole in the last hour; its log /aws/lambda/hook says why",
      "1 run of the function was throttled in the last hour: the account's concurrency is used up",
      expect.stringMatching(/^3 attempts to ship an object failed in the last hour/),
      "Logz.io refused 4 records in the last hour; they are not sent again",
    ]);
    const { stdout } = await status();
    expect(stdout).not.toContain("in order");
    expect(stdout).toContain("! Logz.io refused 4 records");
  });

  test("counts errors as far back as it is asked to", async () => {
    measure("LogzioS3/RecordsRefused", [200, 4]);
    expect(await problemsOf()).toEqual([]);
    expect(await problemsOf("--hours", "4")).toHaveLength(1);
    measure("AWS/SQS/ApproximateAgeOfOldestMessage", [3, 7200]);
    expect(await problemsOf()).toHaveLength(1);
    expect(await problemsOf("--age", "180")).toEqual([]);
  });

  test("has an exit code of its own where all that is wrong is in the dead-letter queue", async () => {
    for (let message = 0; message < 3; message++) aws.send(aws.queueUrl("hook-dlq"), "{}");
    const { exitCode, stdout } = await status();
    expect(exitCode).toBe(4);
    expect(stdout).toContain("! 3 messages in the dead-letter queue; logzio-s3 replay --dlq");
    measure("LogzioS3/RecordsRefused", [10, 1]);
    expect((await status()).exitCode).toBe(1);
  });

  test("says what it may not read, and calls nothing in order that it does not know", async () => {
    aws.send(aws.queueUrl("hook"), "{}");
    cloudWatch.script("GetMetricData", { status: 403, code: "AccessDenied" });
    const { exitCode, stdout, stderr } = await status();
    expect(exitCode).toBe(3);
    expect(stdout).toContain("1 message waiting");
    expect(stdout).not.toContain("in order");
    expect(stderr).toContain("AWS refuses cloudwatch:GetMetricData");
  });

  test("takes name and region from logzio.yaml", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hook-status-"));
    const file = join(folder, "logzio.yaml");
    writeFileSync(file, "aws: { region: eu-central-1 }\nhook: { name: other, trigger: s3, sources: [] }\n");
    const { stdout } = await status("--config", file);
    expect(stdout).toContain("other  in order");
    const names = aws.callsOf("GetQueueUrl").map(({ input }) => input["QueueName"]);
    expect(names.sort()).toEqual(["other", "other-dlq"]);
    expect(aws.calls[0].headers.authorization).toContain("/eu-central-1/sqs/");
    rmSync(folder, { recursive: true });
  });

  test("says which hook it looks for where there is none", async () => {
    aws.script("GetQueueUrl", { status: 400, code: "QueueDoesNotExist" });
    const { exitCode, stderr } = await status();
    expect(exitCode).toBe(3);
    expect(stderr).toContain("deploy the hook first");
  });
});
