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
   * @throws the network's error, or one that names the timeout; always within that time
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
      let response: http.IncomingMessage | undefined;
      const url = new URL(path, this.origin);
      const options = {
        method: "POST",
        agent: this.agent,
        headers: { ...headers, "content-length": contentLength },
      };
      const request = this.request(url, options, (answer) => {
        response = answer;
        const kept: Buffer[] = [];
        let length = 0;
        answer.on("data", (chunk: Buffer) => {
          if (length < keptBodyBytes) kept.push(chunk);
          length += chunk.length;
        });
        answer.on("error", fail);
        answer.on("end", () => {
          const { statusCode: status = 0, headers } = answer;
          const text = Buffer.concat(kept).toString("utf8", 0, keptBodyBytes);
          const end = (isSentWhole: boolean): void => {
            clearTimeout(timer);
            resolve({ status, isSentWhole, headers, body: text });
          };
          if (request.writableFinished) end(true);
          else if (isAcceptance(status)) {
            // An answer for all of it counts once all of it was sent.
            request.once("finish", () => end(true));
            request.once("close", failUnanswered);
            if (request.destroyed) failUnanswered();
          } else {
            end(false);
            // It may read no further: the connection would wait for that for ever, and so would the next request.
            request.destroy();
          }
        });
      });
      const timer = setTimeout(
        () => fail(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)),
        timeoutMs,
      );
      function fail(error: Error): void {
        clearTimeout(timer);
        // Not by the request's own error: one that still waits for a connection has none.
        reject(error);
        request.destroy(error);
      }
      function failUnanswered(): void {
        fail(new Error("the connection was closed without an answer for the whole request"));
      }
      request.on("error", fail);
      request.on("close", () => {
        if (response === undefined) failUnanswered();
      });
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

function isAcceptance(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** One connection, since one request at a time keeps the order. Plain HTTP is for listeners on this machine. */
function connectionsTo({ protocol }: URL): http.Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  if (protocol !== "https:") return new http.Agent(options);
  return proxiedConnections(options.maxSockets) ?? new https.Agent(options);
}
