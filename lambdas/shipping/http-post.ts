import * as http from "node:http";
import * as https from "node:https";
import { proxiedConnections } from "../runtime/proxy/proxy";

export interface PostResponse {
  readonly status: number;
  /** Whether the whole request was handed to the system before it was answered, so that its memory is free. */
  readonly isSentWhole: boolean;
  readonly headers: http.IncomingHttpHeaders;
  /** The start of the answer's body, as text. */
  readonly body: string;
}

/** What is kept of an answer: Logz.io's are a line; a proxy's page of HTML is not worth more. */
const keptBodyBytes = 4096;

/** Connections to one origin, kept open between requests. TLS is verified; redirects are never followed. */
export class Poster {
  private readonly request: typeof http.request;

  /** @param agent that makes the connections @default one that goes through the proxy of the environment, if it names one */
  constructor(
    private readonly origin: URL,
    private readonly agent: http.Agent = connectionsTo(origin),
  ) {
    this.request = origin.protocol === "https:" ? https.request : http.request;
  }

  /**
   * One request, answered within `timeoutMs` as a whole.
   * @param body in one piece or in several
   * @throws the network's error, or one that names the timeout
   */
  post(
    path: string,
    headers: http.OutgoingHttpHeaders,
    body: Buffer | readonly Buffer[],
    timeoutMs: number,
  ): Promise<PostResponse> {
    const pieces = Buffer.isBuffer(body) ? [body] : body;
    const contentLength = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return new Promise((resolve, reject) => {
      const request = this.request(
        new URL(path, this.origin),
        { method: "POST", agent: this.agent, headers: { ...headers, "content-length": contentLength } },
        (response) => {
          const kept: Buffer[] = [];
          let length = 0;
          response.on("data", (chunk: Buffer) => {
            if (length < keptBodyBytes) kept.push(chunk);
            length += chunk.length;
          });
          response.on("error", finish);
          response.on("end", () => {
            clearTimeout(timer);
            const text = Buffer.concat(kept).toString("utf8", 0, keptBodyBytes);
            resolve({
              status: response.statusCode ?? 0,
              isSentWhole: request.writableFinished,
              headers: response.headers,
              body: text,
            });
          });
        },
      );
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)),
        timeoutMs,
      );
      function finish(error: Error): void {
        clearTimeout(timer);
        reject(error);
      }
      request.on("error", finish);
      // All in one write to the socket, with the headers.
      request.cork();
      for (const piece of pieces) request.write(piece);
      request.uncork();
      request.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** One connection, since one request at a time keeps the order. Plain HTTP is for listeners on this machine. */
function connectionsTo({ protocol }: URL): http.Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  if (protocol !== "https:") return new http.Agent(options);
  return proxiedConnections(options.maxSockets) ?? new https.Agent(options);
}
