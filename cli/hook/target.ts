import { SQSClient } from "@aws-sdk/client-sqs";
import type { Command } from "commander";
import { awsFailure, clientSettings } from "../aws/session";
import { awsOptionsFor, findConfigFile } from "../config-file/config-file";
import { shippingConfig } from "../config-file/shipping";
import type { CommandContext } from "../program/context";
import {
  withAwsOptions,
  withConfigOption,
  withOutputOptions,
  type AwsOptions,
  type ConfigOptions,
  type OutputOptions,
} from "../program/options";
import { Queue } from "./queue";

/** Of commands about a hook that is deployed. */
export interface HookOptions extends AwsOptions, ConfigOptions, OutputOptions {
  readonly name?: string;
}

const defaultName = "logzio-s3-hook";

export function withHookOptions(command: Command): Command {
  const named = command.option(
    "--name <name>",
    `name of the hook, of its function and its queue (default: of logzio.yaml, or ${defaultName})`,
  );
  return withOutputOptions(withAwsOptions(withConfigOption(named)));
}

/** A deployed hook, as logzio.yaml and the command line name it. */
export class Hook {
  /** Of the function and of the queue. */
  readonly name: string;
  /** What clients of other services are made with. */
  readonly aws: AwsOptions;
  private readonly sqs: SQSClient;

  constructor(
    options: HookOptions,
    private readonly context: CommandContext,
  ) {
    const file = findConfigFile(options, context);
    this.name = options.name ?? (file && shippingConfig(file).hookName) ?? defaultName;
    this.aws = awsOptionsFor(options, file);
    // By default the SDK takes the host of the queue's URL, past AWS_ENDPOINT_URL.
    this.sqs = new SQSClient({ ...clientSettings(this.aws), useQueueUrlAsEndpoint: false });
  }

  /** @throws CommandError where there is none, or SQS does not say */
  queue(): Promise<Queue> {
    return this.open(this.name);
  }

  /** @throws CommandError where there is none, or SQS does not say */
  deadLetterQueue(): Promise<Queue> {
    return this.open(`${this.name}-dlq`);
  }

  async region(): Promise<string> {
    try {
      return await this.sqs.config.region();
    } catch (error) {
      throw awsFailure(`Looking for the hook ${this.name}`, error);
    }
  }

  close(): void {
    this.sqs.destroy();
  }

  private open(name: string): Promise<Queue> {
    return Queue.find(this.sqs, name, this.context.signal);
  }
}
