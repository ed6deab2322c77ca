import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ServiceDouble, ServiceError, textOf } from "./service-double";

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

/** What AWS answers to too many calls; the SDK tries it again. */
export const throttled = { status: 400, code: "ThrottlingException", message: "Rate exceeded" } as const;

/** A service that speaks AWS JSON 1.0 or 1.1 on loopback. */
export abstract class JsonDouble extends ServiceDouble<JsonCall, JsonFault> {
  private readonly positioned = new Map<number, JsonFault>();
  /** The call number `position` from now, counted from 1, goes wrong so, whatever its action. */
  failAt(position: number, fault: JsonFault): void {
    this.positioned.set(this.calls.length + position, fault);
  }

  /** @throws ServiceError for what the service refuses */
  protected abstract act(action: string, input: JsonInput): object;

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const target = request.headers["x-amz-target"];
    const action = (typeof target === "string" ? target : "").split(".").at(-1) ?? "";
    const input = JSON.parse(text === "" ? "{}" : text) as JsonInput;
    this.calls.push({ action, input });
    const fault = this.positioned.get(this.calls.length) ?? this.nextScripted(action);
    if (fault === "hang") return;
    if (fault === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    response.setHeader("Content-Type", request.headers["content-type"] ?? "application/x-amz-json-1.1");
    response.setHeader("x-amzn-RequestId", randomUUID());
    try {
      if (fault !== undefined) throw new ServiceError(fault.status, fault.code, fault.message ?? fault.code);
      response.end(JSON.stringify(this.act(action, input)));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
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
