import { SendMessageBatchCommand, SQSClient, type SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import { shortCalls } from "../runtime/aws-clients";
import { DeliveryError, messageOf } from "../runtime/errors";
import { renderContinuation, type Continuation } from "./continuation";

/** Most messages in a batch. Source: SQS developer guide, "Quotas related to messages". */
const batchMessages = 10;
/** A call is over within what {@link Deadline} keeps for the hand-over. */
const callLimits = { requestTimeoutMs: 4_000, attempts: 2 };
/** How often what SQS did not take of a batch is sent, in all. */
const batchAttempts = 3;
/** Longest delay of a message, in seconds. Source: as above. */
const longestDelaySeconds = 900;

/** Where continuations go. */
export interface Queues {
  readonly queueUrl: string | undefined;
  readonly deadLetterQueueUrl: string | undefined;
}

/** Hands what is left over to later runs, or to the dead-letter queue. */
export class HandOver {
  private client: SQSClient | undefined;

  constructor(private readonly queues: Queues) {}

  /** Whether there is a queue to hand over to. */
  get isPossible(): boolean {
    return this.queues.queueUrl !== undefined;
  }

  /** Whether a message can be put into the dead-letter queue with its reason. */
  get canBury(): boolean {
    return this.queues.deadLetterQueueUrl !== undefined;
  }

  /**
   * Sends continuations to the queue, to be read after `delaySeconds`.
   * @returns those that could not be sent, with the reason
   */
  async continueLater(
    continuations: readonly Continuation[],
    delaySeconds = 0,
  ): Promise<Map<Continuation, DeliveryError>> {
    const failed = new Map<Continuation, DeliveryError>();
    for (let from = 0; from < continuations.length; from += batchMessages) {
      const batch = continuations.slice(from, from + batchMessages);
      const entries = batch.map((continuation, index) => ({
        Id: String(index),
        MessageBody: renderContinuation(continuation),
        DelaySeconds: Math.min(delaySeconds, longestDelaySeconds),
      }));
      for (const [index, reason] of await this.send(this.queues.queueUrl, entries)) {
        failed.set(
          batch[index],
          new DeliveryError(
            `the continuation could not be sent to the queue (${reason}); the message is tried again`,
          ),
        );
      }
    }
    return failed;
  }

  /** Puts a continuation into the dead-letter queue, its reason in the message attribute `Reason`. */
  async bury(continuation: Continuation, reason: string): Promise<void> {
    const entry = {
      Id: "0",
      MessageBody: renderContinuation(continuation),
      MessageAttributes: { Reason: { DataType: "String", StringValue: reason } },
    };
    for (const [, failure] of await this.send(this.queues.deadLetterQueueUrl, [entry])) {
      throw new DeliveryError(`the message could not be put into the dead-letter queue (${failure})`);
    }
  }

  /** The entries that were not sent, by index, with the reason; SQS may take a part of a batch. */
  private async send(
    queueUrl: string | undefined,
    entries: readonly SendMessageBatchRequestEntry[],
  ): Promise<Map<number, string>> {
    let unsent = await this.sendOnce(queueUrl, entries);
    for (
      let attempt = 2;
      attempt <= batchAttempts && unsent.size > 0 && unsent.size < entries.length;
      attempt++
    ) {
      const indexes = [...unsent.keys()];
      const again = await this.sendOnce(
        queueUrl,
        indexes.map((index) => entries[index]),
      );
      unsent = new Map([...again].map(([index, reason]) => [indexes[index], reason]));
    }
    return unsent;
  }

  private async sendOnce(
    queueUrl: string | undefined,
    entries: readonly SendMessageBatchRequestEntry[],
  ): Promise<Map<number, string>> {
    if (queueUrl === undefined) return new Map(entries.map((_, index) => [index, "QUEUE_URL is not set"]));
    // By default the SDK takes the host of the queue's URL, past AWS_ENDPOINT_URL.
    this.client ??= new SQSClient({ ...shortCalls(callLimits), useQueueUrlAsEndpoint: false });
    try {
      const output = await this.client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...entries] }),
      );
      const sent = new Set((output.Successful ?? []).map(({ Id }) => Id));
      const reasons = new Map(
        (output.Failed ?? []).map(({ Id, Code, Message }) => [Id, `${Code}: ${Message}`]),
      );
      return new Map(
        entries.flatMap(({ Id }, index) =>
          sent.has(Id) ? [] : [[index, reasons.get(Id) ?? "no answer for it"]],
        ),
      );
    } catch (error) {
      return new Map(entries.map((_, index) => [index, messageOf(error)]));
    }
  }
}
