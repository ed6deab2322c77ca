import { addReplay } from "../../../../cli/commands/replay";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { s3Event, sqsEvent } from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

let bench: HookBench;
let queueUrl: string;
let deadLetterQueueUrl: string;

beforeEach(async () => {
  bench = await HookBench.start();
  queueUrl = bench.queueUrl;
  deadLetterQueueUrl = bench.deadLetterQueueUrl;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: bench.aws.url,
    AWS_ENDPOINT_URL_S3: bench.s3.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
afterEach(() => bench.stop());

function replay(words: readonly string[] = ["--yes"], signal?: AbortSignal): Promise<CommandRun> {
  const all = ["replay", "--dlq", "--name", "hook", "--config", "/dev/null", ...words];
  return runCommand(addReplay, all, {}, signal);
}

const reason = (text: string) => ({ Reason: { DataType: "String", StringValue: text } });

function bury(key: string, why?: string): void {
  const body = JSON.stringify(s3Event({ bucket, key }));
  bench.aws.send(deadLetterQueueUrl, body, 0, why === undefined ? {} : reason(why));
}

const denied = (key: string): string => `s3://${bucket}/${key} cannot be read (AccessDenied)`;

describe("logzio-s3 replay --dlq", () => {
  test("says what is there and why, and has SQS move it to the hook's queue", async () => {
    for (let number = 0; number < 25; number++) bury(`app/${number}.log`, denied(`app/${number}.log`));
    bury("b.log");
    bench.aws.send(deadLetterQueueUrl, "{", 0, reason("the message cannot be read: it is no JSON"));

    const { exitCode, stdout, stderr } = await replay();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("hook-dlq: 27 messages");
    expect(stdout).toMatch(/ {2}25 messages\n {4}the object cannot be read \(AccessDenied\)/);
    expect(stdout).toContain(`s3://${bucket}/app/0.log`);
    expect(stdout).toContain("no reason: SQS moved it");
    expect(stdout).toContain("27 messages moved to hook");
    expect(bench.aws.messages(deadLetterQueueUrl)).toEqual([]);
    expect(bench.aws.messages(queueUrl)).toHaveLength(27);
    // SQS does not know where messages of the function's own came from.
    expect(bench.aws.callsOf("StartMessageMoveTask")[0].input).toMatchObject({
      SourceArn: "arn:aws:sqs:us-east-1:123456789012:hook-dlq",
      DestinationArn: "arn:aws:sqs:us-east-1:123456789012:hook",
    });
  });

  test("ships what the function gave up, once what was wrong is mended", async () => {
    bench.s3.put(bucket, "a.log", "one\n");
    bench.s3.script("a.log", { status: 403, code: "AccessDenied" });
    const event = {
      messageId: "m1",
      body: JSON.stringify(s3Event({ bucket, key: "a.log" })),
      receiveCount: 6,
    };
    await bench.run(sqsEvent(event));

    expect((await replay()).stdout).toContain("allow the function s3:GetObject");
    const [message] = bench.aws.messages(queueUrl);
    await bench.run(sqsEvent(message.body));

    expect(bench.messages).toEqual(["one"]);
  });

  test("looks, and changes nothing, with --dry-run", async () => {
    for (let number = 10; number < 35; number++) bury(`${number}.log`, denied(`${number}.log`));
    const { exitCode, stdout } = await replay(["--dry-run", "--json", "--look", "20"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      queue: "hook",
      deadLetterQueue: "hook-dlq",
      looked: 20,
      reasons: [
        {
          reason: "the object cannot be read (AccessDenied)",
          messages: 20,
          objects: [10, 11, 12].map((number) => `s3://${bucket}/${number}.log`),
        },
      ],
      moved: 0,
      left: 25,
    });
    // All of it can be seen again at once.
    expect(bench.aws.messages(deadLetterQueueUrl).filter(({ visible }) => visible)).toHaveLength(25);
    expect(bench.aws.callsOf("StartMessageMoveTask")).toEqual([]);
  });

  test("asks before it moves anything", async () => {
    bury("a.log");
    const { exitCode, stderr } = await replay([]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Send it through the hook again?");
    expect(stderr).toContain("--yes");
    expect(bench.aws.messages(deadLetterQueueUrl)).toHaveLength(1);
  });

  test("has nothing to do where nothing is there", async () => {
    const { exitCode, stdout } = await replay();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Nothing is in hook-dlq.\n" });
  });

  test("interrupted, has SQS stop, and goes on another time", async () => {
    for (let number = 0; number < 30; number++) bury(`${number}.log`);
    bench.aws.moveTasks.perLook = 10;
    const interrupted = new AbortController();
    const running = replay(["--yes"], interrupted.signal);
    while (bench.aws.messages(queueUrl).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    interrupted.abort();

    const { exitCode, stdout } = await running;

    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/Stopped behind \d+ messages; the rest is in hook-dlq/);
    expect(bench.aws.callsOf("CancelMessageMoveTask")).toHaveLength(1);
    expect(bench.aws.messages(deadLetterQueueUrl).length).toBeGreaterThan(0);
    expect((await replay()).exitCode).toBe(0);
    expect(bench.aws.messages(queueUrl)).toHaveLength(30);
  });

  test("waits for a task that SQS shows late, and watches one that is under way already", async () => {
    bury("a.log");
    bench.aws.moveTasks.unseenLooks = 3;
    expect((await replay()).exitCode).toBe(0);
    for (let number = 0; number < 20; number++) bury(`${number}.log`);
    bench.aws.moveTasks.perLook = 8;
    bench.aws.moveTasks.start(
      "arn:aws:sqs:us-east-1:123456789012:hook-dlq",
      "arn:aws:sqs:us-east-1:123456789012:hook",
    );
    const { exitCode, stdout } = await replay();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("20 messages moved");
    expect(bench.aws.callsOf("StartMessageMoveTask")).toHaveLength(1);
  });

  test("says why SQS stopped", async () => {
    bury("a.log");
    bench.aws.moveTasks.perLook = 0;
    bench.aws.moveTasks.failure = "AccessDenied";
    const { exitCode, stderr } = await replay();
    expect(exitCode).toBe(3);
    expect(stderr).toContain("SQS stopped moving behind 0 messages (AccessDenied)");
  });

  const unknown = { status: 400, code: "UnknownOperationException" } as const;

  test("moves from here, ten at a time, where SQS has no such tasks", async () => {
    for (let number = 10; number < 35; number++) bury(`${number}.log`, denied(`${number}.log`));
    bench.aws.script("ListMessageMoveTasks", unknown);
    const { exitCode, stdout, stderr } = await replay();
    expect(exitCode).toBe(0);
    expect(stderr).toContain("no move tasks");
    expect(stdout).toContain("25 messages moved to hook");
    expect(bench.aws.messages(deadLetterQueueUrl)).toEqual([]);
    expect(bench.aws.callsOf("SendMessageBatch")).toHaveLength(3);
    const moved = bench.aws.messages(queueUrl);
    expect(new Set(moved.map(({ body }) => body)).size).toBe(25);
    expect(moved[0].attributes["Reason"].StringValue).toBe(denied("10.log"));
  });

  test("loses nothing there where the queue does not take a message", async () => {
    for (let number = 10; number < 15; number++) bury(`${number}.log`);
    bench.aws.script("ListMessageMoveTasks", unknown, unknown);
    bench.aws.script("SendMessageBatch", { failEntries: [1, 3] });
    const { exitCode, stderr } = await replay();
    expect(exitCode).toBe(3);
    expect(stderr).toContain("did not take 2 of 5 messages");
    expect(bench.aws.messages(deadLetterQueueUrl).filter(({ visible }) => visible)).toHaveLength(2);
    expect((await replay()).exitCode).toBe(0);
    expect(bench.aws.messages(queueUrl)).toHaveLength(5);
  });

  test("says which hook it looks for where there is no queue", async () => {
    bench.aws.script("GetQueueUrl", { status: 400, code: "AWS.SimpleQueueService.NonExistentQueue" });
    const { exitCode, stderr } = await replay();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/there is no queue hook(-dlq)? in this account and region: deploy the hook first/);
  });

  test("wants to know what to replay", async () => {
    const { exitCode, stderr } = await runCommand(addReplay, ["replay"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "write what to replay: --dlq, or --firehose-backup BUCKET, and not both\n",
    });
  });
});
