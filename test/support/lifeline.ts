import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

/** What a run calls; the effects that a crash may fall between. */
export type CallKind = "list" | "get" | "post" | `table ${string}`;

/** One call, in order of arrival. */
export interface Call {
  readonly kind: CallKind;
  /** Whether its work was done. */
  done: boolean;
}

/** The call at which the line is cut, counted from 0 (never, at -1): it gets nowhere, or its work is done and its answer lost. */
export interface Cut {
  readonly at: number;
  readonly when: "before" | "after";
}

export interface LifelineEnds {
  readonly s3: string;
  readonly table: string;
  readonly listener: string;
}

const agent = new Agent({ keepAlive: true });

/**
 * One run's way to S3, the table and the listener. Once it is cut no call of the run arrives any more, however its code
 * goes on: as dead as a function that was killed. Calls that had arrived are still worked, as they would be.
 */
export class Lifeline {
  readonly calls: Call[] = [];
  /** Settles when the line is cut. */
  readonly whenCut: Promise<void>;
  /** Whether it was cut, rather than closed at the end of its run. */
  wasCut = false;
  private readonly underWay = new Set<Promise<unknown>>();
  private isCut = false;
  private onCut: () => void = () => undefined;
  private readonly server: Server;

  static async start(ends: LifelineEnds, cut: Cut): Promise<Lifeline> {
    const line = new Lifeline(ends, cut);
    await new Promise<void>((done) => line.server.listen(0, "127.0.0.1", done));
    return line;
  }

  private constructor(
    private readonly ends: LifelineEnds,
    private readonly plan: Cut,
  ) {
    this.whenCut = new Promise((resolve) => (this.onCut = resolve));
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  /** For all three. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo | null)?.port ?? 1}`;
  }

  private cut(): void {
    this.wasCut = true;
    this.close();
    this.onCut();
  }

  /** The run is over. */
  close(): void {
    this.isCut = true;
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Settles when every call that had arrived is worked. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (this.isCut) return;
    const kind = kindOf(request);
    const call: Call = { kind, done: false };
    const { at, when } = this.plan;
    const isLast = at === this.calls.length;
    this.calls.push(call);
    if (isLast && when === "before") {
      this.cut();
      return;
    }
    const passed = this.pass(request, kind, Buffer.concat(chunks));
    this.underWay.add(passed);
    const answer = await passed.finally(() => this.underWay.delete(passed));
    call.done = true;
    if (isLast) this.cut();
    // What the cut came too late for has happened all the same.
    answer.on("error", () => undefined);
    if (response.destroyed) answer.resume();
    else {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      await pipeline(answer, response);
    }
  }

  private pass(request: IncomingMessage, kind: CallKind, body: Buffer): Promise<IncomingMessage> {
    const { s3, table, listener } = this.ends;
    const end = kind === "post" ? listener : kind === "list" || kind === "get" ? s3 : table;
    return new Promise((resolve, reject) => {
      const { method, headers, url = "/" } = request;
      const sent = forward(new URL(url, end), { method, headers, agent });
      sent.once("response", resolve);
      sent.once("error", reject);
      sent.end(body);
    });
  }
}

function kindOf({ headers, url = "", method }: IncomingMessage): CallKind {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return `table ${target.split(".")[1]}`;
  if (method === "POST") return "post";
  return url.includes("list-type=2") ? "list" : "get";
}
