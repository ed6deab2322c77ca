import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { LocalListener, type LocalListenerOptions } from "../../cli/local/listener";
import { renderSources } from "../../lambdas/runtime/environment";
import { Deadline } from "../../lambdas/runtime/deadline";
import { Metrics } from "../../lambdas/runtime/metrics";
import { CheckpointTable } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import { parse, type FetcherSourceSettings } from "../../lambdas/s3-fetcher/environment";
import { FullLooks } from "../../lambdas/s3-fetcher/full-looks";
import { IdleLooks } from "../../lambdas/s3-fetcher/idle-looks";
import { createServices, type LongLivedServices } from "../../lambdas/s3-fetcher/services";
import { runSource, type SourceReport } from "../../lambdas/s3-fetcher/source-run";
import { Lane } from "../../lambdas/shipping/lane";
import { DynamoDBDouble } from "./dynamodb-double";
import type { LogLine } from "./hook-bench";
import { Lifeline, type Cut, type LifelineEnds } from "./lifeline";
import { S3Double } from "./s3-double";

const token = "a-token-for-tests";
export const bucket = "test-logs";

export interface FetchOptions {
  readonly source?: Partial<FetcherSourceSettings>;
  /** Of several that the function has. @default the one that is run */
  readonly sources?: readonly FetcherSourceSettings[];
  /** What is left of the invocation's time, in ms. @default 300 s, standing still */
  readonly remainingMs?: (() => number) | undefined;
  /** What a warm start finds. @default a cold start */
  readonly idleLooks?: IdleLooks;
  readonly fullLooks?: FullLooks;
  /** Largest bulk, in bytes. @default 100,000, as buffers of 10 MB take their time */
  readonly bulkBytes?: number;
  /** Where the run is killed. */
  readonly cut?: Cut;
}

/** A run that was killed. */
export class Killed extends Error {}

/** The fetcher's own code between doubles of S3, DynamoDB and the listener, all over sockets; its clock is the test's. */
export class FetcherBench {
  readonly log: LogLine[] = [];
  /** The values of all metrics, as printed. */
  readonly metrics: Record<string, unknown>[] = [];
  /** What the fetcher takes for the present, in ms since 1970. */
  now = Date.parse("2026-01-05T12:00:00Z");
  /** The way of the last run that was begun, if it was to be killed. */
  line: Lifeline | undefined;
  private endOfTime: () => void = () => undefined;
  /** Runs that were killed, and whose code goes on. */
  private readonly dead: Promise<unknown>[] = [];
  private readonly lanes = new Map<number, Lane[]>();

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
  put(key: string, content: string | Buffer, secondsAgo = 60): string {
    return this.s3.put(bucket, key, content, { lastModified: new Date(this.now - secondsAgo * 1000) });
  }

  get messages(): string[] {
    return this.listener.documents.map((line) => (JSON.parse(line) as { message: string }).message);
  }

  /** Requests to S3 that list. */
  get lists(): number {
    return this.s3.requests.filter(({ key }) => key === "").length;
  }

  logged(message: string): LogLine[] {
    return this.log.filter((line) => line.message === message);
  }

  /** The checkpoints' view of the bench's table. */
  checkpoints(source = `fetcher ${bucket}/`): CheckpointTable {
    return new CheckpointTable(dynamodb(this.table.url), "checkpoints", source);
  }

  /** One invocation, with a cold start. Throws what the handler would throw; {@link Killed} where it was killed. */
  async run(options: FetchOptions = {}): Promise<SourceReport> {
    const ends = { s3: this.s3.url, table: this.table.url, listener: this.listener.url };
    const line = (this.line = options.cut && (await Lifeline.start(ends, options.cut)));
    const life = { left: options.remainingMs ?? (() => 300_000) };
    const remainingMs = (): number => life.left();
    const deadline = new Deadline(remainingMs);
    this.endOfTime = () => {
      // What is kept for flushing is left; a look at the time is due behind every request.
      life.left = () => 30_000;
      deadline.observeRequest(2_000);
    };
    const cut = line && { s3: line.url, table: line.url, listener: line.url };
    const work = this.work(cut ?? ends, options, {
      remainingMs,
      deadline,
    }).finally(() => {
      deadline.close();
      line?.close();
    });
    if (line === undefined) return work;
    const killed = line.whenCut.then(async () => {
      // Its code need not wait for anything any more.
      life.left = () => 0;
      deadline.observeRequest(Number.MAX_SAFE_INTEGER);
      await line.settled();
      throw new Killed("the run was killed");
    });
    // However its code ends once it is cut off, it was killed.
    const ended = work.finally(() => (line.wasCut ? killed : undefined));
    ended.catch(() => undefined);
    killed.catch(() => undefined);
    this.dead.push(work);
    return Promise.race([ended, killed]);
  }

