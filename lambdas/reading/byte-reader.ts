import { ObjectDamaged } from "./errors";

const EMPTY = Buffer.alloc(0);

/** Yields the bytes once more, from an offset of theirs. */
export type ReadAgain = (from: number) => AsyncIterable<Buffer>;

/** Reads a stream of chunks by the byte: look ahead, take, put back. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private buffered: Buffer = EMPTY;
  private pulled = 0;
  private over = false;
  private failure: { readonly error: unknown } | undefined;

  /** @param readAgain for those who have to go back further than one puts back */
  constructor(
    chunks: AsyncIterable<Buffer>,
    private readonly readAgain?: ReadAgain,
  ) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** Bytes that were taken, and not put back. */
  get taken(): number {
    return this.pulled - this.buffered.length;
  }

  /** Whether what is at hand is all that is left: the source has ended, and properly. */
  get isComplete(): boolean {
    return this.over && this.failure === undefined;
  }

  /** A reader of the same bytes from `offset` on; undefined where they can be had only once. */
  again(offset: number): ByteReader | undefined {
    return this.readAgain && readerAt(this.readAgain, offset);
  }

  /** A reader of what `convert` makes of the bytes from here on; where they can be had again, so can that. */
  derive(convert: (bytes: ByteReader, isAgain: boolean) => AsyncIterable<Buffer>): ByteReader {
    const start = this.taken;
    if (this.readAgain === undefined) return new ByteReader(convert(this, false));
    const { readAgain } = this;
    return new ByteReader(convert(this, false), async function* (from) {
      const again = readerAt(readAgain, start);
      try {
        yield* behind(convert(again, true), from);
      } finally {
        await again.close();
      }
    });
  }

  /** The next `length` bytes without taking them; fewer at the end. */
  async peek(length: number): Promise<Buffer> {
    await this.fill(length);
    if (this.buffered.length < length && this.failure) throw this.failure.error;
    return this.buffered.subarray(0, length);
  }

  /** As {@link peek}, but fewer also where damage follows, which is then thrown behind the last byte. */
  async look(length: number): Promise<Buffer> {
    await this.fill(length);
    if (this.failure?.error instanceof ObjectDamaged) return this.buffered.subarray(0, length);
    return this.peek(length);
  }

  /** Takes the next `length` bytes; fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    // No empty view stays: there can be none once whoever has worked the bytes has given their memory back.
    this.buffered = bytes.length < this.buffered.length ? this.buffered.subarray(bytes.length) : EMPTY;
    return bytes;
  }

  /** Takes the next chunk, of whatever length; undefined at the end. */
  async takeChunk(): Promise<Buffer | undefined> {
    if (this.buffered.length > 0) {
      const chunk = this.buffered;
      this.buffered = EMPTY;
      return chunk;
    }
    const chunk = await this.pull();
    if (chunk === undefined && this.failure) throw this.failure.error;
    return chunk;
  }

  /** Takes the next `length` bytes and drops them. @returns whether there were so many */
  async skip(length: number, signal?: AbortSignal): Promise<boolean> {
    for (let left = length; left > 0;) {
      const chunk = await this.takeChunk();
      if (chunk === undefined) return false;
      this.putBack(chunk.subarray(left));
      left -= Math.min(left, chunk.length);
      signal?.throwIfAborted();
    }
    return true;
  }

  /** Puts bytes back that were taken last. */
  putBack(bytes: Buffer): void {
    if (bytes.length > 0)
      this.buffered = this.buffered.length > 0 ? Buffer.concat([bytes, this.buffered]) : bytes;
  }

  /** Everything that is left. Closes the source when it is let go of. */
  async *chunks(): AsyncGenerator<Buffer, void> {
    try {
      for (let chunk = await this.takeChunk(); chunk !== undefined; chunk = await this.takeChunk())
        yield chunk;
    } finally {
      await this.close();
    }
  }

  /** Lets go of the source, and of what works for it. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async fill(length: number): Promise<void> {
    if (this.buffered.length >= length || this.over) return;
    const pieces = [this.buffered];
    let atHand = this.buffered.length;
    while (atHand < length) {
      const chunk = await this.pull();
      if (chunk === undefined) break;
      pieces.push(chunk);
      atHand += chunk.length;
    }
    // A first chunk that is long enough is not copied.
    const filled = pieces.filter((piece) => piece.length > 0);
    this.buffered = filled.length === 1 ? filled[0] : Buffer.concat(filled, atHand);
  }

  private async pull(): Promise<Buffer | undefined> {
    if (this.over) return undefined;
    try {
      const step = await this.source.next();
      if (!step.done) {
        this.pulled += step.value.length;
        return step.value;
      }
    } catch (error) {
      this.failure = { error };
    }
    this.over = true;
    return undefined;
  }
}

function readerAt(readAgain: ReadAgain, offset: number): ByteReader {
  return new ByteReader(readAgain(offset), (from) => readAgain(offset + from));
}

/** What is behind the first `skipped` bytes. */
export async function* behind(chunks: AsyncIterable<Buffer>, skipped: number): AsyncGenerator<Buffer, void> {
  let left = skipped;
  for await (const chunk of chunks) {
    // Before the chunk is given away: its memory may be given back by whoever has worked it.
    const skippedHere = Math.min(left, chunk.length);
    left -= skippedHere;
    if (skippedHere < chunk.length) yield chunk.subarray(skippedHere);
  }
}
