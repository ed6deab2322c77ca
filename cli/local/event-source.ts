import type { Message, SQS } from "@aws-sdk/client-sqs";
import type { FunctionProcess, Invocation } from "./function-process";

/** The calls that Lambda makes on a function's queue. */
export type QueueClient = Pick<
  SQS,
  | "receiveMessage"
  | "deleteMessageBatch"
  | "changeMessageVisibilityBatch"
  | "getQueueAttributes"
  | "sendMessage"
>;

export interface PollOptions {
  readonly sqs: QueueClient;
  readonly queueUrl: string;
  readonly function: Pick<FunctionProcess, "invoke">;
  /** @default 10 */
  readonly batchSize?: number;
  /**
   * Receives after which a message goes to the dead-letter queue instead of the function. For queue doubles
   * that do not know redrive policies; leave both out where the queue has one.
   */
  readonly maxReceiveCount?: number;
  readonly deadLetterQueueUrl?: string;
  /** @default asked from the queue */
  readonly queueArn?: string;
  /** How long to wait for a first message. @default 0 */
  readonly waitSeconds?: number;
  /** @default the function's own */
  readonly timeoutSeconds?: number;
}

export interface PollOutcome {
  /** Messages handed to the function. */
  readonly received: number;
  /** Message ids, as the function or Lambda's rules judged them. */
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly deadLettered: readonly string[];
  /** Undefined where there was no message to hand over. */
  readonly invocation: Invocation | undefined;
}

type ReceivedMessage = Message & { readonly MessageId: string; readonly ReceiptHandle: string };

/**
 * Hands one batch of messages to the function as Lambda's event source mapping does, with partial batch
 * responses: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html. Failed messages
 * become visible at once, so that a test or a demo need not wait out the visibility timeout.
 */
export async function pollOnce(options: PollOptions): Promise<PollOutcome> {
  const { sqs, queueUrl } = options;
  const queueArn = options.queueArn ?? (await arnOf(sqs, queueUrl));
  const { Messages = [] } = await sqs.receiveMessage({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: options.batchSize ?? 10,
    WaitTimeSeconds: options.waitSeconds ?? 0,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  const [worn, messages] = split(Messages as ReceivedMessage[], options);
  await deadLetter(worn, options);
  const deadLettered = worn.map((message) => message.MessageId);
  if (messages.length === 0) {
    return { received: 0, succeeded: [], failed: [], deadLettered, invocation: undefined };
  }
  const event = { Records: messages.map((message) => recordOf(message, queueArn)) };
  const invocation = await options.function.invoke(event, { timeoutSeconds: options.timeoutSeconds });
  const ids = messages.map((message) => message.MessageId);
  const failed = failedIds(invocation, ids);
  await remove(
    messages.filter((message) => !failed.has(message.MessageId)),
    options,
  );
  await release(
    messages.filter((message) => failed.has(message.MessageId)),
    options,
  );
  return {
    received: messages.length,
    succeeded: ids.filter((id) => !failed.has(id)),
    failed: ids.filter((id) => failed.has(id)),
    deadLettered,
    invocation,
  };
}

/**
 * Which messages of a batch failed. An absent or empty list means none; an error, a list that is none, or an
 * id that is not in the batch means all of them.
 */
export function failedIds(invocation: Invocation, ids: readonly string[]): ReadonlySet<string> {
  const all = new Set(ids);
  if (invocation.error !== undefined) return all;
  const response = invocation.result;
  if (response === null || response === undefined) return new Set();
  if (typeof response !== "object") return all;
  const list = (response as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(list)) return all;
  const failed = list.map((item: unknown) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id) => typeof id === "string" && all.has(id)) ? new Set(failed as string[]) : all;
}

async function arnOf(sqs: QueueClient, queueUrl: string): Promise<string> {
  const answer = await sqs.getQueueAttributes({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] });
  return answer.Attributes?.["QueueArn"] ?? "";
}

function split(messages: ReceivedMessage[], options: PollOptions): [ReceivedMessage[], ReceivedMessage[]] {
  const limit = options.deadLetterQueueUrl === undefined ? undefined : options.maxReceiveCount;
  const isWorn = (message: Message): boolean =>
    limit !== undefined && Number(message.Attributes?.["ApproximateReceiveCount"] ?? 1) > limit;
  return [messages.filter(isWorn), messages.filter((message) => !isWorn(message))];
}

function recordOf(message: ReceivedMessage, queueArn: string): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body ?? "",
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        {
          dataType: value.DataType,
          stringValue: value.StringValue,
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3] ?? "",
  };
}

function entriesOf(messages: readonly ReceivedMessage[]): { Id: string; ReceiptHandle: string }[] {
  return messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
}

async function remove(messages: readonly ReceivedMessage[], { sqs, queueUrl }: PollOptions): Promise<void> {
  if (messages.length > 0) await sqs.deleteMessageBatch({ QueueUrl: queueUrl, Entries: entriesOf(messages) });
}

async function release(messages: readonly ReceivedMessage[], { sqs, queueUrl }: PollOptions): Promise<void> {
  if (messages.length === 0) return;
  const Entries = entriesOf(messages).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
  await sqs.changeMessageVisibilityBatch({ QueueUrl: queueUrl, Entries });
}

async function deadLetter(messages: readonly ReceivedMessage[], options: PollOptions): Promise<void> {
  for (const message of messages) {
    await options.sqs.sendMessage({
      QueueUrl: options.deadLetterQueueUrl,
      MessageBody: message.Body,
      MessageAttributes: message.MessageAttributes,
    });
  }
  await remove(messages, options);
}
