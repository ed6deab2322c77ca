import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

/** How the next call of an action goes wrong. */
export type JsonFault =
  /** An error of the service, by its code (`ThrottledException`, …). */
  { readonly status: number; readonly code: string; readonly message?: string } | "reset" | "hang";

export type JsonInput = Readonly<Record<string, unknown>>;

export interface JsonCall {
  /** As `GetResources`. */
  readonly action: string;
  readonly input: JsonInput;
}

/** An error that the service answers with. */
export class JsonError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What AWS answers to too many calls; the SDK tries it again. */
export const throttled = { status: 400, code: "ThrottlingException", message: "Rate exceeded" } as const;

/** A service that speaks AWS JSON 1.0 or 1.1 on loopback. */
export abstract class JsonDouble {
  readonly calls: JsonCall[] = [];
  private readonly scripted = new Map<string, JsonFault[]>();
  private readonly positioned = new Map<number, JsonFault>();
  private readonly server: Server;

  protected constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** For the clients' `AWS_ENDPOINT_URL_…`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  /** The next calls of the action go wrong so, one each. */
  script(action: string, ...faults: JsonFault[]): void {
    this.scripted.set(action, [...(this.scripted.get(action) ?? []), ...faults]);
  }

  /** The call number `position` from now, counted from 1, goes wrong so, whatever its action. */
  failAt(position: number, fault: JsonFault): void {
    this.positioned.set(this.calls.length + position, fault);
  }

  callsOf(action: string): readonly JsonCall[] {
    return this.calls.filter((call) => call.action === action);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  protected async listen(): Promise<this> {
    await listenOnLoopback(this.server);
    return this;
  }

  /** @throws JsonError for what the service refuses */
  protected abstract act(action: string, input: JsonInput): object;

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
    const target = request.headers["x-amz-target"];
    const action = (typeof target === "string" ? target : "").split(".").at(-1) ?? "";
    const input = JSON.parse(text === "" ? "{}" : text) as JsonInput;
    this.calls.push({ action, input });
    const fault = this.positioned.get(this.calls.length) ?? this.scripted.get(action)?.shift();
    if (fault === "hang") return;
    if (fault === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    response.setHeader("Content-Type", request.headers["content-type"] ?? "application/x-amz-json-1.1");
    response.setHeader("x-amzn-RequestId", randomUUID());
    try {
      if (fault !== undefined) throw new JsonError(fault.status, fault.code, fault.message ?? fault.code);
      response.end(JSON.stringify(this.act(action, input)));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      response.statusCode = error.status;
      response.end(JSON.stringify({ __type: error.code, message: error.message }));
    }
  }
}

/** A page of a list, and the token of the next one. */
export function page<Item>(
  items: readonly Item[],
  size: number,
  token: unknown,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const start = typeof token === "string" && token !== "" ? Number(token) : 0;
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined };
}
