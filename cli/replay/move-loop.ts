import { DeleteMessageBatchCommand, SendMessageBatchCommand, type Message } from "@aws-sdk/client-sqs";
import { awsFailure } from "../aws/session";
import type { Queue } from "../hook/queue";
import { CommandError } from "../program/errors";
import { messagesInBatch, receive, release } from "./dead-letters";
import type { Move, Moved } from "./move-task";

/** How long messages that are being moved are hidden, in seconds: longer than any batch takes. */
const hiddenSeconds = 60;

/**
 * Moves the messages from here, ten at a time: sent first, deleted then, so that none is lost. Broken off in between,
 * up to ten are there twice.
 * @throws CommandError
 */
export async function moveFromHere({ from, to, progress }: Move): Promise<Moved> {
  const startedAt = Date.now();
  let moved = 0;
  for (;;) {
    if (from.signal.aborted) return { messages: moved, complete: false };
    const messages = await receive(from, messagesInBatch, hiddenSeconds);
    // What came since has failed again already; it would go round for ever.
    const [old, fresh] = split(messages, startedAt);
    await release(from, fresh);
    if (old.length === 0) return { messages: moved, complete: true };
    await moveBatch(from, to, old);
    moved += old.length;
    progress(moved);
  }
}

async function moveBatch(from: Queue, to: Queue, messages: readonly Message[]): Promise<void> {
  const unsent = await send(to, messages);
  const sent = messages.filter((_, index) => !unsent.has(String(index)));
  await remove(from, sent);
  if (unsent.size === 0) return;
  await release(
    from,
    messages.filter((message) => !sent.includes(message)),
  );
  throw new CommandError(
    `the queue ${to.name} did not take ${unsent.size} of ${messages.length} messages (${[...unsent.values()].at(0)}); they are in ${from.name} still, and the same command goes on with them`,
  );
}

/** Those that were not taken, with the reason. */
async function send(to: Queue, messages: readonly Message[]): Promise<Map<string, string>> {
  const Entries = messages.map(({ Body, MessageAttributes = {} }, index) => ({
    Id: String(index),
    MessageBody: Body,
    MessageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        { DataType, StringValue, BinaryValue },
      ]),
    ),
  }));
  try {
    const { Failed = [] } = await to.sqs.send(new SendMessageBatchCommand({ QueueUrl: to.url, Entries }));
    return new Map(Failed.map(({ Id = "", Code, Message }) => [Id, `${Code}: ${Message}`]));
  } catch (error) {
    throw awsFailure(`Sending to the queue ${to.name}`, error);
  }
}

async function remove(from: Queue, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  try {
    const command = new DeleteMessageBatchCommand({ QueueUrl: from.url, Entries });
    const { Failed = [] } = await from.sqs.send(command);
    if (Failed.length === 0) return;
    throw new CommandError(
      `${Failed.length} messages were sent to the hook and not taken from ${from.name} (${Failed[0].Code}); they are there twice`,
    );
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw awsFailure(`Taking messages from the queue ${from.name}`, error);
  }
}

function split(messages: readonly Message[], startedAt: number): [Message[], Message[]] {
  const old: Message[] = [];
  const fresh: Message[] = [];
  for (const message of messages) {
    const sentAt = Number(message.Attributes?.SentTimestamp ?? 0);
    (sentAt > startedAt ? fresh : old).push(message);
  }
  return [old, fresh];
}
