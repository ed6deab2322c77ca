import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SQS } from "@aws-sdk/client-sqs";
import { pollOnce, type PollOutcome } from "../../cli/local/event-source";
import type { FunctionProcess } from "../../cli/local/function-process";
import { emulatorCredentials } from "../support/emulator";
import type { AddCommand } from "../../cli/program/program";
import { runCommand, type CommandRun } from "../support/command-run";
import { DeployedFlow, startSurroundings, type Surroundings } from "./deployed-flow";
import { functionConfiguration, region, type FunctionConfiguration } from "./deployed-function";

export { region };

/** The app's block `hook`, deployed. */
export class DeployedHook extends DeployedFlow {
  readonly sqs: SQS;
  readonly secrets: SecretsManager;
  /** What the function printed, over all invocations. */
  readonly functionLog: string[] = [];

  static async start(stack: string, token: string): Promise<DeployedHook> {
    return new DeployedHook(await startSurroundings(stack, token));
  }

  private constructor(surroundings: Surroundings) {
    super(surroundings);
    this.sqs = new SQS(this.clientOptions());
    this.secrets = new SecretsManager(this.clientOptions());
  }

  output(name: string): Promise<string> {
    return this.deployment.textOutput(name);
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
    return this.functionNamed(await this.output("function_name"));
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

  /** Runs a command of `logzio-s3` about the hook, with the deployment's configuration. */
  async command(add: AddCommand, words: readonly string[]): Promise<CommandRun> {
    const saved = { ...process.env };
    const { accessKeyId, secretAccessKey } = emulatorCredentials;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: this.emulator.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    try {
      return await runCommand(add, [...words, "--config", this.deployment.configPath]);
    } finally {
      process.env = saved;
    }
  }

  override async stop(): Promise<void> {
    this.sqs.destroy();
    this.secrets.destroy();
    await super.stop();
  }
}
