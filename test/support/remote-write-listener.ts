import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { uncompress } from "snappyjs";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";
import { decodeWriteRequest, type Series } from "./prometheus-format";

/** How a request is answered in place of 200. */
export interface WriteAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ReceivedWrite {
  readonly headers: IncomingMessage["headers"];
  readonly path: string;
  /** Bytes before compression. */
  readonly bytes: number;
  readonly series: readonly Series[];
}

/** Logz.io's listener for metrics on loopback; it may hand over what it takes to a Prometheus. */
export class RemoteWriteListener {
  /** What was accepted. */
  readonly accepted: ReceivedWrite[] = [];
  /** All that came. */
  readonly requests: ReceivedWrite[] = [];
  /** What looks at each request; what it returns is the answer. */
  watch: (request: ReceivedWrite) => WriteAnswer | undefined = () => undefined;
  private readonly scripted: (WriteAnswer | "reset")[] = [];
  private readonly server: Server;

  /** @param forwardTo URL of a Prometheus' remote-write receiver */
  static async start(token: string, forwardTo?: string): Promise<RemoteWriteListener> {
    const listener = new RemoteWriteListener(token, forwardTo);
    await listenOnLoopback(listener.server);
    return listener;
  }

  private constructor(
    public token: string,
    private readonly forwardTo: string | undefined,
  ) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
  }

  get url(): string {
    return loopbackUrl(this.server);
  }

  /** The next requests are answered so, one each. */
  script(...answers: (WriteAnswer | "reset")[]): void {
    this.scripted.push(...answers);
  }

  /** The labels of all series that were accepted. */
  get series(): Readonly<Record<string, string>>[] {
    return this.accepted.flatMap(({ series }) => series.map(({ labels }) => labels));
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const plain = uncompress(body);
    const received = {
      headers: request.headers,
      path: request.url ?? "",
      bytes: plain.length,
      series: decodeWriteRequest(plain),
    };
    this.requests.push(received);
    const scripted = this.scripted.shift();
    if (scripted === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    const right = request.headers.authorization === `Bearer ${this.token}`;
    const answer =
      scripted ??
      this.watch(received) ??
      (right ? await this.forward(body) : { status: 401, body: "bad token" });
    if (answer.status < 300) this.accepted.push(received);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  private async forward(body: Buffer): Promise<WriteAnswer> {
    if (this.forwardTo === undefined) return { status: 200 };
    const answer = await fetch(this.forwardTo, {
      method: "POST",
      body: new Uint8Array(body),
      headers: {
        "content-encoding": "snappy",
        "content-type": "application/x-protobuf",
        "x-prometheus-remote-write-version": "0.1.0",
      },
    });
    return { status: answer.status, body: await answer.text() };
  }
}
