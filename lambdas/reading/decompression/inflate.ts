import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";
import { messageOf } from "../../runtime/errors";
import type { ByteReader } from "../byte-reader";
import { ObjectDamaged } from "../errors";

/** Twice as fast as zlib's default of 16 KB; beyond it, memory grows and speed does not. */
const chunkSize = 256 * 1024;

/**
 * Runs a zlib engine over the reader's bytes, and puts back what follows the end of the compressed data.
 *
 * Not a `pipeline()`: an engine that ends before its source does (zero padding, the next zip entry) would
 * make it fail, and how many bytes the engine has used would be lost.
 */
async function* inflate(engine: Gunzip | InflateRaw, reader: ByteReader): AsyncGenerator<Buffer, void> {
  // What was fed and may not be used up: the engine queues chunks, and says only how many bytes it has used.
  const queued: Buffer[] = [];
  let usedUp = 0;
  const dropUsed = (): void => {
    while (queued.length > 0 && usedUp + queued[0].length <= engine.bytesWritten) {
      usedUp += queued[0].length;
      queued.shift();
    }
  };
  const isOver = (): boolean => engine.readableEnded || engine.destroyed;
  let sourceError: unknown;
  let wake = (): void => undefined;
  for (const event of ["drain", "end", "error", "close"]) engine.on(event, () => wake());

  const feed = async (): Promise<void> => {
    try {
      for (;;) {
        const chunk = await reader.takeChunk();
        if (chunk === undefined) break;
        if (isOver()) {
          reader.putBack(chunk);
          return;
        }
        dropUsed();
        queued.push(chunk);
        if (!engine.write(chunk)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (!engine.writableNeedDrain || isOver()) resolve();
          });
        }
        if (isOver()) return;
      }
      engine.end();
    } catch (error) {
      sourceError = error;
      engine.destroy();
    }
  };

  const feeding = feed();
  try {
    for await (const chunk of engine) yield chunk as Buffer;
    await feeding;
    // The source may have broken behind the end of the compressed data: then what follows it is missing.
    if (sourceError !== undefined) throw sourceError as Error;
    dropUsed();
    reader.putBack(Buffer.concat(queued).subarray(engine.bytesWritten - usedUp));
  } catch (error) {
    if (sourceError !== undefined) throw sourceError as Error;
    throw new ObjectDamaged(`the compressed data is damaged (${messageOf(error)})`);
  } finally {
    engine.destroy();
  }
}

/** All members of a gzip stream; zero bytes behind the last one are padding. */
export async function* gunzip(reader: ByteReader): AsyncGenerator<Buffer, void> {
  yield* inflate(createGunzip({ chunkSize }), reader);
  for (let chunk = await reader.takeChunk(); chunk !== undefined; chunk = await reader.takeChunk()) {
    if (chunk.some((byte) => byte !== 0)) {
      throw new ObjectDamaged("bytes that are neither gzip nor zero padding follow the compressed data");
    }
  }
}

/** One raw deflate stream. */
export function inflateRaw(reader: ByteReader): AsyncGenerator<Buffer, void> {
  return inflate(createInflateRaw({ chunkSize }), reader);
}