  /** The time for work is over for the run that was begun last. */
  runOut(): void {
    this.endOfTime();
  }

  /** Waits until nothing goes on any more of runs that were killed. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.dead.splice(0));
  }

  async stop(): Promise<void> {
    await this.settle();
    await Promise.all([this.s3.stop(), this.table.stop(), this.listener.stop()]);
  }

  private async work(
    ends: LifelineEnds,
    options: FetchOptions,
    time: { readonly remainingMs: () => number; readonly deadline: Deadline },
  ): Promise<SourceReport> {
    const source = { bucket, type: "s3_hook", start: "beginning", ...options.source };
    const bulkBytes = options.bulkBytes ?? 100_000;
    const free = this.lanes.get(bulkBytes) ?? [];
    this.lanes.set(bulkBytes, free);
    const lane = free.pop() ?? new Lane(2, bulkBytes);
    const services = {
      ...this.createServices(options.sources ?? [source], ends),
      buffers: lane.buffers,
      lane,
      idleLooks: options.idleLooks ?? new IdleLooks(),
      fullLooks: options.fullLooks ?? new FullLooks(),
    };
    const metrics = new Metrics({ FunctionName: "fetcher" }, (line) =>
      this.metrics.push(JSON.parse(line) as object as Record<string, unknown>),
    );
    const clock = (): number => this.now;
    try {
      return await runSource(source, { ...services, ...time, metrics, clock, region: "us-east-1" });
    } finally {
      metrics.flush();
      services.listener.close();
      free.push(lane);
    }
  }

  private createServices(sources: readonly FetcherSourceSettings[], ends: LifelineEnds): LongLivedServices {
    Object.assign(process.env, {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const environment = parse({
      LOGZIO_LISTENER: ends.listener,
      LOGZIO_TOKEN: token,
      SOURCES: renderSources(sources),
      CHECKPOINT_TABLE: "checkpoints",
      INSTANCE: "fetcher",
      LOG_LEVEL: "debug",
    });
    const services = createServices(environment, {
      listener: { backoff: { baseMs: 1, capMs: 5 } },
      writeLog: (line) => this.log.push(JSON.parse(line) as LogLine),
    });
    const s3 = new S3Client({
      endpoint: ends.s3,
      region: "us-east-1",
      forcePathStyle: true,
      responseChecksumValidation: "WHEN_REQUIRED",
      ...quickRetries,
    });
    const client = dynamodb(ends.table);
    return {
      ...services,
      s3: () => s3,
      table: (source) => new CheckpointTable(client, "checkpoints", source),
    };
  }
}

function dynamodb(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: "us-east-1", ...quickRetries });
}

/** Three attempts as the SDK makes them, without the waits. */
const quickRetries = {
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  retryStrategy: {
    acquireInitialRetryToken: () => Promise.resolve(retryToken(0)),
    refreshRetryTokenForRetry: (
      before: { getRetryCount(): number },
      { errorType }: { readonly errorType: string },
    ) => {
      if (errorType === "CLIENT_ERROR" || before.getRetryCount() >= 2)
        return Promise.reject(new Error("no more attempts"));
      return Promise.resolve(retryToken(before.getRetryCount() + 1));
    },
    recordSuccess: () => undefined,
  },
};

function retryToken(count: number): { getRetryCount(): number; getRetryDelay(): number } {
  return { getRetryCount: () => count, getRetryDelay: () => 1 };
}
