import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "../support/loopback";

/** A listener that accepts everything unseen, so that it takes next to nothing of the machine that is measured. */
export class Sink {
  requests = 0;
  wireBytes = 0;
  /** When the first byte of a request came since {@link reset}, by `performance.now()`. */
  firstByteAt: number | undefined;
  private file: WriteStream | undefined;
  private readonly server: Server;

  static async start(): Promise<Sink> {
    const sink = new Sink();
    await listenOnLoopback(sink.server);
    return sink;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  get url(): string {
    return loopbackUrl(this.server);
  }

  reset(): void {
    this.requests = 0;
    this.wireBytes = 0;
    this.firstByteAt = undefined;
  }

  /** Keeps the bodies that come while `work` runs: as they were sent, one gzip member behind the other. */
  async keepBodies(path: string, work: () => Promise<void>): Promise<void> {
    this.file = createWriteStream(path);
    try {
      await work();
    } finally {
      this.file.end();
      await once(this.file, "close");
      this.file = undefined;
    }
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.firstByteAt ??= performance.now();
    for await (const chunk of request as AsyncIterable<Buffer>) {
      this.wireBytes += chunk.length;
      this.file?.write(chunk);
    }
    this.requests++;
    response.end();
  }
}
