import { behindPrefix } from "../../reading/key-order";
import type { KeySpace } from "../streams/key-space";
import type { FullLook } from "../full-looks";
import { lastOver, type ModifiedDates } from "../streams/open-periods";
import { appearedBy, SeenKeys, type DatedKey, type SeenShard } from "./seen-keys";
import { TrackWalk, type LateKey } from "./track-walk";
import { Tracks, type StoredTracks, type Track } from "./tracks";

export interface Lookback {
  /** How many keys of one writer a late key may be behind its last; 0 looks for none. */
  readonly keys: number;
  /** How long after it was modified an object may appear, and how long after its end a dated folder is looked at, in minutes. */
  readonly minutes: number;
}

/** Where a stream stands, as its checkpoint has it. */
export interface StoredProgress {
  /** The last key that was dealt with, in the order of visits. */
  readonly lastKey?: string | undefined;
  /** Nothing up to this key is looked at. */
  readonly floor?: string | undefined;
  /** Nothing in dated folders up to this one is looked at. */
  readonly closed?: string | undefined;
  /** Absent where the stream begins behind `lastKey`. */
  readonly tracks?: StoredTracks | undefined;
  /** Of the keys that tracks have passed, those of objects modified by then were dealt with, in ms since 1970. */
  readonly knownUntil?: number | undefined;
  /** Whether dated folders are not padded. */
  readonly unpadded?: boolean | undefined;
}

/** Objects appear in a listing as soon as they are whole, whatever the clocks say. */
const leastAppearingMs = 300_000;

interface Look {
  readonly at: number;
  readonly full: boolean;
  /** The last key that was dealt with before. */
  readonly lastKey: string | undefined;
  /** Whether all that was dealt with before lies behind. */
  reached: boolean;
  /** The last key that it has come to. */
  place: string | undefined;
  /** When the oldest object was modified that was left, in ms since 1970. */
  oldestLeft: number;
}

/**
 * What of a stream was dealt with. A key is new where its writer has not come to it; where the writer has, it came late
 * unless it is remembered, or was modified so long ago that it was there when its place was looked at.
 *
 * A look goes through all that can still be written: dated folders that are not over, and behind each writer's bound. So
 * a writer may be silent for as long as it likes, and a new one may sort anywhere.
 */
export class StreamProgress {
  readonly tracks: Tracks;
  readonly seen: SeenKeys;
  private lastKey: string | undefined;
  private floor: string | undefined;
  private closed: string | undefined;
  private knownUntil: number;
  private unpadded: boolean;
  private look: Look | undefined;
  /** Begin of the last look that came to all that was known, in ms since 1970. */
  private lookedAt: number | undefined;
  private readonly walks = new Map<Track, TrackWalk>();

  constructor(
    readonly space: KeySpace,
    stored: StoredProgress,
    shards: readonly SeenShard[],
    private readonly lookback: Lookback,
  ) {
    const { lastKey, tracks, floor, closed, knownUntil, unpadded } = stored;
    this.lastKey = lastKey;
    this.tracks = new Tracks(space, tracks);
    this.floor = tracks === undefined ? lastKey : floor;
    this.closed = closed;
    this.knownUntil = knownUntil ?? 0;
    this.unpadded = unpadded ?? false;
    this.seen = new SeenKeys(shards);
  }

  get isUnpadded(): boolean {
    return this.unpadded;
  }

  /** Keys that were dealt with since the look began, or since there is one. */
  get passed(): number {
    return [...this.walks.values()].reduce((sum, { passed }) => sum + passed, 0);
  }

  noteUnpadded(): void {
    this.unpadded = true;
  }

  /** Where a look begins that leaves nothing out. */
  get beginning(): string | undefined {
    return this.floor;
  }

  /**
   * Where a look begins that goes through what is being written: the last dated folder, those that have just ended, the
   * tracks named, and what was left.
   */
  hotStart({ recent, left }: Pick<FullLook, "recent" | "left">, at: number): string | undefined {
    const { space } = this;
    const { ofFolders } = this.tracks;
    // The folder that the stream has come to in those that share a track.
    const shared = ofFolders === undefined ? undefined : space.placeOf(ofFolders.last).period;
    const newest = [...this.periods(), ...(shared === undefined ? [] : [shared])]
      .sort((a, b) => space.compare(a, b))
      .at(-1);
    const starts = this.tracks.all.flatMap((track) => {
      const { period, start, bound } = track;
      if (track === ofFolders) return shared === newest && shared !== undefined ? [shared] : [];
      if (period === undefined || period === newest) return [bound ?? start];
      if (Number(space.spanOf(period)?.end) > at - this.appearingMs) return [period];
      return recent.has(start) ? [bound ?? start] : [];
    });
    if (left !== undefined) starts.push(this.tracks.of(left)?.bound ?? space.placeOf(left).start);
    return starts.reduce<string | undefined>(
      (first, start) => (first === undefined || space.compare(start, first) < 0 ? start : first),
      undefined,
    );
  }

