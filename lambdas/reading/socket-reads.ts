import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { releaseChunk } from "../runtime/release";

/**
 * Gives back what the reads of a body's socket lie in. Node's HTTP parser copies the body out of them and leaves them to the
 * collector: as many bytes again as are read, which lie around until it comes. That V8 lets it come less and less often
 * (its young generation grows with all that ever survived in it) would have a process grow that works for long.
 */
export class SocketReads {
  private readonly socket: Socket | undefined;
  private reads: Buffer[] = [];

  /** @param body of a response that has begun, so that the parser has had each read before this hears of it */
  constructor(body: Readable) {
    this.socket = (body as { readonly socket?: Socket | null }).socket ?? undefined;
    this.socket?.on("data", this.note);
    // It comes when the last chunk is taken, which may be worked for long: from then on the socket may be another body's.
    body.once("end", () => this.close());
  }

  /**
   * Gives back all reads so far. To be called with each chunk that is taken from the body, as soon as it is: where a parser
   * does not copy, the chunk lies in a read, and they are the collector's again.
   */
  releaseBehind(chunk: Buffer): void {
    if (this.reads.some(({ buffer }) => buffer === chunk.buffer)) this.close();
    else for (const read of this.reads) releaseChunk(read);
    this.reads = [];
  }

  /** Hears of no more reads: the body is let go of. */
  close(): void {
    this.socket?.off("data", this.note);
  }

  private readonly note = (read: Buffer): void => {
    this.reads.push(read);
  };
}
