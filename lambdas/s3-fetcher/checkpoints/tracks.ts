import type { KeySpace } from "../streams/key-space";

/** How far one writer's keys were dealt with, in one dated folder or in no such folder at all. */
export interface Track {
  /** Start of its keys. */
  readonly start: string;
  /** Start of the keys of its dated folder, of all writers; undefined outside of such folders. */
  readonly period: string | undefined;
  /** Whether its names carry their time, so that they are in the order of their making. */
  readonly ordered: boolean;
  /** Whether writers share it that there was no room for: a new one may sort anywhere. */
  readonly shared: boolean;
  /** The last of its keys that was dealt with, in the order of visits. */
  last: string;
  /** Nothing up to this key is looked at any more. */
  bound: string | undefined;
}

/** As a checkpoint holds it, by the track's name: the ends of the keys, behind the track's start. */
export type StoredTracks = Readonly<Record<string, { readonly last: string; readonly bound?: string }>>;

/**
 * Tracks of one stream, with what is left of their names in a checkpoint of at most 400 KB. Beyond them the writers of
 * one dated folder share a track, in which the whole folder is looked through.
 */
const mostTracks = 1000;

/** `time`: of one writer. `name`: of all names without a time. `rest`: of writers that there was no room for. */
type Kind = "time" | "name" | "rest";

/** The tracks of one stream. */
export class Tracks {
  private readonly tracks = new Map<string, Track>();

  constructor(
    private readonly space: KeySpace,
    stored: StoredTracks = {},
    private readonly most = mostTracks,
  ) {
    for (const [name, { last, bound }] of Object.entries(stored)) {
      const [kind, start] = [name.slice(0, 4) as Kind, space.stream + name.slice(5)];
      this.tracks.set(name, {
        start,
        period: kind === "time" ? space.placeOf(start + last).period : periodStart(space, start),
        ordered: kind === "time",
        shared: kind === "rest",
        last: start + last,
        bound: bound === undefined ? undefined : start + bound,
      });
    }
  }

  get all(): readonly Track[] {
    return [...this.tracks.values()];
  }

  /** The track that the key belongs to; undefined before its first key. */
  of(key: string): Track | undefined {
    return this.tracks.get(this.nameOf(key));
  }

  /** The track that the key belongs to, which it begins where there is none yet. */
  begun(key: string): Track {
    const name = this.nameOf(key);
    const before = this.tracks.get(name);
    if (before !== undefined) return before;
    const { period, ordered } = this.space.placeOf(key);
    const kind = name.slice(0, 4) as Kind;
    const start = this.space.stream + name.slice(5);
    const track = {
      start,
      period,
      ordered: kind === "time" && ordered,
      shared: kind === "rest",
      last: key,
      bound: undefined,
    };
    this.tracks.set(name, track);
    return track;
  }

  /** Keeps those tracks alone. */
  keep(wanted: (track: Track) => boolean): void {
    for (const [name, track] of this.tracks) if (!wanted(track)) this.tracks.delete(name);
  }

  stored(): StoredTracks {
    return Object.fromEntries(
      [...this.tracks].map(([name, { start, last, bound }]) => [
        name,
        {
          last: last.slice(start.length),
          ...(bound === undefined ? {} : { bound: bound.slice(start.length) }),
        },
      ]),
    );
  }

  private nameOf(key: string): string {
    const { stream } = this.space;
    const { start, ordered, period = stream } = this.space.placeOf(key);
    const own = `${ordered ? "time" : "name"} ${start.slice(stream.length)}`;
    if (!ordered || this.tracks.has(own)) return own;
    const rest = `rest ${period.slice(stream.length)}`;
    // Once a folder has such a track its new writers stay in it: another one would know nothing of their keys.
    return this.tracks.has(rest) || this.tracks.size >= this.most ? rest : own;
  }
}

function periodStart(space: KeySpace, start: string): string | undefined {
  return start === space.stream ? undefined : start;
}