  /** Whether the key lies where nothing is looked at any more. */
  isClosed(key: string): boolean {
    const { space, floor, closed } = this;
    if (floor !== undefined && space.compare(key, floor) <= 0) return true;
    if (closed !== undefined && space.placeOf(key).period !== undefined && this.isIn(key, closed))
      return true;
    const bound = this.tracks.of(key)?.bound;
    return bound !== undefined && space.compare(key, bound) <= 0;
  }

  isDone(object: DatedKey): boolean {
    if (!this.isLate(object.key)) return false;
    return this.lookback.keys === 0 || appearedBy(object) <= this.knownUntil || this.seen.has(object);
  }

  /** Whether its writer has come to a later key already. */
  isLate(key: string): boolean {
    const track = this.tracks.of(key);
    return track !== undefined && this.space.compare(key, track.last) <= 0;
  }

  /** Behind the key, the first place where anything is to be looked at; undefined where that is the next key. */
  skipFrom(key: string): string | undefined {
    const { space, closed } = this;
    let target: string | undefined;
    if (closed !== undefined && space.placeOf(key).period !== undefined && this.isIn(key, closed))
      target = behindPrefix(closed);
    else target = this.tracks.of(key)?.bound;
    if (target === undefined || space.compare(key, target) >= 0) return undefined;
    // Another writer may have its keys in between.
    for (const { start } of this.tracks.all)
      if (space.compare(start, key) > 0 && space.compare(start, target) < 0) target = start;
    return target;
  }

  beginLook(at: number, full: boolean): void {
    this.walks.clear();
    const { lastKey } = this;
    this.look = { at, full, lastKey, reached: false, place: undefined, oldestLeft: Infinity };
  }

  /** A look has come to the object, in the order of visits; where it is new, before it is dealt with. */
  walked(object: DatedKey): void {
    const { look, space } = this;
    if (
      look?.reached === false &&
      (look.lastKey === undefined || space.compare(object.key, look.lastKey) > 0)
    )
      this.reach(look);
    if (look !== undefined) look.place = object.key;
    const track = this.tracks.of(object.key);
    if (track !== undefined) this.walkOf(track).step(object, space.compare(object.key, track.last) <= 0);
  }

  /** The object is left for later: what sorts behind it is not taken for dealt with. */
  left(object: DatedKey): void {
    if (this.look !== undefined) this.look.oldestLeft = Math.min(this.look.oldestLeft, object.lastModified);
    const track = this.tracks.of(object.key);
    if (track !== undefined) this.walkOf(track).stop();
  }

  /**
   * The object is dealt with.
   * @param old whether it is from before the source's start: millions of those may be stepped over in one go
   */
  pass(object: DatedKey, { old }: { readonly old: boolean }): void {
    const { key } = object;
    const { space, lookback } = this;
    const begins = this.tracks.of(key) === undefined;
    // Of folders that are over nothing need be known: thousands of them may lie between two writes.
    if (begins && !this.tracks.hasRoomFor(key)) this.closePassed();
    const track = this.tracks.begun(key);
    if (space.compare(key, track.last) > 0) track.last = key;
    if (this.lastKey === undefined || space.compare(key, this.lastKey) > 0) this.lastKey = key;
    if (lookback.keys > 0 && appearedBy(object) > this.knownUntil) this.seen.add(object);
    const walk = this.walkOf(track);
    if (begins) walk.step(object, false);
    if (!old) walk.passed++;
  }

  /** What lies behind the key is new again. */
  rewind(key: string): void {
    const { space, closed, floor } = this;
    this.tracks.keep(({ start }) => space.compare(start, key) <= 0);
    for (const track of this.tracks.all) {
      if (space.compare(track.last, key) > 0) track.last = key;
      if (track.bound !== undefined && space.compare(track.bound, key) > 0) track.bound = key;
    }
    const inClosed = closed !== undefined && this.isIn(key, closed);
    if (inClosed) this.closed = undefined;
    if (inClosed || (floor !== undefined && space.compare(floor, key) > 0)) this.floor = key;
    this.lastKey = key;
  }

  /** The object is never to be shipped. @param at when that is decided, in ms since 1970 */
  leaveOut(object: DatedKey, at: number): void {
    const { key } = object;
    if (appearedBy(object) > at) this.seen.add(object);
    const track = this.tracks.begun(key);
    if (this.space.compare(key, track.last) > 0) track.last = key;
    if (this.lastKey === undefined || this.space.compare(key, this.lastKey) > 0) this.lastKey = key;
  }

