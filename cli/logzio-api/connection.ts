import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { Backoff, retryAfterMs, type BackoffOptions } from "../../lambdas/runtime/backoff";
import { messageOf } from "../../lambdas/runtime/errors";
import { proxyFor } from "../network/proxy";
import { tunnelTo } from "../../lambdas/runtime/proxy/tunnel";
import { ApiError } from "./errors";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface ApiResponse {
  readonly status: number;
  readonly text: string;
  /** How long the last answer asked to wait, in ms, where it did. */
  readonly retryAfterMs?: number;
}

export interface ConnectionOptions {
  /** Scheme and host, such as `https://api-eu.logz.io`. */
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
  /** @default 6 tries, from 1 s to 20 s apart */
  readonly backoff?: BackoffOptions;
  /** How long one request may take, in ms: saving a configuration makes Logz.io try AWS first. @default 60000 */
  readonly requestTimeoutMs?: number;
}

/** An answer is a list of configurations; more is not one of this API. */
const longestAnswerBytes = 16_000_000;
/** Nobody sits longer before a terminal that does nothing; what asks for more is told to the user. */
const longestWaitMs = 120_000;

type Outcome =
  { readonly response: ApiResponse; readonly retryAfter: string | undefined } | { readonly error: unknown };

/**
 * Requests to Logz.io's API. TLS is verified, also behind a proxy and whatever NODE_TLS_REJECT_UNAUTHORIZED says (a CA
 * of one's own goes into NODE_EXTRA_CA_CERTS); redirects are not followed, so the token goes to one host only.
 */
export class ApiConnection {
  private readonly backoff: Backoff;
  private readonly proxy: URL | undefined;

  /** @throws UsageError where the environment names a proxy that cannot be used */
  constructor(private readonly options: ConnectionOptions) {
    this.backoff = new Backoff({ attempts: 6, ...options.backoff });
    this.proxy = new URL(options.url).protocol === "https:" ? proxyFor(options.url) : undefined;
  }

  get host(): string {
    return new URL(this.options.url).host;
  }

  /**
   * One call. Too many calls (429) are tried again, and where it makes no difference how often the call is made also 5xx
   * and a broken connection. A POST that may have done its work is for the caller to look after.
   * @throws ApiError where no answer came
   */
  async call(method: Method, path: string, body?: unknown): Promise<ApiResponse> {
    const repeatable = method !== "POST";
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(method, path, body);
      this.options.signal.throwIfAborted();
      const failed = "error" in outcome || outcome.response.status >= 500;
      const again = failed ? repeatable : outcome.response.status === 429;
      const asked = "error" in outcome ? undefined : retryAfterMs(outcome.retryAfter);
      if (!again || attempt >= this.backoff.attempts || (asked ?? 0) > longestWaitMs) {
        if ("error" in outcome) throw this.unreachable(method, path, outcome.error, attempt);
        return asked === undefined ? outcome.response : { ...outcome.response, retryAfterMs: asked };
      }
      await this.wait(Math.max(asked ?? 0, this.backoff.delayMs(attempt)));
    }
  }

  /** Before a try that the caller makes itself, number `attempt` of them being behind it. */
  async pause(attempt: number): Promise<void> {
    await this.wait(this.backoff.delayMs(attempt));
  }

  private async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.options.signal });
  }

  private unreachable(method: Method, path: string, error: unknown, attempts: number): ApiError {
    return new ApiError(
      `${method} ${path} got no answer from ${this.host} in ${attempts === 1 ? "one try" : `${attempts} tries`} ` +
        `(${messageOf(error)}); is the address right, and is a proxy needed (HTTPS_PROXY)?`,
    );
  }

  private async attempt(method: Method, path: string, body: unknown): Promise<Outcome> {
    const { signal, requestTimeoutMs = 60_000 } = this.options;
    const timeLimit = AbortSignal.timeout(requestTimeoutMs);
    try {
      return await this.send(method, path, body, AbortSignal.any([signal, timeLimit]));
    } catch (error) {
      return { error: timeLimit.aborted ? new Error(`nothing within ${requestTimeoutMs / 1000} s`) : error };
    }
  }

  private async send(method: Method, path: string, body: unknown, signal: AbortSignal): Promise<Outcome> {
    const target = new URL(path, this.options.url);
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const tunnel = this.proxy === undefined ? undefined : await tunnelTo(target, this.proxy, signal);
    const request = (target.protocol === "https:" ? https : http).request(target, {
      method,
      signal,
      ...(tunnel === undefined ? {} : { createConnection: () => tunnel }),
      rejectUnauthorized: true,
      headers: {
        "x-api-token": this.options.token,
        accept: "application/json",
        "user-agent": "cdktf-logzio-s3",
        ...(payload === undefined
          ? {}
          : { "content-type": "application/json", "content-length": payload.length }),
      },
    });
    try {
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once("response", resolve).once("error", reject).end(payload);
      });
      const text = await textOf(response);
      return {
        response: { status: response.statusCode ?? 0, text },
        retryAfter: response.headers["retry-after"],
      };
    } finally {
      request.destroy();
      tunnel?.destroy();
    }
  }
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestAnswerBytes) throw new Error("the answer is too long to be one of this API");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
