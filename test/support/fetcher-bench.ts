import { LocalListener, type LocalListenerOptions } from "../../cli/local/listener";
import { renderSources } from "../../lambdas/runtime/environment";
import { Deadline } from "../../lambdas/runtime/deadline";
import { Metrics } from "../../lambdas/runtime/metrics";
import { parse, type FetcherSourceSettings } from "../../lambdas/s3-fetcher/environment";
import { createServices, type LongLivedServices } from "../../lambdas/s3-fetcher/services";
import { runSource, type SourceReport } from "../../lambdas/s3-fetcher/source-run";
import { DynamoDBDouble } from "./dynamodb-double";
import { S3Double } from "./s3-double";
import type { LogLine } from "./hook-bench";

const token = "a-token-for-tests";
export const bucket = "test-logs";

export interface FetchOptions {
  readonly source?: Partial<FetcherSourceSettings>;
  /** What is left of the invocation's time, in ms. @default 300 s, standing still */
  readonly remainingMs?: () => number;
}

/** The fetcher's own code between doubles of S3, DynamoDB and the listener, all over sockets; its clock is the test's. */
export class FetcherBench {
  readonly log: LogLine[] = [];
  /** What the fetcher takes for the present, in ms since 1970. */
  now = Date.parse("2026-01-05T12:00:00Z");
  private readonly running = new Set<LongLivedServices>();

  private constructor(
    readonly s3: S3Double,
    readonly table: DynamoDBDouble,
    readonly listener: LocalListener,
  ) {}

  static async start(options: Partial<LocalListenerOptions> = {}): Promise<FetcherBench> {
    const [s3, table, listener] = await Promise.all([
      S3Double.start(),
      DynamoDBDouble.start(),
      LocalListener.start({ token, ...options }),
    ]);
    return new FetcherBench(s3, table, listener);
  }

  /** Puts an object there that was modified so many seconds before the present. */
  put(key: string, content: string | Buffer, secondsAgo = 60): void {
    this.s3.put(bucket, key, content, { lastModified: new Date(this.now - secondsAgo * 1000) });
  }

  get messages(): string[] {
    return this.listener.documents.map((line) => (JSON.parse(line) as { message: string }).message);
  }

  logged(message: string): LogLine[] {
    return this.log.filter((line) => line.message === message);
  }

  /** One invocation, with a cold start. Throws what the handler would throw. */
  async run(options: FetchOptions = {}): Promise<SourceReport> {
    const source = { bucket, type: "s3_hook", start: "beginning", ...options.source };
    const services = this.createServices(source);
    this.running.add(services);
    const remainingMs = options.remainingMs ?? (() => 300_000);
    const deadline = new Deadline(remainingMs);
    const metrics = new Metrics({ FunctionName: "fetcher" }, () => undefined);
    const clock = (): number => this.now;
    try {
      return await runSource(source, {
        ...services,
        deadline,
        metrics,
        remainingMs,
        clock,
        region: "us-east-1",
      });
    } finally {
      deadline.close();
      services.listener.close();
      this.running.delete(services);
    }
  }

  async stop(): Promise<void> {
    for (const services of this.running) services.listener.close();
    await Promise.all([this.s3.stop(), this.table.stop(), this.listener.stop()]);
  }

  private createServices(source: FetcherSourceSettings): LongLivedServices {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: this.table.url,
      AWS_ENDPOINT_URL_S3: this.s3.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const environment = parse({
      LOGZIO_LISTENER: this.listener.url,
      LOGZIO_TOKEN: token,
      SOURCES: renderSources([source]),
      CHECKPOINT_TABLE: "checkpoints",
      INSTANCE: "fetcher",
      LOG_LEVEL: "debug",
    });
    return createServices(environment, {
      listener: { backoff: { baseMs: 1, capMs: 5 } },
      writeLog: (line) => this.log.push(JSON.parse(line) as LogLine),
    });
  }
}
