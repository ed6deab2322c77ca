import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { readBody, type ReceivedBody } from "./listener-body";
import { countsOf, judgeLines, listenerLimits, withRefused, type LineValidation } from "./listener-lines";

/** What a test or a demo may have the listener answer instead of judging the request. */
export type ScriptedAnswer =
  /** Reads the body and answers so. A 2xx accepts the valid lines, anything else accepts none. */
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly delayMs?: number;
    }
  /** Reads the body, waits, then judges it as always. */
  | { readonly slowMs: number }
  /** Accepts the valid lines, but for so many at the end, which it counts as malformed. */
  | { readonly refusedLines: number }
  /** Destroys the socket before the body is read. */
  | "reset"
  /** Accepts the valid lines, then destroys the socket without an answer. */
  | "reset-after-body"
  /** Reads the body and never answers. */
  | "hang";

/** One request, in order of arrival; what is not known yet is undefined. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Bytes of the body as sent. */
  readonly wireBytes: number;
  /** Bytes of the body after decompression; 0 where it could not be decompressed. */
  readonly bodyBytes: number;
  readonly lines: number;
  readonly accepted: number;
  /** Undefined where the socket was destroyed, or no answer has been given. */
  readonly status: number | undefined;
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
}

export interface LocalListenerOptions {
  /** The only log shipping token that is valid here. */
  readonly token: string;
  /** @default a free port */
  readonly port?: number;
  /** Whether accepted lines are kept as text; otherwise they are counted alone. @default true */
  readonly keepDocuments?: boolean;
  /** `cheap` looks at the first and last byte of a line instead of parsing it. @default "full" */
  readonly validate?: LineValidation;
  /** Called with the lines that a request added (none with `keepDocuments: false`). */
  readonly onAccepted?: (documents: readonly string[], request: ReceivedRequest) => void;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Behaves as Logz.io's HTTPS bulk listener does, over plain http on 127.0.0.1.
 * Source of the limits and answers: https://docs.logz.io/docs/shipping/Code/http
 */
export class LocalListener {
  readonly requests: ReceivedRequest[] = [];
  /** Accepted lines as text, in order of acceptance. */
  readonly documents: string[] = [];
  private accepted = 0;
  private readonly scripted: ScriptedAnswer[] = [];
  private standing: ScriptedAnswer | undefined;
  private readonly server: Server;

  static async start(options: LocalListenerOptions): Promise<LocalListener> {
    const listener = new LocalListener(options);
    await new Promise<void>((resolve, reject) => {
      listener.server.once("error", reject);
      listener.server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    return listener;
  }

  /** The only log shipping token that is valid from now on. */
  token: string;

  private constructor(private readonly options: LocalListenerOptions) {
    this.token = options.token;
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** The origin, as it is written into `LOGZIO_LISTENER`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many lines were accepted, kept or not. */
  get documentCount(): number {
    return this.accepted;
  }

  /** Answers the next requests so, one each, before the listener judges for itself again. */
  script(...answers: ScriptedAnswer[]): void {
    this.scripted.push(...answers);
  }

  /** Answers every request so that no script entry is left for; `undefined` ends it. */
  always(answer: ScriptedAnswer | undefined): void {
    this.standing = answer;
  }

  /** Forgets what it received, and what it was to answer. */
  clear(): void {
    this.requests.length = 0;
    this.documents.length = 0;
    this.accepted = 0;
    this.scripted.length = 0;
    this.standing = undefined;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record: Writable<ReceivedRequest> = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      wireBytes: 0,
      bodyBytes: 0,
      lines: 0,
      accepted: 0,
      status: undefined,
      startedAt: Date.now(),
      finishedAt: undefined,
    };
    this.requests.push(record);
    const scripted = this.scripted.shift() ?? this.standing;
    if (scripted === "reset") {
      record.finishedAt = Date.now();
      request.socket.resetAndDestroy();
      return;
    }
    const body = await readBody(request, listenerLimits.bodyBytes);
    record.wireBytes = body.wireBytes;
    record.bodyBytes = body.bodyBytes;
    if (scripted === "hang") return;
    const answer = await this.answer(record, body, scripted);
    record.finishedAt = Date.now();
    if (answer === undefined) {
      request.socket.resetAndDestroy();
      return;
    }
    record.status = answer.status;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  /** The answer, or undefined where the socket is to be destroyed. */
  private async answer(
    record: Writable<ReceivedRequest>,
    body: ReceivedBody,
    scripted: Exclude<ScriptedAnswer, "reset" | "hang"> | undefined,
  ): Promise<Answer | undefined> {
    if (scripted === undefined) return this.judge(record, body);
    if (scripted === "reset-after-body") {
      this.judge(record, body);
      return undefined;
    }
    if ("slowMs" in scripted) {
      await wait(scripted.slowMs);
      return this.judge(record, body);
    }
    if ("refusedLines" in scripted) return this.judge(record, body, scripted.refusedLines);
    if (scripted.delayMs !== undefined) await wait(scripted.delayMs);
    if (scripted.status >= 200 && scripted.status < 300) this.judge(record, body);
    return { status: scripted.status, body: scripted.body ?? "", headers: scripted.headers };
  }

  private judge(record: Writable<ReceivedRequest>, body: ReceivedBody, refusedLines = 0): Answer {
    const url = new URL(record.path, "http://listener");
    if (record.method !== "POST" || url.pathname !== "/") return { status: 404, body: "Not Found" };
    const token = url.searchParams.get("token") ?? "";
    if (token === "") return { status: 401, body: "Logging token is missing" };
    if (token !== this.token) return { status: 401, body: "Logging token is not valid" };
    if (body.fault === "too-large") return { status: 413, body: "Request body is over 10 MB" };
    if (body.fault === "not-gzip") return { status: 400, body: "Request body cannot be decompressed" };

    const keep = this.options.keepDocuments ?? true;
    const judged = withRefused(judgeLines(body.content, this.options.validate ?? "full", keep), refusedLines);
    record.lines = judged.lines;
    record.accepted = judged.successfulLines;
    this.accepted += judged.successfulLines;
    // Not push(...lines): a bulk may hold more lines than a call may have arguments.
    for (const document of judged.documents) this.documents.push(document);
    if (judged.successfulLines > 0) this.options.onAccepted?.(judged.documents, record);
    if (judged.successfulLines === judged.lines) return { status: 200, body: "" };
    return {
      status: 400,
      body: JSON.stringify(countsOf(judged)),
      headers: { "Content-Type": "application/json" },
    };
  }
}
