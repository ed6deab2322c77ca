import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { awsFailure } from "../aws/session";
import { CommandError } from "../program/errors";

/** How many messages a queue holds; SQS counts them approximately, and catches up within a minute. */
export interface MessageCounts {
  /** To be handed out. */
  readonly visible: number;
  /** Handed out, and neither deleted nor visible again: worked on, or in their backoff. */
  readonly inFlight: number;
  /** Sent, and kept back for now. */
  readonly delayed: number;
}

/** A queue that is there. */
export class Queue {
  private constructor(
    readonly sqs: SQSClient,
    readonly name: string,
    readonly url: string,
    /** Ends every call. */
    readonly signal: AbortSignal,
  ) {}

  /** @throws CommandError where there is none, or SQS does not say */
  static async find(sqs: SQSClient, name: string, signal: AbortSignal): Promise<Queue> {
    try {
      const command = new GetQueueUrlCommand({ QueueName: name });
      const { QueueUrl = "" } = await sqs.send(command, { abortSignal: signal });
      return new Queue(sqs, name, QueueUrl, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (/NonExistentQueue|QueueDoesNotExist/.test((error as { name?: string }).name ?? "")) {
        throw new CommandError(
          `there is no queue ${name} in this account and region: deploy the hook first (npx cdktf deploy), or name the ` +
            "one that you mean with --name and --region",
        );
      }
      throw awsFailure(`Looking for the queue ${name}`, error);
    }
  }

  /** @throws CommandError */
  async counts(): Promise<MessageCounts> {
    const attributes = await this.attributes(
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    );
    const [visible, inFlight, delayed] = attributes.map(Number);
    return { visible, inFlight, delayed };
  }

  /** @throws CommandError */
  async arn(): Promise<string> {
    const [arn] = await this.attributes("QueueArn");
    return arn;
  }

  private async attributes(
    ...names: ("QueueArn" | `ApproximateNumberOfMessages${"" | "NotVisible" | "Delayed"}`)[]
  ): Promise<string[]> {
    try {
      const command = new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: names });
      const { Attributes = {} } = await this.sqs.send(command, { abortSignal: this.signal });
      return names.map((name) => Attributes[name] ?? "0");
    } catch (error) {
      this.signal.throwIfAborted();
      throw awsFailure(`Looking at the queue ${this.name}`, error);
    }
  }
}
