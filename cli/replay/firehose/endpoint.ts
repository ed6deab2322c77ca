import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Backoff, retryAfterMs } from "../../../lambdas/runtime/backoff";
import { messageOf } from "../../../lambdas/runtime/errors";
import { Poster, type PostResponse } from "../../../lambdas/shipping/http-post";
import { listenerAgent } from "../../network/listener-agent";
import { CommandError } from "../../program/errors";

export interface EndpointSettings {
  readonly url: URL;
  readonly token: string;
  /** Label that every series gets. */
  readonly p8sLogzioName: string;
  /** The user interrupts: there is no waiting for another try. */
  readonly signal: AbortSignal;
  /** Told what is tried again. */
  readonly note: (text: string) => void;
}

/** What became of records. */
export interface Sent {
  readonly accepted: number;
  /** Why single records were refused for good. */
  readonly refused: readonly string[];
}

/** The endpoint does not take these records now. */
export class EndpointUnavailable extends CommandError {
  override readonly name = "EndpointUnavailable";
}

/** As long as Firehose waits. Source: Firehose developer guide, "Understand HTTP endpoint delivery request and response specifications". */
const requestMs = 180_000;
/** Answers that say "later", beside every 5xx. */
const retriedStatuses = new Set([408, 425, 429]);

/** Logz.io's endpoint for what Firehose delivers, in Firehose's own format (source as above). */
export class MetricsEndpoint {
  private readonly poster: Poster;
  private readonly backoff = new Backoff({ attempts: 6 });

  constructor(private readonly settings: EndpointSettings) {
    this.poster = new Poster(new URL(settings.url.origin), listenerAgent(settings.url));
  }

  /**
   * Sends records, in base64. A sample that is sent twice is the same sample.
   * @throws EndpointUnavailable where all tries failed
   * @throws CommandError where the token is refused, or what answers is no such endpoint
   */
  async send(records: readonly string[]): Promise<Sent> {
    const response = await this.deliver(records);
    if (response === "accepted") return { accepted: records.length, refused: [] };
    // 400 for a record that is damaged, 413 for too many: the other records are not to blame.
    if (records.length === 1) return { accepted: 0, refused: [describe(response)] };
    const half = Math.ceil(records.length / 2);
    const first = await this.send(records.slice(0, half));
    const second = await this.send(records.slice(half));
    return { accepted: first.accepted + second.accepted, refused: [...first.refused, ...second.refused] };
  }

  close(): void {
    this.poster.close();
  }

  private async deliver(records: readonly string[]): Promise<"accepted" | PostResponse> {
    const { note, signal } = this.settings;
    const requestId = randomUUID();
    for (let attempt = 1; ; attempt++) {
      const answer = await this.post(requestId, records);
      const status = "status" in answer ? answer.status : undefined;
      if ("status" in answer && status !== undefined && status < 500 && !retriedStatuses.has(status))
        return this.judge(answer, requestId);
      const reason = "status" in answer ? describe(answer) : answer.failure;
      const asked = "status" in answer ? retryAfterMs(answer.headers["retry-after"]) : undefined;
      if (attempt >= this.backoff.attempts || signal.aborted) {
        throw new EndpointUnavailable(
          `${this.settings.url.host} did not take ${records.length} records in ${attempt} tries (${reason})`,
        );
      }
      note(`${reason}; trying again`);
      await wait(asked ?? this.backoff.delayMs(attempt), undefined, { signal }).catch(() => undefined);
    }
  }

  private judge(answer: PostResponse, requestId: string): "accepted" | PostResponse {
    const { url } = this.settings;
    if (answer.status === 401 || answer.status === 403) {
      throw new CommandError(
        `${url.host} does not accept the token (${describe(answer)}); it has to be the account's metrics shipping token, and not that for logs`,
      );
    }
    if (answer.status === 400 || answer.status === 413) return answer;
    if (answer.status === 200 && requestIdIn(answer.body) === requestId) return "accepted";
    const what = answer.status === 200 ? "without the request's ID" : `with ${describe(answer)}`;
    throw new CommandError(
      `${url.host} answered ${what}, and so is no endpoint for Firehose; name the right one with --endpoint or --logzio-region`,
    );
  }

  private async post(
    requestId: string,
    records: readonly string[],
  ): Promise<PostResponse | { readonly failure: string }> {
    const { url, token, p8sLogzioName } = this.settings;
    const body = { requestId, timestamp: Date.now(), records: records.map((data) => ({ data })) };
    const headers = {
      "Content-Type": "application/json",
      "X-Amz-Firehose-Protocol-Version": "1.0",
      "X-Amz-Firehose-Request-Id": requestId,
      "X-Amz-Firehose-Access-Key": token,
      "X-Amz-Firehose-Common-Attributes": JSON.stringify({
        commonAttributes: { P8S_LOGZIO_NAME: p8sLogzioName },
      }),
    };
    try {
      return await this.poster.post(
        url.pathname + url.search,
        headers,
        Buffer.from(JSON.stringify(body)),
        requestMs,
      );
    } catch (error) {
      return { failure: messageOf(error) };
    }
  }
}

function requestIdIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { requestId?: unknown } | null)?.requestId;
  } catch {
    return undefined;
  }
}

/** The answer's body is not repeated: an endpoint may echo the token. */
function describe({ status }: PostResponse): string {
  return `status ${status}`;
}
