import { createGunzip, createInflateRaw } from "node:zlib";
import type { ByteReader } from "../byte-reader";
import { cutOff, damaged } from "./damage";
import { EngineFailure, isWholeWithoutLast, runEngine, type CreateEngine } from "./engine";
import { hasNextMember, ignoredTail, passGarbage, type Warn } from "./tail";

/** What zlib says where a member should begin and no gzip header does; the first one was looked at before. */
const NO_MEMBER = "incorrect header check";

const createEngine: CreateEngine = (options) => createGunzip(options);

export function isGzip(head: Buffer): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/** All members of a gzip stream. @throws ObjectDamaged behind the last byte that can be had */
export async function* gunzip(reader: ByteReader, warn: Warn): AsyncGenerator<Buffer, void> {
  do {
    const start = reader.taken;
    try {
      yield* runEngine(createEngine, reader);
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      await passTail(error, reader, start, warn);
      return;
    }
  } while (await hasNextMember(reader, "gzip", isGzip, warn));
}

/**
 * Passes over what is no gzip at all, behind the last member.
 * @param start where the engine that failed began
 * @throws ObjectDamaged where a member is damaged, or may be
 */
async function passTail(
  failure: EngineFailure,
  reader: ByteReader,
  start: number,
  warn: Warn,
): Promise<void> {
  // A single byte behind the end, such as a newline, could begin a member: zlib takes the stream for cut off.
  if (failure.isAtTheEnd && (await isWholeWithoutLast(createEngine, reader, start))) {
    warn(ignoredTail("gzip"));
    return;
  }
  // Two bytes tell that no member begins: the first one was the last that the engine took without failing.
  const tail = failure.message === NO_MEMBER ? reader.again(start + failure.used - 1) : undefined;
  if (tail === undefined) throw damageOf("gzip", failure);
  try {
    await passGarbage(tail, "gzip", warn);
  } finally {
    await tail.close();
  }
}

/** One raw deflate stream, as zip entries have it. @throws ObjectDamaged behind the last byte that can be had */
export async function* inflateRaw(reader: ByteReader): AsyncGenerator<Buffer, void> {
  try {
    yield* runEngine((options) => createInflateRaw(options), reader);
  } catch (error) {
    throw error instanceof EngineFailure ? damageOf("deflate", error) : error;
  }
}

function damageOf(compression: string, failure: EngineFailure): Error {
  return failure.isAtTheEnd ? cutOff(compression) : damaged(compression, failure.message);
}