  /** All that tracks have passed was dealt with if it was modified by then, in ms since 1970. */
  knowUntil(at: number): void {
    this.knownUntil = Math.max(this.knownUntil, at);
  }

  /** A late object was shipped. */
  noteLate(object: DatedKey): void {
    const track = this.tracks.of(object.key);
    if (track !== undefined) this.walkOf(track).late(object);
  }

  /** The late keys since the last time, with how far behind they were. */
  takeLates(): (LateKey & { readonly nearBound: boolean })[] {
    return [...this.walks].flatMap(([track, walk]) =>
      walk.takeLates().map((late) => ({
        ...late,
        nearBound: this.isBounded(track) && late.keysBehind * 2 >= this.lookback.keys,
      })),
    );
  }

  /** The look has come to the end of the stream. */
  endLook(): void {
    const { look } = this;
    if (look === undefined) return;
    if (!look.reached) this.reach(look);
    this.closePeriods(look, this.periods());
  }

  /** Starts of the tracks in which something was modified within the lookback before the look. */
  recent(at: number): ReadonlySet<string> {
    const since = at - this.appearingMs;
    return new Set([...this.walks].filter(([, walk]) => walk.newest > since).map(([{ start }]) => start));
  }

  /** Moves the bounds, and forgets what need not be remembered. */
  trim(): void {
    const { lookback, look, lookedAt } = this;
    this.closePassed();
    for (const [track, walk] of this.walks) {
      if (lookback.keys === 0) track.bound = track.last;
      else if (this.isBounded(track)) track.bound = walk.keyBefore(lookback.keys) ?? track.bound;
    }
    if (lookedAt === undefined) return;
    const until = Math.min(lookedAt - this.appearingMs, (look?.oldestLeft ?? Infinity) - 1);
    this.knownUntil = Math.max(this.knownUntil, this.seen.forget(lookback.keys, until) ?? 0);
  }

  stored(): StoredProgress {
    const { lastKey, floor, closed, knownUntil, unpadded, tracks } = this;
    return {
      lastKey,
      floor,
      closed,
      tracks: tracks.stored(),
      knownUntil,
      ...(unpadded ? { unpadded } : {}),
    };
  }

  /**
   * The whole of a dated folder is looked through where its names say nothing of their time, and of any where writers
   * share a track.
   */
  private isBounded({ ordered, shared, period }: Track): boolean {
    return ordered || (period === undefined && !shared);
  }

  private get appearingMs(): number {
    return Math.max(this.lookback.minutes * 60_000, leastAppearingMs);
  }

  private isIn(key: string, closed: string): boolean {
    return this.space.compare(key, behindPrefix(closed)) <= 0;
  }

  private reach(look: Look): void {
    look.reached = true;
    if (look.full) this.lookedAt = look.at;
  }

  private walkOf(track: Track): TrackWalk {
    let walk = this.walks.get(track);
    if (walk === undefined) this.walks.set(track, (walk = new TrackWalk()));
    return walk;
  }

  private periods(): readonly string[] {
    const { space } = this;
    const periods = this.tracks.all.flatMap(({ period }) => (period === undefined ? [] : [period]));
    return [...new Set(periods)].sort((a, b) => space.compare(a, b));
  }

  /** Those that a look has left behind when it comes to the key. */
  private periodsBefore(key: string): readonly string[] {
    return this.periods().filter((period) => this.space.compare(behindPrefix(period), key) < 0);
  }

  /** A first look through years takes several runs: each is to go on where the one before was, not to begin again. */
  private closePassed(): void {
    const { look } = this;
    if (look?.place !== undefined) this.closePeriods(look, this.periodsBefore(look.place));
  }

  /**
   * What lies in dated folders that are over is not looked at any more, unless something was left.
   * @param periods those that the look has been through
   */
  private closePeriods({ at, full, oldestLeft }: Look, periods: readonly string[]): void {
    // Of those that share a track nobody knows whether they are.
    if (!full || oldestLeft !== Infinity || this.tracks.ofFolders !== undefined) return;
    const { space } = this;
    const by = at - this.appearingMs;
    const modified = new Map<string | undefined, ModifiedDates>();
    for (const [{ period }, { oldest, newest }] of this.walks) {
      const other = modified.get(period) ?? { oldest, newest };
      modified.set(period, {
        oldest: Math.min(oldest, other.oldest),
        newest: Math.max(newest, other.newest),
      });
    }
    const closed = lastOver(periods, by, space, (period) => modified.get(period));
    if (closed === undefined || (this.closed !== undefined && this.isIn(closed, this.closed))) return;
    this.closed = closed;
    this.tracks.keep(({ period }) => period === undefined || !this.isIn(period, closed));
  }
}
