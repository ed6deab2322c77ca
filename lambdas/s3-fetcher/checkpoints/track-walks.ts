import type { ModifiedDates } from "../streams/open-periods";
import { TrackWalk, type LateKey } from "./track-walk";
import type { Track } from "./track";

/** What one look has seen of the tracks of a stream, track by track. */
export class TrackWalks {
  private readonly walks = new Map<Track, TrackWalk>();

  /** Keys that were dealt with during the look. */
  get passed(): number {
    return [...this.walks.values()].reduce((sum, { passed }) => sum + passed, 0);
  }

  get all(): Iterable<readonly [Track, TrackWalk]> {
    return this.walks;
  }

  of(track: Track): TrackWalk {
    let walk = this.walks.get(track);
    if (walk === undefined) this.walks.set(track, (walk = new TrackWalk()));
    return walk;
  }

  /** Another look begins. */
  clear(): void {
    this.walks.clear();
  }

  /** The late keys since the last time, with the tracks that they are of. */
  takeLates(): (readonly [Track, LateKey])[] {
    return [...this.walks].flatMap(([track, walk]) => walk.takeLates().map((late) => [track, late] as const));
  }

  /** Starts of the tracks in which something was modified since then, in ms since 1970. */
  writtenSince(since: number): ReadonlySet<string> {
    return new Set([...this.walks].filter(([, walk]) => walk.newest > since).map(([{ start }]) => start));
  }

  /** When what lies in the dated folders was modified, by their starts. */
  modifiedDates(): ReadonlyMap<string | undefined, ModifiedDates> {
    const dates = new Map<string | undefined, ModifiedDates>();
    for (const [{ period }, { oldest, newest }] of this.walks) {
      const other = dates.get(period) ?? { oldest, newest };
      dates.set(period, {
        oldest: Math.min(oldest, other.oldest),
        newest: Math.max(newest, other.newest),
      });
    }
    return dates;
  }
}
