import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ServiceDouble, ServiceError, textOf } from "./service-double";

/** How a call goes wrong. */
export type QueryFault =
  /** An error of the service, by its code (`AccessDenied`, `Throttling`, …). */
  | { readonly status: number; readonly code: string; readonly message?: string }
  /** The connection breaks before anything has happened. */
  | "reset"
  /** What was asked for happens, and the connection breaks before the answer. */
  | "lost";

export interface QueryCall {
  /** As `GetRole`. */
  readonly action: string;
  /** The parameters as sent, such as `RoleName` and `Tags.member.1.Key`. */
  readonly input: Readonly<Partial<Record<string, string>>>;
  /** The access key that signed the call. */
  readonly accessKeyId: string;
}

/** What an action answers with: elements by name, lists as `member` elements; what is undefined is left out. */
export type QueryResult = string | number | boolean | undefined | readonly QueryResult[] | QueryElements;
export interface QueryElements {
  readonly [name: string]: QueryResult;
}

/** What a caller without a permission gets; the SDK does not try it again. */
export const accessDenied = {
  status: 403,
  code: "AccessDenied",
  message: "User: arn:aws:iam::123456789012:user/tester is not authorized to perform this action",
} as const;

/** What AWS answers to too many calls; the SDK tries it again. */
export const throttling = { status: 400, code: "Throttling", message: "Rate exceeded" } as const;

/** A service that speaks the AWS query protocol (form in, XML out) on loopback. */
export abstract class QueryDouble extends ServiceDouble<QueryCall, QueryFault> {
  /** Looks at each call before it is made; what it returns goes wrong, unless the call's action has a fault of its own. */
  watch: (call: QueryCall) => QueryFault | undefined = () => undefined;
  private readonly standing = new Map<string, QueryFault>();
  /** Every call of the action goes wrong so from now on. */
  fail(action: string, fault: QueryFault): void {
    this.standing.set(action, fault);
  }

  /** @throws ServiceError for what the service refuses */
  protected abstract act(call: QueryCall): QueryElements | Promise<QueryElements>;

  /** Has another server answer a call that the double does not have; undefined where it has it. */
  protected relay?(
    call: QueryCall,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<void> | undefined;

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const { Action: action = "", ...input } = Object.fromEntries(new URLSearchParams(text)) as Partial<
      Record<string, string>
    >;
    const accessKeyId = accessKeyOf(request.headers.authorization);
    const call = { action, input, accessKeyId };
    this.calls.push(call);
    const relayed = this.relay?.(call, request, text, response);
    if (relayed !== undefined) return relayed;
    const fault = this.nextScripted(action) ?? this.standing.get(action) ?? this.watch(call);
    response.setHeader("Content-Type", "text/xml");
    try {
      if (typeof fault === "object") {
        throw new ServiceError(fault.status, fault.code, fault.message ?? fault.code);
      }
      const result = fault === "reset" ? undefined : await this.act(call);
      if (fault !== undefined || result === undefined) {
        request.socket.resetAndDestroy();
        return;
      }
      const parts = { [`${action}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } };
      response.end(element(`${action}Response`, parts));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      response.statusCode = error.status;
      const { code, message } = error;
      const parts = { Error: { Type: "Sender", Code: code, Message: message }, RequestId: randomUUID() };
      response.end(element("ErrorResponse", parts));
    }
  }
}

/** The access key that signed a request, by its header. */
export function accessKeyOf(authorization = ""): string {
  return /Credential=([^/]+)/.exec(authorization)?.[1] ?? "";
}

/** The region that a request was signed for, by its header. */
export function regionOf(authorization = ""): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization)?.[1] ?? "";
}

/** The values of a list as the query protocol sends it: `ActionNames.member.1`, `ActionNames.member.2`, … */
export function listOf(input: QueryCall["input"], name: string): string[] {
  const values: string[] = [];
  for (;;) {
    const value = input[`${name}.member.${values.length + 1}`];
    if (value === undefined) return values;
    values.push(value);
  }
}

function element(name: string, value: QueryResult): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) {
    return `<${name}>${value.map((item) => element("member", item as QueryResult)).join("")}</${name}>`;
  }
  if (typeof value === "object") {
    const parts = Object.entries(value).map(([part, content]) => element(part, content));
    return `<${name}>${parts.join("")}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
