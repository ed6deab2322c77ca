import { setTimeout as sleep } from "node:timers/promises";
import { Backoff, retryAfterMs, type BackoffOptions } from "../runtime/backoff";
import { messageOf } from "../runtime/errors";
import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import type { TokenSource } from "../runtime/token";
import { Poster, type PostResponse } from "../shipping/http-post";
import { ListenerUnavailable, TokenRefused } from "./errors";

export interface RemoteWriteOptions {
  readonly origin: URL;
  readonly token: TokenSource;
  /** @default 6 tries, waits from 1 s to 20 s */
  readonly backoff?: BackoffOptions;
  /** How long one request may take, in ms. @default 30000 */
  readonly requestTimeoutMs?: number;
}

/** What a request needs to know of the run it belongs to. */
export interface WriteContext {
  /** Time until the run must be over, in ms. */
  readonly remainingMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The listener's word on a request that is worth no retry. */
export type WriteOutcome = "accepted" | { readonly refused: string };

/** Answers that say "later", beside every 5xx. */
const retriedStatuses = new Set([408, 425, 429]);
/** Time that is kept for what comes behind the last request: the log, the metrics. */
const reserveMs = 2_000;
/** Least time that a request is given. */
const shortestRequestMs = 1_000;

/**
 * Sends requests of Prometheus remote write 1.0 to Logz.io's listener. A request may be sent twice without harm: a
 * sample that is there already is the same sample.
 */
export class RemoteWrite {
  private readonly poster: Poster;
  private readonly backoff: Backoff;

  constructor(private readonly options: RemoteWriteOptions) {
    this.poster = new Poster(options.origin);
    this.backoff = new Backoff({ attempts: 6, ...options.backoff });
  }

  /**
   * @throws ListenerUnavailable where retries, or the time, ran out
   * @throws TokenRefused where the token is not accepted, read again or not
   */
  async send(body: Buffer, { remainingMs, logger, metrics }: WriteContext): Promise<WriteOutcome> {
    let token = await this.options.token.get();
    let tokenIsFresh = false;
    for (let attempt = 1; ; attempt++) {
      const result = await this.attempt(body, token, remainingMs() - reserveMs);
      if ("response" in result) {
        const { response } = result;
        if (response.status >= 200 && response.status < 300) return "accepted";
        if (response.status === 401 || response.status === 403) {
          const current = tokenIsFresh ? token : await this.options.token.reread();
          if (current === token) throw new TokenRefused(tokenAdvice(response, token));
          token = current;
          tokenIsFresh = true;
          continue;
        }
        if (response.status < 500 && !retriedStatuses.has(response.status))
          return { refused: describe(response, token) };
      }
      const reason = "response" in result ? describe(result.response, token) : messageOf(result.error);
      const asked = "response" in result ? retryAfterMs(result.response.headers["retry-after"]) : undefined;
      const delay = asked ?? this.backoff.delayMs(attempt);
      if (attempt >= this.backoff.attempts || remainingMs() - reserveMs - delay < shortestRequestMs) {
        throw new ListenerUnavailable(
          `the listener did not take the tags in ${attempt} tries (${reason}` +
            `${asked === undefined ? "" : `, asks to wait ${asked / 1000} s`}); the next run sends all of them again`,
        );
      }
      metrics.add("Retries");
      logger.warn("trying a request again", { attempt, reason, delayMs: Math.round(delay) });
      await sleep(delay);
    }
  }

  close(): void {
    this.poster.close();
  }

  private async attempt(
    body: Buffer,
    token: string,
    leftMs: number,
  ): Promise<{ response: PostResponse } | { error: unknown }> {
    if (leftMs <= 0) return { error: new Error("the function's time is nearly over") };
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
      "user-agent": "cdktf-logzio-s3",
    };
    const timeoutMs = Math.min(this.options.requestTimeoutMs ?? 30_000, leftMs);
    try {
      return { response: await this.poster.post("/", headers, body, timeoutMs) };
    } catch (error) {
      return { error };
    }
  }
}

/** Status and the answer's first line, without the token, which a proxy may echo. */
function describe({ status, body }: PostResponse, token: string): string {
  const line = body.trim().split("\n")[0].replaceAll(token, "…");
  return line === "" ? `status ${status}` : `status ${status}: ${line.slice(0, 200)}`;
}

function tokenAdvice(response: PostResponse, token: string): string {
  return (
    `the listener does not accept the token (${describe(response, token)}); put the metrics token of the account's ` +
    "region into the secret: it is another one than the log shipping token"
  );
}
