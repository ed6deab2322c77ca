import type { ByteReader } from "../byte-reader";
import { damaged } from "./damage";

/** Told of what is odd about an object, and does not keep it from being shipped. */
export type Warn = (warning: string) => void;

/**
 * Most bytes behind compressed data, from the first to the last that is not zero, that are taken for garbage: what tools
 * append, such as a line break. A member whose first bytes are damaged looks no different but is longer: gzip's header and
 * trailer alone are 18 bytes (RFC 1952, section 2.3).
 */
const longestGarbage = 17;

/**
 * Whether another member follows the one that has ended. Zero bytes are padding; of a little of anything else a warning is
 * given.
 * @throws ObjectDamaged where it is long enough to be a damaged member
 */
export async function hasNextMember(
  reader: ByteReader,
  compression: string,
  begins: (head: Buffer) => boolean,
  warn: Warn,
): Promise<boolean> {
  await skipZeros(reader);
  const head = await reader.peek(4);
  if (head.length === 0) return false;
  if (begins(head)) return true;
  await passGarbage(reader, compression, warn);
  return false;
}

/** Takes what is left, and warns of it. @throws ObjectDamaged where it is long enough to be a damaged member */
export async function passGarbage(reader: ByteReader, compression: string, warn: Warn): Promise<void> {
  await skipZeros(reader);
  let seen = 0;
  for (let chunk = await reader.takeChunk(); chunk !== undefined; chunk = await reader.takeChunk()) {
    const last = chunk.findLastIndex((byte) => byte !== 0);
    if (last >= 0 && seen + last >= longestGarbage) {
      throw damaged(
        compression,
        `more than ${longestGarbage} bytes follow the data that are neither ${compression} nor zero padding`,
      );
    }
    seen += chunk.length;
  }
  warn(ignoredTail(compression));
}

export function ignoredTail(compression: string): string {
  return `bytes that are neither ${compression} nor zero padding follow the compressed data: they are ignored`;
}

async function skipZeros(reader: ByteReader): Promise<void> {
  for (let chunk = await reader.takeChunk(); chunk !== undefined; chunk = await reader.takeChunk()) {
    const end = chunk.findIndex((byte) => byte !== 0);
    if (end < 0) continue;
    reader.putBack(chunk.subarray(end));
    return;
  }
}
