import type { KeySpace } from "../streams/key-space";
import type { StoredTracks, Track } from "./track";
import {
  bytesOf,
  jsonBytes,
  roomFor,
  roomForAll,
  trackLimits,
  withoutTooMuch,
  type TrackLimits,
} from "./track-room";

/**
 * `time`: of one writer. `name`: of all names of a dated folder, or of none, that have no time. Where there is no room for
 * those: `rest`, of all others of the same folder, which is looked through as a whole; and `full`, of all dated folders
 * that have no other one, for which the stream is.
 */
type Kind = "time" | "name" | "rest" | "full";

const full = "full ";

/**
 * The tracks of one stream. They fit a checkpoint, however many writers there are and however they name their files. A
 * key stays in the track that it was dealt with in: another one would know nothing of it.
 */
export class Tracks {
  private readonly tracks = new Map<string, Track>();
  /** What they take of a checkpoint at most, in bytes. */
  private readonly taken = { own: 0, shared: 0 };

  constructor(
    private readonly space: KeySpace,
    stored: StoredTracks = {},
    private readonly limits: TrackLimits = trackLimits,
  ) {
    for (const [name, { last, bound, room }] of Object.entries(stored)) {
      const start = this.startOf(name);
      const track = this.begin(name, start + last, room ?? roomOf(name, last, bound));
      if (bound !== undefined) track.bound = start + bound;
    }
  }

  get all(): readonly Track[] {
    return [...this.tracks.values()];
  }

  /** The one of all dated folders that have no other; undefined where each has. */
  get ofFolders(): Track | undefined {
    return this.tracks.get(full);
  }

  /** The track that the key belongs to; undefined before its first key. */
  of(key: string): Track | undefined {
    return this.tracks.get(this.nameOf(key));
  }

  /** Whether the key has a track that only its own writer uses, or would begin one. */
  hasRoomFor(key: string): boolean {
    return this.nameOf(key) === this.ownName(key);
  }

  /** The track that the key belongs to, which it begins where there is none yet. */
  begun(key: string): Track {
    const name = this.nameOf(key);
    return this.tracks.get(name) ?? this.begin(name, key, roomOf(name, this.endOf(name, key)));
  }

  /** Keeps those tracks alone. */
  keep(wanted: (track: Track) => boolean): void {
    for (const [name, track] of this.tracks) {
      if (wanted(track)) continue;
      this.tracks.delete(name);
      this.take(name, -1, track);
    }
  }

  stored(): StoredTracks {
    const tracks = [...this.tracks].map(([name, { start, last, bound }]) => {
      const end = (key: string): string => key.slice(start.length);
      return [name, { last: end(last), ...(bound === undefined ? {} : { bound: end(bound) }) }] as const;
    });
    const fitting = withoutTooMuch(tracks, this.limits.bytes + this.limits.sharedBytes);
    return Object.fromEntries(
      fitting.map(([name, stored]) => {
        const room = this.tracks.get(name)?.room;
        const follows = isOpen(name) || room === roomOf(name, stored.last, stored.bound);
        return [name, follows ? stored : { ...stored, room }];
      }),
    );
  }

  private nameOf(key: string): string {
    const { period } = this.space.placeOf(key);
    const own = this.ownName(key);
    const rest = `rest ${this.rest(period ?? this.space.stream)}`;
    const known = [own, rest, ...(period === undefined ? [] : [full])].find((name) =>
      this.isKnown(name, key),
    );
    if (known !== undefined) return known;
    const begins = !this.tracks.has(own) && !this.tracks.has(rest);
    if (begins && this.fits(own, key)) return own;
    return !this.tracks.has(rest) && this.fits(rest, key) ? rest : full;
  }

  private ownName(key: string): string {
    const { start, ordered } = this.space.placeOf(key);
    return `${ordered ? "time" : "name"} ${this.rest(start)}`;
  }

  /** Whether there is a track of that name, for keys of that length. */
  private isKnown(name: string, key: string): boolean {
    const track = this.tracks.get(name);
    return track !== undefined && (track.room === Infinity || jsonBytes(this.endOf(name, key)) <= track.room);
  }

  /** Whether there is room for a track of that name. */
  private fits(name: string, key: string): boolean {
    if (isOpen(name)) return true;
    const room = roomOf(name, this.endOf(name, key));
    const bytes = bytesOf(name, room);
    if (kindOf(name) === "rest")
      return room <= roomForAll() && this.taken.shared + bytes <= this.limits.sharedBytes;
    const isOneTooMany = kindOf(name) === "time" && this.tracks.size >= this.limits.writers;
    return !isOneTooMany && this.taken.own + bytes <= this.limits.bytes;
  }

  private take(name: string, times: 1 | -1, { room }: Track): void {
    if (!isOpen(name)) this.taken[kindOf(name) === "rest" ? "shared" : "own"] += times * bytesOf(name, room);
  }

  private begin(name: string, last: string, room: number): Track {
    const { space } = this;
    const kind = kindOf(name);
    const start = this.startOf(name);
    const period = kind === "time" ? space.placeOf(last).period : start === space.stream ? undefined : start;
    const shared = kind === "rest" || kind === "full";
    const track = { start, period, ordered: kind === "time", shared, room, last, bound: undefined };
    this.tracks.set(name, track);
    this.take(name, 1, track);
    return track;
  }

  private startOf(name: string): string {
    return this.space.stream + name.slice(full.length);
  }

  private endOf(name: string, key: string): string {
    return key.slice(this.startOf(name).length);
  }

  private rest(start: string): string {
    return start.slice(this.space.stream.length);
  }
}

function kindOf(name: string): Kind {
  return name.slice(0, full.length - 1) as Kind;
}

/** A stream has at most one of each of these: they hold keys of any length. */
function isOpen(name: string): boolean {
  return name.length === full.length && kindOf(name) !== "time";
}

function roomOf(name: string, last: string, bound = ""): number {
  if (isOpen(name)) return Infinity;
  return kindOf(name) === "rest" ? roomForAll(last, bound) : roomFor(last, bound);
}
