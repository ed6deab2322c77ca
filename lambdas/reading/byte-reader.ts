const EMPTY = Buffer.alloc(0);

/** Reads a stream of chunks by the byte: look ahead, take, put back. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private buffered: Buffer = EMPTY;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** The next `length` bytes without taking them; fewer at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.buffered.length < length) {
      const step = await this.source.next();
      if (step.done) break;
      this.buffered = this.buffered.length > 0 ? Buffer.concat([this.buffered, step.value]) : step.value;
    }
    return this.buffered.subarray(0, length);
  }

  /** Takes the next `length` bytes; fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    this.buffered = this.buffered.subarray(bytes.length);
    return bytes;
  }

  /** Takes the next chunk, of whatever length; undefined at the end. */
  async takeChunk(): Promise<Buffer | undefined> {
    if (this.buffered.length > 0) {
      const chunk = this.buffered;
      this.buffered = EMPTY;
      return chunk;
    }
    const step = await this.source.next();
    return step.done ? undefined : step.value;
  }

  /** Puts bytes back that were taken last. */
  putBack(bytes: Buffer): void {
    if (bytes.length > 0)
      this.buffered = this.buffered.length > 0 ? Buffer.concat([bytes, this.buffered]) : bytes;
  }

  /** Everything that is left. */
  async *chunks(): AsyncGenerator<Buffer, void> {
    for (let chunk = await this.takeChunk(); chunk !== undefined; chunk = await this.takeChunk()) yield chunk;
  }
}
