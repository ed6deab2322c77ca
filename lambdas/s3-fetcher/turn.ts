/**
 * Lets one stream ship at a time, since all share the buffers of the bulks and the listener's connection. Streams in
 * which there is nothing to ship are looked at in the meantime.
 */
export class Turn {
  private last: Promise<void> = Promise.resolve();
  private over: Error | undefined;

  constructor(private readonly signal: AbortSignal) {}

  /** Waits for its turn. @returns what ends it. @throws where there is to be none, or the time is over */
  async take(): Promise<() => void> {
    const before = this.last;
    let end: () => void = () => undefined;
    this.last = new Promise((resolve) => (end = resolve));
    try {
      await before;
      this.signal.throwIfAborted();
      if (this.over !== undefined) throw this.over;
      return end;
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Nobody gets a turn any more: the others would meet the same error. */
  close(error: Error): void {
    this.over ??= error;
  }
}
