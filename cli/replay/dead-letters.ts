import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  type Message,
} from "@aws-sdk/client-sqs";
import { parseEvent } from "../../lambdas/s3-hook/events";
import { awsFailure } from "../aws/session";
import type { Queue } from "../hook/queue";

/** Most messages in a batch. Source: SQS developer guide, "Amazon SQS message quotas". */
export const messagesInBatch = 10;

/** Messages that have one reason. */
export interface ReasonGroup {
  /** Without the object that it names; `null` where SQS moved the messages, which gives none. */
  readonly reason: string | null;
  readonly messages: number;
  /** Objects of the first of them, as `s3://bucket/key`. */
  readonly objects: readonly string[];
}

export interface DeadLetters {
  /** Messages that were looked at. */
  readonly looked: number;
  /** The most frequent first. */
  readonly reasons: readonly ReasonGroup[];
}

/** How long a message that is looked at is hidden from others, in seconds; it is shown again right after. */
const lookSeconds = 120;
/** Empty answers in a row that stand for an empty queue: SQS asks only some of its servers each time. */
const emptyAnswers = 2;
/** How long SQS may look for a message, in seconds; with this it asks all of its servers. */
const longPollSeconds = 1;
const mostExamples = 3;

/**
 * Looks at up to `most` messages of a queue, and shows them again. Nothing is lost by it: a message that is looked at is
 * hidden for two minutes at most, and a dead-letter queue counts no receives.
 */
export async function lookAt(
  queue: Queue,
  most: number,
  progress: (looked: number) => void,
): Promise<DeadLetters> {
  const held: Message[] = [];
  try {
    for (let empty = 0; empty < emptyAnswers && held.length < most;) {
      const messages = await receive(queue, Math.min(messagesInBatch, most - held.length), lookSeconds);
      empty = messages.length === 0 ? empty + 1 : 0;
      held.push(...messages);
      progress(held.length);
    }
    return { looked: held.length, reasons: groupsOf(held) };
  } finally {
    await release(queue, held);
  }
}

/** @throws CommandError */
export async function receive(queue: Queue, most: number, hiddenSeconds: number): Promise<Message[]> {
  const { sqs, url, signal } = queue;
  try {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: most,
      VisibilityTimeout: hiddenSeconds,
      WaitTimeSeconds: longPollSeconds,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    return (await sqs.send(command, { abortSignal: signal })).Messages ?? [];
  } catch (error) {
    signal.throwIfAborted();
    throw awsFailure(`Reading the queue ${queue.name}`, error);
  }
}

/** Shows messages again; where SQS does not answer they come back by themselves. Also done for one who interrupts. */
export async function release({ sqs, url }: Queue, messages: readonly Message[]): Promise<void> {
  for (let from = 0; from < messages.length; from += messagesInBatch) {
    const Entries = messages.slice(from, from + messagesInBatch).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs
      .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }))
      .catch(() => undefined);
  }
}

function groupsOf(messages: readonly Message[]): ReasonGroup[] {
  const groups = new Map<string | null, { messages: number; objects: string[] }>();
  for (const message of messages) {
    const objects = objectsOf(message.Body ?? "");
    const given = message.MessageAttributes?.["Reason"]?.StringValue;
    // The object is said beside it; without it, the same reason is the same text.
    const reason = objects.reduce<string | null>(
      (text, object) => text?.replaceAll(object, "the object") ?? null,
      given ?? null,
    );
    const group = groups.get(reason) ?? { messages: 0, objects: [] };
    group.messages++;
    group.objects.push(...objects.slice(0, Math.max(0, mostExamples - group.objects.length)));
    groups.set(reason, group);
  }
  return [...groups]
    .map(([reason, group]) => ({ reason, ...group }))
    .sort((one, other) => other.messages - one.messages);
}

/** The objects that a message asks for, as the function reads it; none of one that it cannot read. */
function objectsOf(body: string): string[] {
  const record = { eventSource: "aws:sqs", messageId: "", body };
  return parseEvent({ Records: [record] }).messages.flatMap(({ objects }) =>
    objects.map(({ object }) => `s3://${object.bucket}/${object.key}`),
  );
}
