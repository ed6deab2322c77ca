import { setTimeout as sleep } from "node:timers/promises";
import { Backoff } from "../../lambdas/runtime/backoff";
import { CredentialsRefused } from "../logzio-api/errors";

/** How long a migration waits, in ms. */
export interface Pauses {
  /** Behind a change of a trust policy: IAM tells its regions of it one after the other. */
  readonly settleMs: number;
  /** How long AWS may refuse a role behind a change of its trust policy before that counts. */
  readonly patienceMs: number;
  /** First wait between two tries; doubles from there. */
  readonly retryMs: number;
  /** How long an old and a new fetcher both fetch: the old one has to finish what came before the new one. */
  readonly overlapMs: number;
}

/**
 * Tries again while AWS refuses the role, until a time in ms since 1970; whatever else goes wrong, and the last refusal,
 * is thrown.
 */
export async function untilAccepted<Result>(
  attempt: () => Promise<Result>,
  until: number,
  { pauses, signal }: { readonly pauses: Pauses; readonly signal: AbortSignal },
): Promise<Result> {
  const backoff = new Backoff({ baseMs: pauses.retryMs, capMs: 10_000 });
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const wait = backoff.delayMs(tries);
      if (!(error instanceof CredentialsRefused) || Date.now() + wait > until) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}
