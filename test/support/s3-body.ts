import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as immediately, setTimeout as wait } from "node:timers/promises";

/** How a body goes wrong on its way; without any field it goes right. */
export interface BodyFault {
  /** Resets the connection once so many bytes are sent. */
  readonly resetAfter?: number;
  /** Keeps the connection open and silent once so many bytes are sent. */
  readonly stallAfter?: number;
  /** Closes the connection properly, but before the promised length is reached. */
  readonly shortAfter?: number;
  /** Called once the limit of the fault is reached, before it goes wrong. */
  readonly whenReached?: () => void;
  /** Lengths of the pieces that the body is sent in, used in turn. */
  readonly pieceLengths?: readonly number[];
  /** Answers a range request with 200 and the whole object. */
  readonly ignoreRange?: boolean;
  readonly bytesPerSecond?: number;
}

/** How often a slowed body is fed, a second. */
const slicesPerSecond = 20;

/** Sends the chunks as far as the fault lets them go. */
export async function sendBody(
  response: ServerResponse,
  chunks: AsyncIterable<Buffer>,
  fault: BodyFault,
  onSent: (bytes: number) => void,
): Promise<void> {
  const limit = fault.resetAfter ?? fault.stallAfter ?? fault.shortAfter ?? Infinity;
  // Out at once, as S3 does, even where no byte follows: a client waits for headers otherwise.
  response.flushHeaders();
  let sent = 0;
  for await (const chunk of chunks) {
    for (const piece of pieces(chunk.subarray(0, limit - sent), fault)) {
      if (fault.bytesPerSecond !== undefined) await wait((1000 * piece.length) / fault.bytesPerSecond);
      if (!response.writable || response.destroyed) return;
      sent += piece.length;
      onSent(piece.length);
      if (!response.write(piece)) await drainedOrClosed(response);
      // Each out by itself: what is written in one turn arrives as one.
      if (fault.pieceLengths !== undefined) await immediately();
    }
    if (sent >= limit) break;
  }
  if (sent < limit) {
    response.end();
    return;
  }
  fault.whenReached?.();
  if (fault.stallAfter !== undefined) return;
  // What was written must arrive before the fault: a reset drops what is still in the queue.
  await new Promise<void>((resolve) => {
    response.write("", () => {
      resolve();
    });
  });
  if (fault.resetAfter !== undefined) response.socket?.resetAndDestroy();
  else response.socket?.end();
}

function* pieces(chunk: Buffer, { bytesPerSecond, pieceLengths = [] }: BodyFault): Generator<Buffer> {
  const slice = bytesPerSecond === undefined ? chunk.length : Math.floor(bytesPerSecond / slicesPerSecond);
  let turn = 0;
  for (let at = 0; at < chunk.length;) {
    const length = pieceLengths.length > 0 ? pieceLengths[turn++ % pieceLengths.length] : slice;
    const end = at + Math.max(1, length);
    yield chunk.subarray(at, end);
    at = end;
  }
}

async function drainedOrClosed(response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  await Promise.race([
    once(response, "drain", { signal: stop.signal }),
    once(response, "close", { signal: stop.signal }),
  ]).finally(() => {
    stop.abort();
  });
}
