import { S3 } from "@aws-sdk/client-s3";
import { BucketMetrics } from "../support/bucket-metrics";
import { CloudWatchQuery } from "../support/cloudwatch-query";
import { Deployment } from "../support/deployment";
import { Emulator, emulatorCredentials } from "../support/emulator";
import { region } from "./deployed-function";

/** AWS on this machine, with metric streams and request metrics beside the emulator, and the app's block `metrics` deployed to it. */
export class DeployedMetrics {
  readonly s3: S3;

  static async start(stack: string): Promise<DeployedMetrics> {
    const emulator = await Emulator.start();
    const cloudWatch = await CloudWatchQuery.start(emulator.url);
    const bucketMetrics = await BucketMetrics.start(emulator.url);
    return new DeployedMetrics(emulator, cloudWatch, bucketMetrics, new Deployment(stack, emulator.url));
  }

  private constructor(
    readonly emulator: Emulator,
    readonly cloudWatch: CloudWatchQuery,
    readonly bucketMetrics: BucketMetrics,
    readonly deployment: Deployment,
  ) {
    deployment.useEndpoint("CLOUDWATCH", cloudWatch.url);
    deployment.useEndpoint("S3", bucketMetrics.url);
    this.s3 = new S3({
      region,
      endpoint: emulator.url,
      credentials: emulatorCredentials,
      forcePathStyle: true,
    });
  }

  /** A call of Firehose, such as DescribeDeliveryStream. */
  firehose(action: string, input: object): Promise<Record<string, unknown>> {
    return this.emulator.jsonCall("firehose", `Firehose_20150804.${action}`, input);
  }

  /** What a secret holds. */
  async secret(id: unknown): Promise<unknown> {
    const input = { SecretId: String(id) };
    const answer = await this.emulator.jsonCall("secretsmanager", "secretsmanager.GetSecretValue", input);
    return answer["SecretString"];
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    const ended = await Promise.allSettled([
      this.cloudWatch.stop(),
      this.bucketMetrics.stop(),
      this.emulator.stop(),
    ]);
    this.deployment.remove();
    for (const result of ended) if (result.status === "rejected") throw result.reason;
  }
}
