import type { Checkpoint } from "./checkpoints/checkpoint";

/** Waits between looks at a stream where nothing was found: a twentieth of how long that has been so. */
const wait = { share: 20, shortestMs: 60_000, longestMs: 300_000 } as const;

/**
 * When streams in which nothing happens are looked at again: less often the longer that is so, since a look is a call,
 * and most regions of most accounts are empty. Kept in the function's memory: a write to the table for it would cost as
 * much as looks do, and a cold start, which knows nothing of this, only looks once too often.
 */
export class IdleLooks {
  private readonly looks = new Map<string, { readonly sequence: number; readonly nextAt: number }>();

  isDue(source: string, { stream, sequence }: Checkpoint, now: number): boolean {
    const look = this.looks.get(nameOf(source, stream));
    return look?.sequence !== sequence || look.nextAt <= now;
  }

  /** Nothing was found in the stream. */
  note(source: string, { stream, sequence, lastFound }: Checkpoint, now: number): void {
    const waitMs = Math.min(wait.longestMs, (now - lastFound) / wait.share);
    const nextAt = waitMs < wait.shortestMs ? now : now + waitMs;
    this.looks.set(nameOf(source, stream), { sequence, nextAt });
  }
}

function nameOf(source: string, stream: string): string {
  return `${source} ${stream}`;
}
