import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SQS } from "@aws-sdk/client-sqs";
import { pollOnce, type PollOutcome } from "../../cli/local/event-source";
import type { FunctionProcess } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { Deployment, type StateResource } from "../support/deployment";
import { createEncryptedBucket, Emulator, emulatorCredentials } from "../support/emulator";
import { RecordingProxy } from "../support/recording-proxy";
import {
  functionConfiguration,
  region,
  startDeployedFunction,
  type FunctionConfiguration,
} from "./deployed-function";

export { region };

/** AWS on this machine, a listener, and the app deployed between them. */
export class DeployedHook {
  readonly s3: S3;
  readonly sqs: SQS;
  readonly secrets: SecretsManager;
  /** What the function printed, over all invocations. */
  readonly functionLog: string[] = [];
  private running: FunctionProcess | undefined;

  static async start(stack: string, token: string): Promise<DeployedHook> {
    const emulator = await Emulator.start();
    const proxy = await RecordingProxy.start(emulator.url);
    const listener = await LocalListener.start({ token });
    return new DeployedHook(emulator, proxy, listener, new Deployment(stack, emulator.url));
  }

  private constructor(
    readonly emulator: Emulator,
    /** Between the function, or Lambda for it, and AWS. */
    readonly proxy: RecordingProxy,
    readonly listener: LocalListener,
    readonly deployment: Deployment,
  ) {
    const options = { region, endpoint: emulator.url, credentials: emulatorCredentials };
    this.s3 = new S3({ ...options, forcePathStyle: true });
    this.sqs = new SQS(options);
    this.secrets = new SecretsManager(options);
  }

  createEncryptedBucket(name: string): Promise<string> {
    return createEncryptedBucket(this.emulator, this.s3, name);
  }

  output(name: string): Promise<string> {
    return this.deployment.textOutput(name);
  }

  resource(type: string): Promise<StateResource> {
    return this.deployment.resource(type);
  }

  /** What of the deployment's kinds AWS still holds, whoever made it. */
  async leftovers(): Promise<string[]> {
    const functions = (await this.emulator.call("lambda", "GET", "/2015-03-31/functions/")) as {
      Functions: readonly { FunctionName: string }[];
    };
    const mappings = (await this.emulator.call("lambda", "GET", "/2015-03-31/event-source-mappings/")) as {
      EventSourceMappings: readonly { UUID: string }[];
    };
    const logGroups = (await this.emulator.jsonCall("logs", "Logs_20140328.DescribeLogGroups", {})) as {
      logGroups: readonly { logGroupName: string }[];
    };
    const roles = String(await this.emulator.call("iam", "POST", "/", "Action=ListRoles&Version=2010-05-08"));
    const { QueueUrls: queues = [] } = await this.sqs.listQueues();
    const { SecretList: secrets = [] } = await this.secrets.listSecrets();
    const { Buckets: buckets = [] } = await this.s3.listBuckets();
    const rules = await Promise.all(
      buckets.map(({ Name: Bucket }) => this.s3.getBucketNotificationConfiguration({ Bucket })),
    );
    return [
      ...functions.Functions.map(({ FunctionName }) => `function ${FunctionName}`),
      ...mappings.EventSourceMappings.map(({ UUID }) => `event source mapping ${UUID}`),
      ...logGroups.logGroups.map(({ logGroupName }) => `log group ${logGroupName}`),
      ...[...roles.matchAll(/<RoleName>([^<]+)/g)].map(([, name]) => `role ${name}`),
      ...queues.map((url) => `queue ${url}`),
      ...secrets.map(({ Name }) => `secret ${Name ?? ""}`),
      ...rules.flatMap(({ QueueConfigurations = [] }) =>
        QueueConfigurations.map(({ Id }) => `notification ${Id ?? ""}`),
      ),
    ];
  }

  async functionConfiguration(): Promise<FunctionConfiguration> {
    return functionConfiguration(this.emulator, await this.output("function_name"));
  }

  /**
   * Stops the emulator's own event source mapping, which takes messages away without running any code, and
   * has S3 announce the notifications once more for what was taken.
   */
  async takeOverQueue(buckets: readonly string[]): Promise<void> {
    const path = "/2015-03-31/event-source-mappings/";
    const { EventSourceMappings: mappings } = (await this.emulator.call("lambda", "GET", path)) as {
      EventSourceMappings: readonly { UUID: string }[];
    };
    for (const { UUID: id } of mappings) {
      await this.emulator.call("lambda", "PUT", path + id, { Enabled: false });
    }
    await this.sqs.purgeQueue({ QueueUrl: await this.output("queue_url") });
    for (const Bucket of buckets) {
      const { QueueConfigurations } = await this.s3.getBucketNotificationConfiguration({ Bucket });
      const NotificationConfiguration = { QueueConfigurations };
      await this.s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
    }
  }

  /** The deployed function, in a process that reaches AWS through the proxy. */
  async function(): Promise<FunctionProcess> {
    const { deployment, emulator, proxy } = this;
    this.running ??= await startDeployedFunction(
      deployment,
      emulator,
      proxy,
      await this.output("function_name"),
    );
    return this.running;
  }

  /** Hands one batch to the function. */
  async poll(timeoutSeconds?: number): Promise<PollOutcome> {
    const [queueUrl, process] = [await this.output("queue_url"), await this.function()];
    const sqs = new SQS({ region, endpoint: this.proxy.url, credentials: emulatorCredentials });
    try {
      const outcome = await pollOnce({ sqs, queueUrl, function: process, timeoutSeconds });
      this.functionLog.push(...(outcome.invocation?.log ?? []));
      return outcome;
    } finally {
      sqs.destroy();
    }
  }

  /** Hands over batches until the queue is empty. */
  async pollUntilEmpty(): Promise<readonly PollOutcome[]> {
    const outcomes: PollOutcome[] = [];
    for (;;) {
      const outcome = await this.poll();
      if (outcome.received === 0) return outcomes;
      outcomes.push(outcome);
      if (outcome.failed.length > 0) {
        throw new Error(`messages failed: ${JSON.stringify(outcome.invocation, undefined, 1)}`);
      }
    }
  }

  /** Ends everything, whatever of it fails to. */
  async stop(): Promise<void> {
    for (const client of [this.s3, this.sqs, this.secrets]) client.destroy();
    const ended = await Promise.allSettled([
      this.running?.stop(),
      this.proxy.stop(),
      this.listener.stop(),
      this.emulator.stop(),
    ]);
    this.deployment.remove();
    for (const result of ended) if (result.status === "rejected") throw result.reason;
  }
}
