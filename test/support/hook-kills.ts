import { SQS } from "@aws-sdk/client-sqs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { pollOnce } from "../../cli/local/event-source";
import { FunctionProcess } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { renderSources } from "../../lambdas/runtime/environment";
import { maximumReceives } from "../../lambdas/s3-hook/environment";
import { AwsDouble } from "./aws-double";
import { s3Event } from "./events";
import { Random } from "./random";
import { S3Double } from "./s3-double";

const token = "a-token-for-tests";
const bucket = "killed-logs";
const queueArn = "arn:aws:sqs:us-east-1:123456789012:hook";
/** Half of it is for work: objects that take longer are handed over. */
const timeoutSeconds = 3;
const root = join(__dirname, "../..");

/** Each kill while something is handed over leaves two messages where one was. */
const mostRunsOfRound = 150;

/** When the process dies: after a time in ms, as a bulk is accepted, or as something is handed over. */
type Moment = number | "accepted" | "handing over";

export interface KillReport {
  readonly runs: number;
  readonly killed: number;
  readonly continuations: number;
  /** Documents that came again, all together. */
  readonly repeated: number;
  /** The most bulks that one killed run had sent, of whatever may come again. */
  readonly bulksOfKilled: number;
}

/** The function's zip in a process of its own, fed from a queue, and killed. */
export class HookKills {
  private readonly random: Random;
  private readonly expected = new Map<string, string[]>();
  private mayRepeat = 0;
  private bulksOfKilled = 0;
  private killed = 0;
  private isDying = false;
  /** What is done before a bulk that was accepted is answered. */
  private whenAccepted: () => void = () => undefined;

  static async play(seed: number, kills: number): Promise<KillReport> {
    let play: HookKills | undefined = undefined as HookKills | undefined;
    const [s3, aws, listener] = await Promise.all([
      S3Double.start(),
      AwsDouble.start(),
      LocalListener.start({ token, onAccepted: () => play?.whenAccepted() }),
    ]);
    const [queueUrl, deadLetterQueueUrl] = [aws.queueUrl("hook"), aws.queueUrl("hook-dlq")];
    const process = await FunctionProcess.start({
      zip: join(root, "dist/lambdas/s3-hook.zip"),
      environment: {
        LOGZIO_LISTENER: listener.url,
        LOGZIO_TOKEN: token,
        SOURCES: renderSources([{ bucket, type: "t", recordId: true }]),
        QUEUE_URL: queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
        AWS_ENDPOINT_URL: aws.url,
        AWS_ENDPOINT_URL_S3: s3.url,
      },
      memoryMegabytes: 512,
      timeoutSeconds,
      functionName: "s3-hook",
    });
    const sqs = new SQS({
      endpoint: aws.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      useQueueUrlAsEndpoint: false,
    });
    try {
      play = new HookKills(seed, { s3, aws, listener, process, sqs, queueUrl, deadLetterQueueUrl });
      return await play.run(kills);
    } finally {
      sqs.destroy();
      await process.stop();
      await Promise.all([s3.stop(), aws.stop(), listener.stop()]);
    }
  }

  private constructor(
    seed: number,
    private readonly world: {
      readonly s3: S3Double;
      readonly aws: AwsDouble;
      readonly listener: LocalListener;
      readonly process: FunctionProcess;
      readonly sqs: SQS;
      readonly queueUrl: string;
      readonly deadLetterQueueUrl: string;
    },
  ) {
    this.random = new Random(seed);
  }

  private async run(kills: number): Promise<KillReport> {
    const { aws, queueUrl } = this.world;
    let runs = 0;
    for (let round = 0; this.killed < kills; round++) {
      this.put(round);
      for (; aws.messages(queueUrl).length > 0; runs++) {
        if (runs > mostRunsOfRound * (round + 1)) throw new Error("the queue does not become empty");
        await this.runOnce(this.killed < kills && this.random.chance(0.7));
        this.redrive();
      }
    }
    const repeated = this.check();
    const continuations = aws.callsOf("SendMessageBatch").length;
    return { runs, killed: this.killed, continuations, repeated, bulksOfKilled: this.bulksOfKilled };
  }

  /** On a slow machine a run may get nowhere, and two of them give an object up: somebody sends it again. */
  private redrive(): void {
    const { aws, queueUrl, deadLetterQueueUrl } = this.world;
    for (const { body, attributes } of aws.messages(deadLetterQueueUrl)) {
      const reason = attributes["Reason"].StringValue ?? "";
      if (!reason.startsWith("no progress")) throw new Error(`a message was given up: ${reason}`);
      aws.send(queueUrl, body);
    }
    aws.clear(deadLetterQueueUrl);
  }

