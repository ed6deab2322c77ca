import { setTimeout as wait } from "node:timers/promises";
import type { Selected, Selection } from "./selection";
import type { StateFile } from "./state";
import { HookQueue, messagesInBatch } from "./hook-queue";

export interface QueueRunServices {
  readonly queue: HookQueue;
  readonly selection: Selection;
  readonly bucket: string;
  /** Of the bucket. */
  readonly region: string;
  readonly state: StateFile;
  /** Messages that may wait in the queue, or be worked on. */
  readonly inFlight: number;
  readonly signal: AbortSignal;
  readonly progress: (key: string) => void;
  readonly waiting: (messages: number) => void;
}

/** How often the queue is asked while it is full, in ms. */
const lookEveryMs = 2_000;

/** Asks the deployed hook for the objects, in order, through its queue. Returns whether it got to the end. */
export async function queueAll(services: QueueRunServices): Promise<boolean> {
  const { selection, state, signal } = services;
  let room = 0;
  for await (const { selected, lastKey } of selection.pages(state.current.lastKey)) {
    for (let from = 0; from < selected.length; from += messagesInBatch) {
      const startedAt = Date.now();
      const batch = selected.slice(from, from + messagesInBatch);
      if (room < batch.length) room = await waitForRoom(services);
      if (signal.aborted) return false;
      await send(batch, services);
      room -= batch.length;
      state.update({ totals: state.add({ ms: Date.now() - startedAt }) });
    }
    if (lastKey !== undefined) state.update({ lastKey });
  }
  return true;
}

async function send(
  batch: readonly Selected[],
  { queue, bucket, region, state, progress }: QueueRunServices,
): Promise<void> {
  await queue.send(batch.map(({ object }) => ({ bucket, region, object })));
  const lastKey = batch[batch.length - 1].object.key;
  const bytes = batch.reduce((sum, { object }) => sum + object.size, 0);
  state.update({ lastKey, totals: state.add({ objects: batch.length, bytes }) });
  progress(lastKey);
}

/** Waits until the hook has worked some of it off. Returns how many messages may be sent. */
async function waitForRoom({ queue, inFlight, signal, waiting }: QueueRunServices): Promise<number> {
  while (!signal.aborted) {
    const messages = await queue.messages();
    if (messages + messagesInBatch <= inFlight) return inFlight - messages;
    waiting(messages);
    await wait(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return 0;
}
