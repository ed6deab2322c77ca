import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addBackfill } from "../../../../cli/commands/backfill";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { bucket, HookBench } from "../../../support/hook-bench";

let bench: HookBench;
let folder: string;

beforeEach(async () => {
  bench = await HookBench.start();
  folder = mkdtempSync(join(tmpdir(), "backfill-queue-"));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: bench.aws.url,
    AWS_ENDPOINT_URL_S3: bench.s3.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
afterEach(async () => {
  await bench.stop();
  rmSync(folder, { recursive: true });
});

function backfill(...words: string[]): Promise<CommandRun> {
  const all = ["backfill", bucket, "--queue", bench.queueUrl, "--state", join(folder, "state.json"), "--yes"];
  return runCommand(addBackfill, [...all, ...words]);
}

/** Has the hook's own code work off what is in the queue. */
async function workOff(): Promise<void> {
  const messages = bench.aws.messages(bench.queueUrl);
  for (let from = 0; from < messages.length; from += 10) {
    const records = messages.slice(from, from + 10).map(({ messageId, body }) => ({
      messageId,
      body,
      eventSource: "aws:sqs",
    }));
    expect(await bench.run({ Records: records }, { warm: true })).toEqual({ batchItemFailures: [] });
  }
}

describe("logzio-s3 backfill --queue", () => {
  test("asks the hook for each object, and the hook ships them as they are", async () => {
    const keys = [
      "plain.log",
      "with space.log",
      "a+b%20c.log",
      "ä/ö=ü.log",
      "(brackets)!'*~.log",
      "\u{1f600}.log",
    ];
    for (const key of keys) bench.s3.put(bucket, key, `${key}\n`);
    bench.s3.put(bucket, "empty.log", "");
    const { exitCode, stdout, stderr } = await backfill();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("Asked the hook for 6 objects");
    await workOff();
    expect([...bench.messages].sort()).toEqual([...keys].sort());
  });

  test("sends ten at a time, in key order, and goes on where a batch was not taken", async () => {
    for (let number = 10; number < 35; number++) bench.s3.put(bucket, `${number}.log`, `${number}\n`);
    bench.aws.script("SendMessageBatch", { delayMs: 0 }, { status: 403, code: "AccessDenied" });
    const first = await backfill();
    expect(first.exitCode).toBe(3);
    expect(first.stdout).toContain("Stopped; 10 objects done so far.");
    expect(first.stderr).toContain("AccessDenied");
    expect((await backfill()).exitCode).toBe(0);
    const keys = bench.aws.messages(bench.queueUrl).map(({ body }) => /"key":"(\d+)/.exec(body)?.[1]);
    expect(keys).toEqual(Array.from({ length: 25 }, (_, index) => String(10 + index)));
  });

  test("sends again what SQS did not take of a batch, and that alone", async () => {
    for (let number = 10; number < 15; number++) bench.s3.put(bucket, `${number}.log`, `${number}\n`);
    bench.aws.script("SendMessageBatch", { failEntries: [1, 3] });
    expect((await backfill()).exitCode).toBe(0);
    await workOff();
    expect([...bench.messages].sort()).toEqual(["10", "11", "12", "13", "14"]);
  });

  test("waits while the queue is full", async () => {
    for (let number = 10; number < 40; number++) bench.s3.put(bucket, `${number}.log`, `${number}\n`);
    let most = 0;
    const drain = setInterval(() => {
      const { length } = bench.aws.messages(bench.queueUrl);
      most = Math.max(most, length);
      if (length >= 20) bench.aws.clear(bench.queueUrl);
    }, 100);
    const { exitCode, stdout } = await backfill("--in-flight", "20");
    clearInterval(drain);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Asked the hook for 30 objects");
    expect(most).toBe(20);
  });
});
