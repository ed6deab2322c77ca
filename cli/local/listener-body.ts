import type { IncomingMessage } from "node:http";
import { finished, Writable } from "node:stream";
import { createGunzip } from "node:zlib";

export interface ReceivedBody {
  /** The uncompressed body; empty where there is a fault. */
  readonly content: Buffer;
  readonly wireBytes: number;
  /** Uncompressed bytes seen; at a body that is too large, those up to the limit. */
  readonly bodyBytes: number;
  readonly fault: "too-large" | "not-gzip" | undefined;
}

/**
 * Reads a request to its end, so that the answer meets a client that has finished sending, and keeps
 * no more than `limit` uncompressed bytes of it.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<ReceivedBody> {
  const gzipped = request.headers["content-encoding"] === "gzip";
  const chunks: Buffer[] = [];
  let wireBytes = 0;
  let bodyBytes = 0;
  let fault: ReceivedBody["fault"];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bodyBytes += chunk.length;
      if (bodyBytes > limit) fault = "too-large";
      else chunks.push(chunk);
      done();
    },
  });
  const decoded = gzipped ? createGunzip({ chunkSize: 256 * 1024 }) : undefined;
  decoded?.pipe(sink);
  const first = decoded ?? sink;
  const stored = new Promise<void>((resolve) => {
    finished(sink, () => {
      resolve();
    });
    decoded?.on("error", () => {
      fault ??= "not-gzip";
      sink.destroy();
    });
  });

  for await (const chunk of request as AsyncIterable<Buffer>) {
    wireBytes += chunk.length;
    // After a fault the rest is read and dropped: a bomb must not be inflated to its end.
    if (fault !== undefined) continue;
    if (!first.write(chunk)) await drained(first, sink);
  }
  if (fault === undefined) {
    first.end();
    await stored;
  } else {
    decoded?.destroy();
    sink.destroy();
  }
  const content = fault === undefined ? Buffer.concat(chunks, bodyBytes) : Buffer.alloc(0);
  return { content, wireBytes, bodyBytes: fault === "not-gzip" ? 0 : bodyBytes, fault };
}

/** Resolves at room in `stream`, or when either stream fails or closes. */
async function drained(stream: NodeJS.WritableStream, sink: NodeJS.WritableStream): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = (): void => {
      for (const event of ["drain", "error", "close"]) stream.off(event, go);
      sink.off("close", go);
      resolve();
    };
    for (const event of ["drain", "error", "close"]) stream.on(event, go);
    sink.on("close", go);
  });
}
