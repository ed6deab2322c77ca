import type { ByteReader } from "../byte-reader";

/** Told of what is odd about an object, and does not keep it from being shipped. */
export type Warn = (warning: string) => void;

/**
 * Whether another member follows the one that has ended. Zero bytes are padding; of anything else a warning is given, and
 * it is left where it is.
 */
export async function hasNextMember(
  reader: ByteReader,
  compression: string,
  begins: (head: Buffer) => boolean,
  warn: Warn,
): Promise<boolean> {
  for (;;) {
    const head = await reader.peek(4);
    if (head.length === 0) return false;
    if (begins(head)) return true;
    if (head[0] !== 0) {
      warn(ignoredTail(compression));
      return false;
    }
    const chunk = await reader.takeChunk();
    const end = chunk?.findIndex((byte) => byte !== 0) ?? -1;
    if (chunk !== undefined && end >= 0) reader.putBack(chunk.subarray(end));
  }
}

export function ignoredTail(compression: string): string {
  return `bytes that are neither ${compression} nor zero padding follow the compressed data: they are ignored`;
}
