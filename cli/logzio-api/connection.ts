import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { Backoff, retryAfterMs, type BackoffOptions } from "../../lambdas/runtime/backoff";
import { messageOf } from "../../lambdas/runtime/errors";
import { ApiError } from "./errors";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface ApiResponse {
  readonly status: number;
  readonly text: string;
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

/** Requests to Logz.io's API. TLS is verified, also behind a proxy; redirects are not followed. */
export class ApiConnection {
  private readonly backoff: Backoff;

  constructor(private readonly options: ConnectionOptions) {
    this.backoff = new Backoff({ attempts: 6, ...options.backoff });
  }

  get host(): string {
    return new URL(this.options.url).host;
  }

  /**
   * One call; busy answers (429, 503) are tried again, and where it makes no difference how often the call is made also
   * other 5xx and a broken connection.
   * @throws ApiError where no answer came
   */
  async call(method: Method, path: string, body?: unknown): Promise<ApiResponse> {
    const repeatable = method !== "POST";
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(method, path, body);
      this.options.signal.throwIfAborted();
      const status = "error" in outcome ? undefined : outcome.status;
      const busy = status === 429 || status === 503;
      const again = busy || (repeatable && (status === undefined || status >= 500));
      if ("error" in outcome) {
        if (!again || attempt >= this.backoff.attempts)
          throw this.unreachable(method, path, outcome.error, attempt);
      } else if (!again || attempt >= this.backoff.attempts) return outcome;
      const asked = "error" in outcome ? undefined : retryAfterMs(outcome.retryAfter);
      await sleep(asked ?? this.backoff.delayMs(attempt), undefined, { signal: this.options.signal });
    }
  }

  private unreachable(method: Method, path: string, error: unknown, attempts: number): ApiError {
    return new ApiError(
      `${method} ${path} got no answer from ${this.host} in ${attempts === 1 ? "one try" : `${attempts} tries`} ` +
        `(${messageOf(error)}); is the address right, and is a proxy needed (HTTPS_PROXY)?`,
    );
  }

  private async attempt(
    method: Method,
    path: string,
    body: unknown,
  ): Promise<(ApiResponse & { readonly retryAfter: string | undefined }) | { readonly error: unknown }> {
    const { url, token, signal, requestTimeoutMs = 60_000 } = this.options;
    const target = new URL(path, url);
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const proxy = target.protocol === "https:" ? getProxyForUrl(url) : "";
    const request = (target.protocol === "https:" ? https : http).request(target, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      ...(proxy === "" ? {} : { agent: new HttpsProxyAgent(proxy) }),
      headers: {
        "x-api-token": token,
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
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > longestAnswerBytes) throw new Error("the answer is too long to be one of this API");
        chunks.push(chunk);
      }
      return {
        status: response.statusCode ?? 0,
        text: Buffer.concat(chunks).toString("utf8"),
        retryAfter: response.headers["retry-after"],
      };
    } catch (error) {
      return { error };
    } finally {
      request.destroy();
    }
  }
}
