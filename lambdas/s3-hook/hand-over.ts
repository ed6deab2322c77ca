import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
  type BatchResultErrorEntry,
  type SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import { shortCalls } from "../runtime/aws-clients";
import { DeliveryError, messageOf } from "../runtime/errors";
import { renderContinuation, type Continuation } from "./continuation";

/** Most messages in a batch. Source: SQS developer guide, "Quotas related to messages". */
const batchMessages = 10;
/** A call is over within what {@link Deadline} keeps for the hand-over. */
const callLimits = { requestTimeoutMs: 4_000, attempts: 2 };
/** How often what SQS did not take of a batch is sent, in all. */
const batchAttempts = 3;

/** A continuation, and how long the queue keeps it back, in seconds; SQS allows up to 900. */
export interface LeftOver {
  readonly continuation: Continuation;
  readonly delaySeconds: number;
}

/** A received message that is to stay hidden, and for how long from now, in seconds. */
export interface HiddenMessage {
  readonly receiptHandle: string;
  readonly seconds: number;
}

/** Where continuations go. */
export interface Queues {
  readonly queueUrl: string | undefined;
  readonly deadLetterQueueUrl: string | undefined;
}

/** What an attribute of a message may not hold. Source: SQS API reference, SendMessage. */
const notInAttributes = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
/** Enough for any reason; a key alone may have 1,024 bytes. */
const reasonCharacters = 4_000;

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
   * Sends continuations to the queue.
   * @returns those that could not be sent, with the reason
   */
  async continueLater(left: readonly LeftOver[]): Promise<Map<Continuation, DeliveryError>> {
    const batches: LeftOver[][] = [];
    for (let from = 0; from < left.length; from += batchMessages)
      batches.push(left.slice(from, from + batchMessages));
    const failed = await Promise.all(batches.map((batch) => this.continueBatch(batch)));
    return new Map(failed.flat());
  }

  private async continueBatch(batch: readonly LeftOver[]): Promise<[Continuation, DeliveryError][]> {
    const entries = batch.map(({ continuation, delaySeconds }, index) => ({
      Id: String(index),
      MessageBody: renderContinuation(continuation),
      DelaySeconds: delaySeconds,
    }));
    const unsent = await this.send(this.queues.queueUrl, entries);
    return [...unsent].map(([index, reason]) => [
      batch[index].continuation,
      new DeliveryError(
        `the continuation could not be sent to the queue (${reason}); the message is tried again`,
      ),
    ]);
  }

  /** Puts a message into the dead-letter queue, its reason in the message attribute `Reason`. @throws DeliveryError */
  async bury(body: string, reason: string): Promise<void> {
    const text = reason.replace(notInAttributes, "\ufffd").slice(0, reasonCharacters);
    const entry = {
      Id: "0",
      MessageBody: body,
      MessageAttributes: { Reason: { DataType: "String", StringValue: text } },
    };
    for (const [, failure] of await this.send(this.queues.deadLetterQueueUrl, [entry])) {
      throw new DeliveryError(`the message could not be put into the dead-letter queue (${failure})`);
    }
  }

  /**
   * Has received messages come back later than the queue's visibility timeout says, or earlier.
   * @returns those for which the timeout stays, by index, with the reason
   */
  async hide(messages: readonly HiddenMessage[]): Promise<Map<number, string>> {
    const batches: Promise<[number, string][]>[] = [];
    for (let from = 0; from < messages.length; from += batchMessages)
      batches.push(this.hideBatch(messages.slice(from, from + batchMessages), from));
    return new Map((await Promise.all(batches)).flat());
  }

  private async hideBatch(batch: readonly HiddenMessage[], from: number): Promise<[number, string][]> {
    this.client ??= createClient();
    const entries = batch.map(({ receiptHandle, seconds }, index) => ({
      Id: String(from + index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    try {
      const command = new ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.queues.queueUrl,
        Entries: entries,
      });
      const { Failed = [] } = await this.client.send(command);
      return Failed.map((entry) => [Number(entry.Id), failureOf(entry)]);
    } catch (error) {
      return entries.map(({ Id }) => [Number(Id), messageOf(error)]);
    }
  }

  /** The entries that were not sent, by index, with the reason. */
  private async send(
    queueUrl: string | undefined,
    entries: readonly SendMessageBatchRequestEntry[],
  ): Promise<Map<number, string>> {
    if (queueUrl === undefined) return new Map(entries.map((_, index) => [index, "QUEUE_URL is not set"]));
    this.client ??= createClient();
    const unsent = new Map(entries.map((_, index) => [index, "no answer for it"]));
    try {
      // SQS may take only some entries of a batch; what it refuses for reasons of its own is worth another try.
      for (let attempt = 1; attempt <= batchAttempts && unsent.size > 0; attempt++) {
        const rest = [...unsent.keys()].map((index) => entries[index]);
        const output = await this.client.send(
          new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: rest }),
        );
        for (const { Id } of output.Successful ?? []) unsent.delete(Number(Id));
        for (const entry of output.Failed ?? []) unsent.set(Number(entry.Id), failureOf(entry));
        if (output.Failed?.every(({ SenderFault }) => SenderFault)) break;
      }
    } catch (error) {
      for (const index of unsent.keys()) unsent.set(index, messageOf(error));
    }
    return unsent;
  }
}

function failureOf({ Code, Message }: BatchResultErrorEntry): string {
  return `${Code}: ${Message}`;
}

function createClient(): SQSClient {
  // By default the SDK takes the host of the queue's URL, past AWS_ENDPOINT_URL.
  const client = new SQSClient({ ...shortCalls(callLimits), useQueueUrlAsEndpoint: false });
  // Lambda follows a chain of queue and function by this header, and stops it at the 16th run ("recursive loop
  // detection"). A chain of ours ends by itself: it gets further, or goes to the dead-letter queue.
  client.middlewareStack.remove("recursionDetectionMiddleware");
  return client;
}
