import { join } from "node:path";
import { FunctionProcess } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { renderSources } from "../../lambdas/runtime/environment";
import type { FetcherSourceSettings } from "../../lambdas/s3-fetcher/environment";
import { DynamoDBDouble } from "./dynamodb-double";
import { S3Double } from "./s3-double";

const token = "a-token-for-benchmarks";
export const bucket = "bench-logs";

/** The fetcher's zip in a process with the memory flags of Lambda, between doubles on loopback. */
export class FetcherZip {
  private constructor(
    readonly s3: S3Double,
    readonly table: DynamoDBDouble,
    readonly listener: LocalListener,
    readonly process: FunctionProcess,
  ) {}

  static async start(
    root: string,
    source: Partial<FetcherSourceSettings>,
    timeoutSeconds: number,
  ): Promise<FetcherZip> {
    const [s3, table, listener] = await Promise.all([
      S3Double.start(),
      DynamoDBDouble.start(),
      LocalListener.start({ token, keepDocuments: false, validate: "cheap" }),
    ]);
    const process = await FunctionProcess.start({
      zip: join(root, "dist/lambdas/s3-fetcher.zip"),
      environment: {
        LOGZIO_LISTENER: listener.url,
        LOGZIO_TOKEN: token,
        SOURCES: renderSources([{ bucket, ...source }]),
        CHECKPOINT_TABLE: "checkpoints",
        INSTANCE: "bench",
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_ENDPOINT_URL_DYNAMODB: table.url,
      },
      memoryMegabytes: 512,
      timeoutSeconds,
      functionName: "s3-fetcher",
    });
    return new FetcherZip(s3, table, listener, process);
  }

  /** One invocation. @throws what it failed of */
  async run(): Promise<{ readonly shipped: number; readonly milliseconds: number }> {
    const invocation = await this.process.invoke({ source: `${bucket}/` });
    if (invocation.error) throw new Error(invocation.error.message);
    const { shipped } = invocation.result as { shipped: number };
    return { shipped, milliseconds: invocation.durationMilliseconds };
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await Promise.all([this.s3.stop(), this.table.stop(), this.listener.stop()]);
  }
}
