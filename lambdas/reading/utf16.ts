/** How a file's text is encoded, where it is not UTF-8. */
export type Encoding = "utf-16le" | "utf-16be";

/** The encoding that a byte order mark names. Without a mark, text is taken as UTF-8. */
export function encodingOf(start: Buffer): Encoding | undefined {
  if (start.length < 2) return undefined;
  const mark = start.readUInt16BE();
  return mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : undefined;
}

/**
 * UTF-16 as UTF-8, without the mark; a lone surrogate, or a byte that is left over at the end, becomes U+FFFD. Places in
 * such a file are counted in the bytes that come out here, so a later run must decode it from its beginning again.
 */
export async function* fromUtf16(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer, void> {
  // A decoder of its own for big-endian text is not in every build of Node.
  const decoder = new TextDecoder("utf-16le");
  const swap = encoding === "utf-16be" ? new ByteSwap() : undefined;
  for await (const chunk of chunks) {
    const text = decoder.decode(swap ? swap.swapped(chunk) : chunk, { stream: true });
    if (text !== "") yield Buffer.from(text);
  }
  const text = decoder.decode(swap?.rest ?? Buffer.alloc(0));
  if (text !== "") yield Buffer.from(text);
}

/** Turns the bytes of each pair around, across chunks. */
class ByteSwap {
  /** The byte of a pair that is not complete. */
  rest: Buffer = Buffer.alloc(0);

  swapped(chunk: Buffer): Buffer {
    // A copy in any case: the chunk is not ours to change.
    const bytes = Buffer.concat([this.rest, chunk]);
    const whole = bytes.length - (bytes.length % 2);
    this.rest = bytes.subarray(whole);
    return bytes.subarray(0, whole).swap16();
  }
}
