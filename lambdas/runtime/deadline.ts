/** Time that is kept for flushing, and for handing over what is left. */
const reserveMs = 30_000;
/** Of the reserve, what is kept for the hand-over messages themselves. */
const handOverMs = 10_000;

/** Bulks that may have to be sent then: the one that is filled, and those on their way before it. */
const bulksToFlush = 4;

/**
 * Least time that a request is given. One that is broken off may have been accepted all the same, and its bulk is
 * then sent twice.
 */
const shortestRequestMs = 3_000;

/** How much of an invocation's time is left, and when to stop starting things. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly total: number;
  private timer: NodeJS.Timeout | undefined;
  private worstMs = 0;

  /** @param remainingMs what Lambda's `getRemainingTimeInMillis` says */
  constructor(private readonly remainingMs: () => number) {
    this.total = remainingMs();
    this.schedule();
  }

  /** Aborted when it is time to flush and hand over. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether it is time to flush and hand over. */
  get isReached(): boolean {
    return this.controller.signal.aborted;
  }

  /** Time until a request to the listener must be over, in ms; never negative. */
  get forRequestsMs(): number {
    // A run that is short as a whole (tests, a wrong timeout) keeps less for itself, so that it works at all.
    return Math.max(0, this.remainingMs() - Math.min(handOverMs, this.total / 6));
  }

  /** Whether a request that starts after `delayMs` has the time to be answered, as far as requests so far tell. */
  hasTimeForRequest(delayMs = 0): boolean {
    const needed = Math.min(Math.max(shortestRequestMs, this.worstMs), this.total / 6);
    return this.forRequestsMs - delayMs >= needed;
  }

  /** Time until {@link signal}, in ms; negative behind it. */
  get forWorkMs(): number {
    // At least half of the time is for work, whatever the reserve: else a short run would only hand over.
    return (
      this.remainingMs() -
      Math.min(Math.max(reserveMs, bulksToFlush * this.worstMs + handOverMs), this.total / 2)
    );
  }

  /** Notes how long a request took: the reserve covers the slowest one seen. */
  observeRequest(durationMs: number): void {
    if (durationMs <= this.worstMs) return;
    this.worstMs = durationMs;
    this.schedule();
  }

  /** Says that it is time, whatever is left of it: the command line does where the user interrupts. */
  end(): void {
    this.controller.abort(new DeadlineReached());
  }

  /** Ends the timer; to be called when the invocation is over. */
  close(): void {
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const left = this.forWorkMs;
    const reach = (): void => {
      this.controller.abort(new DeadlineReached());
    };
    if (left <= 0) reach();
    else this.timer = setTimeout(reach, left);
  }
}

/** The reason of an aborted {@link Deadline.signal}; not a failure. */
export class DeadlineReached extends Error {
  override readonly name = "DeadlineReached";
  constructor() {
    super("the invocation's time is nearly over");
  }
}
