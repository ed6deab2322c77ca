import { behindPrefix } from "../../reading/key-order";
import type { KeySpace } from "../streams/key-space";
import { lastOver } from "../streams/open-periods";
import type { DatedKey } from "./seen-keys";
import type { TrackWalks } from "./track-walks";

/** One look through a stream, as far as it has come. */
export class StreamLook {
  /** When the oldest object was modified that was left, in ms since 1970. */
  oldestLeft = Infinity;
  /** Whether all that was dealt with before lies behind. */
  private isBehindKnown = false;
  /** The last key that it has come to. */
  private place: string | undefined;

  /**
   * @param at when it begins, in ms since 1970
   * @param full whether it goes through all that can still be written
   * @param lastKey the last key that was dealt with before
   */
  constructor(
    private readonly at: number,
    private readonly full: boolean,
    private readonly lastKey: string | undefined,
    private readonly space: KeySpace,
  ) {}

  /** Its begin, in ms since 1970, where it is full and has come to all that was known. */
  get knownAt(): number | undefined {
    return this.full && this.isBehindKnown ? this.at : undefined;
  }

  /** It comes to a key, in the order of visits. */
  comeTo(key: string): void {
    const { lastKey, space } = this;
    this.isBehindKnown ||= lastKey === undefined || space.compare(key, lastKey) > 0;
    this.place = key;
  }

  /** The object is left for a later one. */
  leave({ lastModified }: DatedKey): void {
    this.oldestLeft = Math.min(this.oldestLeft, lastModified);
  }

  /** It has come to the end of the stream. */
  end(): void {
    this.isBehindKnown = true;
  }

  /** Of the dated folders, those that it has left behind. */
  behindIt(periods: readonly string[]): readonly string[] {
    const { place, space } = this;
    return place === undefined
      ? []
      : periods.filter((period) => space.compare(behindPrefix(period), place) < 0);
  }

  /**
   * The last of the dated folders that are over: they are not looked at any more, unless something was left.
   * @param periods those that it has been through, in the order of time
   * @param appearingMs how long before it began a folder must have been over
   */
  lastOver(periods: readonly string[], appearingMs: number, walks: TrackWalks): string | undefined {
    if (!this.full || this.oldestLeft !== Infinity) return undefined;
    const modified = walks.modifiedDates();
    return lastOver(periods, this.at - appearingMs, this.space, (period) => modified.get(period));
  }
}
