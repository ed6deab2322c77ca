import type { KeySpace } from "../streams/key-space";
import type { FullLook } from "../full-looks";
import { hotStart, periodsOf } from "./hot-start";
import { appearedBy, SeenKeys, type DatedKey, type SeenShard } from "./seen-keys";
import { StreamLook } from "./stream-look";
import type { LateKey } from "./track-walk";
import { TrackWalks } from "./track-walks";
import type { Lookback, StoredProgress } from "./stored-progress";
import type { Track } from "./track";
import { Tracks } from "./tracks";
import { ClosedKeys } from "./closed-keys";

/** Objects appear in a listing as soon as they are whole, whatever the clocks say. */
const leastAppearingMs = 300_000;

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
  private readonly closed: ClosedKeys;
  private knownUntil: number;
  private unpadded: boolean;
  private look: StreamLook | undefined;
  /** Begin of the last look that came to all that was known, in ms since 1970. */
  private lookedAt: number | undefined;
  private readonly walks = new TrackWalks();

  constructor(
    readonly space: KeySpace,
    stored: StoredProgress,
    shards: readonly SeenShard[],
    private readonly lookback: Lookback,
  ) {
    const { lastKey, tracks, knownUntil, unpadded } = stored;
    this.lastKey = lastKey;
    this.tracks = new Tracks(space, tracks);
    this.closed = new ClosedKeys(space, stored);
    this.knownUntil = knownUntil ?? 0;
    this.unpadded = unpadded ?? false;
    this.seen = new SeenKeys(shards);
  }

  get isUnpadded(): boolean {
    return this.unpadded;
  }

  /** Keys that were dealt with since the look began, or since there is one. */
  get passed(): number {
    return this.walks.passed;
  }

  noteUnpadded(): void {
    this.unpadded = true;
  }

  /** Where a look begins that leaves nothing out. */
  get beginning(): string | undefined {
    return this.closed.end;
  }

  /** See {@link hotStart}. @param at when the look begins, in ms since 1970 */
  hotStart(last: Pick<FullLook, "recent" | "left">, at: number): string | undefined {
    return hotStart(this.tracks, this.space, last, at - this.appearingMs);
  }

  /** Whether the key lies where nothing is looked at any more. */
  isClosed(key: string): boolean {
    if (this.closed.has(key)) return true;
    const bound = this.tracks.of(key)?.bound;
    return bound !== undefined && this.space.compare(key, bound) <= 0;
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
    const { space, closed, tracks } = this;
    let target = closed.endOfFolders(key) ?? tracks.of(key)?.bound;
    if (target === undefined || space.compare(key, target) >= 0) return undefined;
    // Another writer may have its keys in between.
    for (const { start } of tracks.all)
      if (space.compare(start, key) > 0 && space.compare(start, target) < 0) target = start;
    return target;
  }

  beginLook(at: number, full: boolean): void {
    this.walks.clear();
    this.look = new StreamLook(at, full, this.lastKey, this.space);
  }

  /** A look has come to the object, in the order of visits; where it is new, before it is dealt with. */
  walked(object: DatedKey): void {
    const { look, space } = this;
    look?.comeTo(object.key);
    this.lookedAt = look?.knownAt ?? this.lookedAt;
    const track = this.tracks.of(object.key);
    if (track !== undefined) this.walks.of(track).step(object, space.compare(object.key, track.last) <= 0);
  }

  /** The object is left for later: what sorts behind it is not taken for dealt with. */
  left(object: DatedKey): void {
    this.look?.leave(object);
    const track = this.tracks.of(object.key);
    if (track !== undefined) this.walks.of(track).stop();
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
    const walk = this.walks.of(track);
    if (begins) walk.step(object, false);
    if (!old) walk.passed++;
  }

  /** What lies behind the key is new again. */
  rewind(key: string): void {
    const { space } = this;
    this.tracks.keep(({ start }) => space.compare(start, key) <= 0);
    for (const track of this.tracks.all) {
      if (space.compare(track.last, key) > 0) track.last = key;
      if (track.bound !== undefined && space.compare(track.bound, key) > 0) track.bound = key;
    }
    this.closed.rewind(key);
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
    if (track !== undefined) this.walks.of(track).late(object);
  }

  /** The late keys since the last time, with how far behind they were. */
  takeLates(): (LateKey & { readonly nearBound: boolean })[] {
    return this.walks.takeLates().map(([track, late]) => ({
      ...late,
      nearBound: this.isBounded(track) && late.keysBehind * 2 >= this.lookback.keys,
    }));
  }

  /** The look has come to the end of the stream. */
  endLook(): void {
    const { look } = this;
    if (look === undefined) return;
    look.end();
    this.lookedAt = look.knownAt ?? this.lookedAt;
    this.closePeriods(look, periodsOf(this.tracks.all, this.space));
  }

  /** Starts of the tracks in which something was modified within the lookback before the look. */
  recent(at: number): ReadonlySet<string> {
    return this.walks.writtenSince(at - this.appearingMs);
  }

  /** Moves the bounds, and forgets what need not be remembered. */
  trim(): void {
    const { lookback, look, lookedAt } = this;
    this.closePassed();
    for (const [track, walk] of this.walks.all) {
      if (lookback.keys === 0) track.bound = track.last;
      else if (this.isBounded(track)) track.bound = walk.keyBefore(lookback.keys) ?? track.bound;
    }
    if (lookedAt === undefined) return;
    const until = Math.min(lookedAt - this.appearingMs, (look?.oldestLeft ?? Infinity) - 1);
    this.knownUntil = Math.max(this.knownUntil, this.seen.forget(lookback.keys, until) ?? 0);
  }

  stored(): StoredProgress {
    const { lastKey, closed, knownUntil, unpadded, tracks } = this;
    return {
      lastKey,
      ...closed.stored(),
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

  /** A first look through years takes several runs: each is to go on where the one before was, not to begin again. */
  private closePassed(): void {
    const { look, space } = this;
    if (look !== undefined) this.closePeriods(look, look.behindIt(periodsOf(this.tracks.all, space)));
  }

  /** @param periods those that the look has been through */
  private closePeriods(look: StreamLook, periods: readonly string[]): void {
    // Of those that share a track nobody knows whether they are over.
    if (this.tracks.ofFolders !== undefined) return;
    const closed = look.lastOver(periods, this.appearingMs, this.walks);
    if (closed === undefined || !this.closed.close(closed)) return;
    this.tracks.keep(({ period }) => period === undefined || !this.closed.isUpTo(closed, period));
  }
}
