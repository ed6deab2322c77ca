import { LocalListener, type LocalListenerOptions } from "../../cli/local/listener";
import { Deadline } from "../../lambdas/runtime/deadline";
import { Metrics } from "../../lambdas/runtime/metrics";
import { workBatch, type BatchResponse } from "../../lambdas/s3-hook/batch";
import { parse, type S3HookSettings } from "../../lambdas/s3-hook/environment";
import { createServices, type LongLivedServices } from "../../lambdas/s3-hook/services";
import { Bulk } from "../../lambdas/shipping/bulk";
import type { ServiceOptions } from "../../lambdas/shipping/delivery-services";
import { renderSources } from "../../lambdas/runtime/environment";
import { AwsDouble } from "./aws-double";
import { S3Double } from "./s3-double";

export const token = "a-token-for-tests";
export const bucket = "test-logs";
export const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";

/**
 * Of a minute, 30 s and `ms` are left when the work starts: the hand-over begins after `ms`, with all the time that
 * it has in production. See Deadline.
 */
export function runsOutAfter(ms: number): () => number {
  const end = Date.now() + 30_000 + ms;
  let looks = 0;
  return () => (looks++ === 0 ? 60_000 : end - Date.now());
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface RunOptions extends ServiceOptions {
  readonly sources?: S3HookSettings["sources"];
  /** Longest bulk, in bytes, and how many there are. @default the function's own */
  readonly bulks?: { readonly bytes: number; readonly count: number };
  /** Where bulks go. @default the bench's own listener */
  readonly listenerUrl?: string;
  /** Where objects are read from. @default the bench's own S3 */
  readonly s3Url?: string;
  /** Without a queue there is nowhere to hand over to. @default true */
  readonly queue?: boolean;
  /** Whether to go on with the clients, buffers and token of the run before, as a warm start does. @default false */
  readonly warm?: boolean;
  /** What is left of the invocation's time, in ms. @default 300 s, standing still */
  readonly remainingMs?: () => number;
  /** The time for work is over as soon as this holds, however long that takes. */
  readonly until?: () => boolean;
}

/** The function's own code between doubles of S3, SQS, Secrets Manager and the listener, all over sockets. */
export class HookBench {
  readonly log: LogLine[] = [];
  readonly metricLines: string[] = [];
  private services: LongLivedServices | undefined;
  private readonly buffers = new Map<number, Bulk[]>();

  private constructor(
    readonly s3: S3Double,
    readonly aws: AwsDouble,
    readonly listener: LocalListener,
  ) {}

  static async start(options: Partial<LocalListenerOptions> = {}): Promise<HookBench> {
    const [s3, aws, listener] = await Promise.all([
      S3Double.start(),
      AwsDouble.start(),
      LocalListener.start({ token, ...options }),
    ]);
    aws.secrets.set(secretArn, token);
    return new HookBench(s3, aws, listener);
  }

  get queueUrl(): string {
    return `${this.aws.url}/123456789012/hook`;
  }

  get deadLetterQueueUrl(): string {
    return `${this.aws.url}/123456789012/hook-dlq`;
  }

  /** Documents that the listener accepted, parsed. */
  get documents(): Record<string, unknown>[] {
    return this.listener.documents.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get messages(): unknown[] {
    return this.documents.map(({ message }) => message);
  }

  /** The sum of one of the function's own metrics over all runs. */
  measured(name: string): number {
    return this.metricLines
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
  }

  /** Why messages are in the dead-letter queue. */
  get reasons(): unknown[] {
    const messages = this.aws.messages(this.deadLetterQueueUrl);
    return messages.map(({ attributes }) => attributes["Reason"].StringValue);
  }

  logged(message: string): LogLine[] {
    return this.log.filter((line) => line.message === message);
  }

  /** Holds once the last answer for a key brought more than so many bytes. */
  hasSent(key: string, bytes: number): () => boolean {
    return () => (this.s3.requests.findLast((request) => request.key === key)?.bytesSent ?? 0) > bytes;
  }

  /** Runs one invocation; a cold start unless told otherwise. Throws what the handler would throw. */
  async run(event: unknown, options: RunOptions = {}): Promise<BatchResponse | undefined> {
    if (!options.warm) this.services?.listener.close();
    const services = (this.services = (options.warm && this.services) || this.createServices(options));
    const deadline = new Deadline(options.remainingMs ?? (() => 300_000));
    const look = setInterval(() => {
      if (options.until?.() === true) deadline.end();
    }, 1);
    const metrics = new Metrics({ FunctionName: "hook" }, (line) => this.metricLines.push(line));
    try {
      const buffers = this.buffersOf(options.bulks) ?? services.buffers;
      return await workBatch(event, { ...services, buffers, deadline, metrics });
    } finally {
      clearInterval(look);
      deadline.close();
      metrics.flush();
    }
  }

  /** Forgets what was sent, received, logged and scripted so far; the function stays warm. */
  clear(): void {
    this.listener.clear();
    this.aws.clear(this.queueUrl);
    this.aws.clear(this.deadLetterQueueUrl);
    this.aws.forget();
    this.s3.clear();
    this.log.length = 0;
    this.metricLines.length = 0;
  }

  async stop(): Promise<void> {
    this.services?.listener.close();
    await Promise.all([this.s3.stop(), this.aws.stop(), this.listener.stop()]);
  }

  /** Kept, since a bulk's buffer has room for the longest document beside the bulk itself. */
  private buffersOf(bulks: RunOptions["bulks"]): LongLivedServices["buffers"] | undefined {
    if (bulks === undefined) return undefined;
    const kept = this.buffers.get(bulks.bytes) ?? [];
    this.buffers.set(bulks.bytes, kept);
    while (kept.length < bulks.count) kept.push(new Bulk(bulks.bytes));
    return kept.slice(0, bulks.count);
  }

  private createServices(options: RunOptions): LongLivedServices {
    const variables = {
      LOGZIO_LISTENER: options.listenerUrl ?? this.listener.url,
      LOGZIO_TOKEN_SECRET_ARN: secretArn,
      SOURCES: renderSources(options.sources ?? [{ bucket, type: "s3_hook" }]),
      LOG_LEVEL: "debug",
      ...(options.queue === false
        ? {}
        : { QUEUE_URL: this.queueUrl, DEAD_LETTER_QUEUE_URL: this.deadLetterQueueUrl }),
    };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: this.aws.url,
      AWS_ENDPOINT_URL_S3: options.s3Url ?? this.s3.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    return createServices(parse(variables), {
      listener: { backoff: { baseMs: 1, capMs: 5 }, ...options.listener },
      reading: options.reading,
      s3: options.s3,
      writeLog: (line) => this.log.push(JSON.parse(line) as LogLine),
    });
  }
}
