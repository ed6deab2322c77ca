export interface BackoffOptions {
  /** Tries in all. @default 8 */
  readonly attempts?: number;
  /** Longest wait before the second try, in ms; doubles from there. @default 1000 */
  readonly baseMs?: number;
  /** Longest wait of all, in ms. @default 20000 */
  readonly capMs?: number;
}

/** Exponential backoff with jitter between half and all of each step, so that many functions do not knock at once. */
export class Backoff {
  readonly attempts: number;
  private readonly baseMs: number;
  private readonly capMs: number;

  constructor({ attempts = 8, baseMs = 1000, capMs = 20_000 }: BackoffOptions = {}) {
    this.attempts = attempts;
    this.baseMs = baseMs;
    this.capMs = capMs;
  }

  /** The wait behind try number `attempt` (from 1), in ms. */
  delayMs(attempt: number): number {
    const step = Math.min(this.capMs, this.baseMs * 2 ** (attempt - 1));
    return step * (0.5 + Math.random() / 2);
  }
}

/** What a `Retry-After` header asks for, in ms: seconds or an HTTP date. Undefined where it is absent or unreadable. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
