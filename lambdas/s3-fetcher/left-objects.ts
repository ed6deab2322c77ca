import type { StreamProgress } from "./checkpoints/stream-progress";
import type { ListedObject } from "./listing/bucket-listing";

/** What decides from when on an object may be shipped. */
export interface Settling {
  readonly settleMs: number;
  /** The source's first run, in ms since 1970: what is older did not wait for the fetcher before. */
  readonly firstRun: number;
}

/** What a look through a stream leaves for a later one. */
export class LeftObjects {
  /** Since when the oldest object that was left could have been shipped; ahead of the clock while it settles. */
  since: number | undefined;
  /** The first key that was left. */
  first: string | undefined;
  /** Writers of which a key was left that is too young. */
  private readonly held = new Set<string>();

  constructor(
    private readonly settling: Settling,
    private readonly progress: StreamProgress,
    private readonly clock: () => number,
  ) {}

  /** A look begins. */
  clear(): void {
    this.since = undefined;
    this.first = undefined;
    this.held.clear();
  }

  add(object: ListedObject): void {
    this.since = this.sinceWith(object);
    const isFirst = this.first === undefined || this.progress.space.compare(object.key, this.first) < 0;
    if (isFirst) this.first = object.key;
  }

  /** {@link since}, if the object is left as well. */
  sinceWith({ lastModified }: ListedObject): number {
    const { settleMs, firstRun } = this.settling;
    return Math.min(this.since ?? Infinity, Math.max(lastModified + settleMs, firstRun));
  }

  /** Too young, or behind one of the same writer that is: something may still come in between. Not so behind a late one. */
  isHeld(object: ListedObject): boolean {
    const { writer } = this.progress.space.placeOf(object.key);
    const late = this.progress.isLate(object.key);
    if (this.isSettled(object)) return !late && this.held.has(writer);
    if (!late) this.held.add(writer);
    return true;
  }

  isSettled({ lastModified }: ListedObject): boolean {
    return lastModified + this.settling.settleMs <= this.clock();
  }
}