  /** Objects of several kinds, one of which takes longer than a run, each with its message. */
  private put(round: number): void {
    const { s3, aws, queueUrl } = this.world;
    const lines = (count: number): string[] =>
      Array.from({ length: count }, (_, line) => `round ${round} line ${line} ${this.random.hex(20)}`);
    const json = (messages: readonly string[]): string =>
      JSON.stringify(messages.map((message) => ({ message })));
    const kinds = [
      ["long", 4000, (messages: readonly string[]) => Buffer.from(messages.join("\n"))],
      ["gzip", 500, (messages: readonly string[]) => gzipSync(messages.join("\n"))],
      ["array", 500, (messages: readonly string[]) => Buffer.from(json(messages))],
      [
        "zip",
        500,
        (messages: readonly string[]) => Buffer.from(zipSync({ a: Buffer.from(messages.join("\n")) })),
      ],
    ] as const;
    for (const [kind, count, bytesOf] of kinds) {
      const key = `${kind}-${round}`;
      const messages = lines(count);
      const body = bytesOf(messages);
      const etag = s3.put(bucket, key, body);
      this.expected.set(key, messages);
      // Of the long one about a third a run, however often it is asked for.
      const slow = {
        bytesPerSecond: Math.ceil((body.length / timeoutSeconds) * (kind === "long" ? 1.2 : 8)),
      };
      s3.script(key, ...Array.from({ length: 60 }, () => slow));
      aws.send(queueUrl, JSON.stringify(s3Event({ bucket, key, etag })));
    }
  }

  private async runOnce(isKilled: boolean): Promise<void> {
    const { aws, listener, process, sqs, queueUrl } = this.world;
    const requestsBefore = listener.requests.length;
    const sentBefore = aws.callsOf("SendMessageBatch").length;
    const moment: Moment | undefined = isKilled
      ? this.random.pick<Moment>([
          this.random.below(800),
          this.random.below(2500),
          "accepted",
          "accepted",
          "handing over",
        ])
      : undefined;
    const startedAt = Date.now();
    const death = { happened: false };
    const kill = (): void => {
      if (death.happened || process.pid === undefined) return;
      death.happened = true;
      globalThis.process.kill(process.pid, "SIGKILL");
    };
    if (moment === "accepted") this.whenAccepted = kill;
    // Long enough that the function does not come to its end before.
    if (moment === "handing over") aws.script("SendMessageBatch", { delayMs: 100 });
    const look = setInterval(() => {
      const isHandingOver = aws.callsOf("SendMessageBatch").length > sentBefore;
      if (moment === "handing over" ? isHandingOver : Date.now() - startedAt >= Number(moment)) kill();
    }, 1);
    const { invocation } = await pollOnce({
      sqs,
      queueUrl,
      queueArn,
      function: process,
      batchSize: this.random.pick([1, 1, 4]),
      maxReceiveCount: maximumReceives,
      deadLetterQueueUrl: this.world.deadLetterQueueUrl,
    }).finally(() => {
      clearInterval(look);
      this.whenAccepted = () => undefined;
    });
    // Killed as it answered: then the next run finds the process dead, or dying.
    const isKilledNow = death.happened || this.isDying;
    this.isDying = death.happened && invocation?.error === undefined;
    if (invocation?.error === undefined) return;
    if (!isKilledNow)
      throw new Error(`the run failed by itself: ${invocation.error.message}\n${invocation.log.join("\n")}`);
    this.killed++;
    const requests = listener.requests.slice(requestsBefore).filter(({ accepted }) => accepted > 0);
    this.bulksOfKilled = Math.max(this.bulksOfKilled, requests.length);
    this.mayRepeat += requests.reduce((sum, { accepted }) => sum + accepted, 0);
    // What was handed over goes on by itself, beside the message that comes back.
    for (const { input } of aws.callsOf("SendMessageBatch").slice(sentBefore)) {
      for (const { MessageBody } of input["Entries"] as { MessageBody: string }[]) {
        const { key } = JSON.parse(MessageBody) as { key: string };
        this.mayRepeat += this.expected.get(key)?.length ?? 0;
      }
    }
  }

  /** Looks that every line arrived, and each object's in order. Returns how many came again. */
  private check(): number {
    const { listener } = this.world;
    const arrived = new Map<string, Map<string, string>>();
    for (const line of listener.documents) {
      const { s3_object_key: place, record_id: id, message } = JSON.parse(line) as Record<string, string>;
      const key = place.slice(bucket.length + 1);
      const messages = arrived.get(key) ?? new Map<string, string>();
      arrived.set(key, messages);
      if (!messages.has(id)) messages.set(id, message);
    }
    let known = 0;
    for (const [key, expected] of this.expected) {
      const messages = [...(arrived.get(key)?.values() ?? [])];
      known += messages.length;
      const wrong = expected.findIndex((message, index) => messages[index] !== message);
      if (wrong >= 0 || messages.length !== expected.length)
        throw new Error(`${key}: line ${wrong} of ${expected.length} is missing or out of order`);
    }
    const repeated = listener.documents.length - known;
    if (repeated > this.mayRepeat)
      throw new Error(`${repeated} documents came again, and ${this.mayRepeat} may`);
    return repeated;
  }
}
