import { join } from "node:path";
import { FunctionProcess, type Invocation } from "../../cli/local/function-process";
import { renderSources } from "../../lambdas/runtime/environment";
import { AwsDouble } from "../support/aws-double";
import { s3Event } from "../support/events";
import { S3Double } from "../support/s3-double";
import { cpuSeconds } from "../support/zip-bench";
import { startOn, type Cores } from "./cores";
import type { BenchObject } from "./objects";
import { Sink } from "./sink";

const bucket = "bench-logs";
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";

/** Of the function, unless told otherwise; it decides the flags that Node gets. */
const memoryMegabytes = 512;

export interface Run {
  /** User and system time of the invocation alone, over all threads of the process. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly wireBytes: number;
  readonly requests: number;
}

/** The S3 Hook's zip in a process of its own, between doubles on loopback that do as little as they can. */
export class BenchFunction {
  private process: FunctionProcess | undefined;

  private constructor(
    private readonly root: string,
    readonly s3: S3Double,
    readonly sink: Sink,
    private readonly aws: AwsDouble,
  ) {}

  static async start(root: string): Promise<BenchFunction> {
    const [s3, sink, aws] = await Promise.all([S3Double.start(), Sink.start(), AwsDouble.start()]);
    aws.secrets.set(secretArn, "a-token-for-benchmarks");
    return new BenchFunction(root, s3, sink, aws);
  }

  put(object: BenchObject): void {
    this.s3.put(bucket, object.key, object.content);
  }

  /** A fresh process; where cores are given, on the first of them alone. */
  async coldStart(cores?: Cores, megabytes = memoryMegabytes): Promise<void> {
    await this.process?.stop();
    const start = (): Promise<FunctionProcess> =>
      FunctionProcess.start({
        zip: join(this.root, "dist/lambdas/s3-hook.zip"),
        environment: {
          LOGZIO_LISTENER: this.sink.url,
          LOGZIO_TOKEN_SECRET_ARN: secretArn,
          SOURCES: renderSources([{ bucket }]),
          AWS_ENDPOINT_URL: this.aws.url,
          AWS_ENDPOINT_URL_S3: this.s3.url,
        },
        memoryMegabytes: megabytes,
        timeoutSeconds: 900,
        functionName: "s3-hook",
        extraNodeFlags: (process.env["BENCH_NODE_FLAGS"] ?? "").split(" ").filter((flag) => flag !== ""),
      });
    this.process = await (cores === undefined ? start() : startOn(cores.one, cores.others, start));
  }

  /** One invocation for the object. @throws where it was not shipped whole, with the type that it is to have */
  async ship(object: BenchObject): Promise<Run> {
    const { started } = this;
    this.sink.reset();
    const before = cpuSeconds(started.pid) ?? NaN;
    const startedAt = performance.now();
    const invocation = await started.invoke(s3Event({ bucket, key: object.key }));
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = (cpuSeconds(started.pid) ?? NaN) - before;
    assertShipped(invocation, object);
    return { cpuSeconds: cpu, seconds, wireBytes: this.sink.wireBytes, requests: this.sink.requests };
  }

  get loadMilliseconds(): number {
    return this.started.loadMilliseconds ?? NaN;
  }

  /** The most that was resident since the process started, in bytes. */
  get peakBytes(): number {
    return this.started.peakResidentBytes() ?? NaN;
  }

  get pid(): number {
    return this.started.pid ?? NaN;
  }

  get runtimeVersion(): string {
    return this.started.runtime.version;
  }

  async stop(): Promise<void> {
    await Promise.all([this.process?.stop(), this.s3.stop(), this.sink.stop(), this.aws.stop()]);
  }

  private get started(): FunctionProcess {
    if (this.process === undefined) throw new Error("the function was not started");
    return this.process;
  }
}

function assertShipped({ error, log }: Invocation, object: BenchObject): void {
  if (error !== undefined) throw new Error(`${object.key} was not shipped: ${error.message}`);
  const account = log
    .map((line) => (line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : {}))
    .find(({ message }) => message === "object shipped");
  if (account?.["bytesDecompressed"] !== object.rawBytes || account["type"] !== object.type) {
    throw new Error(
      `${object.key} was not shipped as ${object.rawBytes} bytes of type ${object.type}: ${log.join("\n")}`,
    );
  }
}
