import type { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { NEWLINE } from "../reading/characters";
import type { Deadline } from "../runtime/deadline";
import { messageOf } from "../runtime/errors";
import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import type { TokenSource } from "../runtime/token";
import { Backoff, retryAfterMs, type BackoffOptions } from "../runtime/backoff";
import {
  compressDocuments,
  decompressDocuments,
  releaseDocuments,
  type CompressedDocuments,
} from "./compression";
import { BulkRefused, ListenerUnavailable, TokenRefused } from "./errors";
import { Poster, type PostResponse } from "./http-post";
import { describeAnswer, partialAccept, tokenAdvice } from "./listener-answers";

/** What became of a bulk. `accepted + refused` is its number of documents. */
export interface BulkOutcome {
  readonly accepted: number;
  readonly refused: number;
  readonly requests: number;
  readonly retries: number;
}

export interface ListenerOptions {
  readonly origin: URL;
  readonly token: TokenSource;
  readonly backoff?: BackoffOptions;
  /** How long one request may take, in ms. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** Makes the connections, for a machine behind a proxy. @default one that goes straight to the origin */
  readonly agent?: Agent | undefined;
}

/** What a bulk needs to know of the run it belongs to. */
export interface ShipContext {
  readonly deadline: Deadline;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Answers that say "later", beside every 5xx. */
const retriedStatuses = new Set([408, 425, 429]);

/**
 * Ships bulks to Logz.io's listener over HTTPS, and knows what its answers mean: see docs/s3-hook.md.
 * One request at a time, so bulks arrive in the order in which they are given.
 */
export class Listener {
  private readonly poster: Poster;
  private readonly backoff: Backoff;
  private readonly requestTimeoutMs: number;

  constructor(private readonly options: ListenerOptions) {
    this.poster = new Poster(options.origin, options.agent);
    this.backoff = new Backoff(options.backoff);
    this.requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  }

  /**
   * Ships newline-delimited JSON, compressed. What was shipped is not there any more afterwards.
   * @throws ListenerUnavailable where retries, or the time, ran out
   * @throws BulkRefused where the bulk as a whole is not acceptable
   * @throws TokenRefused where the token is not accepted, read again or not
   */
  async ship(bulk: CompressedDocuments, context: ShipContext): Promise<BulkOutcome> {
    const { body, documents } = bulk;
    const count = { requests: 0, retries: 0 };
    const response = await this.deliver(body, count, context);
    if (response.status === 413) return this.shipHalves(bulk, count, context);
    // Where it was sent more than once, an earlier request that was broken off may still be busy with it.
    if (response.isSentWhole && count.requests === 1) releaseDocuments(bulk);
    if (response.status === 200) return { accepted: documents, refused: 0, ...count };
    const partial = response.status === 400 ? partialAccept(response.body) : undefined;
    if (partial === undefined) {
      throw new BulkRefused(
        `the listener refused a bulk of ${documents} documents with ${describeAnswer(response, await this.options.token.get())}; ` +
          `is ${this.options.origin.origin} Logz.io's listener for bulks over HTTPS (port 8071)?`,
      );
    }
    // Which lines were refused cannot be known, so the bulk must not be sent again: the others would be doubled.
    const accepted = Math.min(documents, partial.successfulLines);
    const refused = documents - accepted;
    if (refused > 0) {
      context.logger.error("the listener refused documents of a bulk; it does not say which", {
        ...partial,
        refused,
      });
    }
    return { accepted, refused, ...count };
  }

  /** Has the token read while there is other work, so that a cold start does not wait for it; a bulk is told of failures. */
  prepare(): void {
    this.options.token.get().catch(() => undefined);
  }

  close(): void {
    this.poster.close();
  }

  private async shipHalves(
    bulk: CompressedDocuments,
    count: { requests: number; retries: number },
    context: ShipContext,
  ): Promise<BulkOutcome> {
    const { logger } = context;
    const { documents } = bulk;
    // Only what was compressed is kept until a bulk is accepted: its buffer is filled with the next one by now.
    const body = await decompressDocuments(bulk);
    if (documents === 1) {
      logger.error("the listener refused a document as too large (413)", { bytes: body.length });
      return { accepted: 0, refused: 1, ...count };
    }
    const cut = halfway(body);
    const firstDocuments = countLines(body.subarray(0, cut));
    logger.warn("the listener refused a bulk as too large (413); sending its halves", {
      bytes: body.length,
      documents,
    });
    const half = async (bytes: Buffer, held: number): Promise<BulkOutcome> =>
      this.ship(await compressDocuments(bytes, held), context);
    const first = await half(body.subarray(0, cut), firstDocuments);
    const second = await half(body.subarray(cut), documents - firstDocuments);
    return {
      accepted: first.accepted + second.accepted,
      refused: first.refused + second.refused,
      requests: count.requests + first.requests + second.requests,
      retries: count.retries + first.retries + second.retries,
    };
  }

  /** The listener's word on a bulk: any answer but those that ask to try again, or that refuse the token. */
  private async deliver(
    compressed: readonly Buffer[],
    count: { requests: number; retries: number },
    { deadline, logger, metrics }: ShipContext,
  ): Promise<PostResponse> {
    let token = await this.options.token.get();
    let tokenIsFresh = false;
    for (let attempt = 1; ; attempt++) {
      count.requests++;
      const result = await this.attempt(compressed, token, deadline);
      if ("response" in result) {
        const { response } = result;
        if (response.status === 401 || response.status === 403) {
          const current = tokenIsFresh ? token : await this.options.token.reread();
          if (current === token) throw new TokenRefused(tokenAdvice(response, token));
          token = current;
          tokenIsFresh = true;
          continue;
        }
        if (response.status < 500 && !retriedStatuses.has(response.status)) return response;
      }
      const reason = "response" in result ? describeAnswer(result.response, token) : messageOf(result.error);
      const asked = "response" in result ? retryAfterMs(result.response.headers["retry-after"]) : undefined;
      const delay = asked ?? this.backoff.delayMs(attempt);
      if (attempt >= this.backoff.attempts || !deadline.hasTimeForRequest(delay)) {
        throw new ListenerUnavailable(
          `the listener did not take a bulk in ${attempt} tries (${reason}${asked === undefined ? "" : `, asks to wait ${asked / 1000} s`})`,
        );
      }
      count.retries++;
      metrics.add("Retries");
      logger.warn("trying a bulk again", { attempt, reason, delayMs: Math.round(delay) });
      await sleep(delay);
    }
  }

  private async attempt(
    compressed: readonly Buffer[],
    token: string,
    deadline: Deadline,
  ): Promise<{ response: PostResponse } | { error: unknown }> {
    if (!deadline.hasTimeForRequest()) return { error: new Error("the invocation's time is nearly over") };
    const timeoutMs = Math.min(this.requestTimeoutMs, deadline.forRequestsMs);
    const startedAt = Date.now();
    try {
      const headers = {
        "content-type": "text/plain",
        "content-encoding": "gzip",
        "user-agent": "cdktf-logzio-s3",
      };
      return {
        response: await this.poster.post(
          `/?token=${encodeURIComponent(token)}`,
          headers,
          compressed,
          timeoutMs,
        ),
      };
    } catch (error) {
      return { error };
    } finally {
      deadline.observeRequest(Date.now() - startedAt);
    }
  }
}

/** The index behind the newline nearest to the middle. */
function halfway(body: Buffer): number {
  const middle = body.length >> 1;
  const behind = body.indexOf(NEWLINE, middle) + 1;
  return behind > 0 && behind < body.length ? behind : body.lastIndexOf(NEWLINE, middle) + 1;
}

function countLines(body: Buffer): number {
  let lines = 0;
  for (let at = body.indexOf(NEWLINE); at >= 0; at = body.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
