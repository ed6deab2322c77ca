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
  /** How long the ends of its keys may be in JSON, in bytes: longer ones belong to a shared track. */
  readonly room: number;
  /** The last of its keys that was dealt with, in the order of visits. */
  last: string;
  /** Nothing up to this key is looked at any more. */
  bound: string | undefined;
}

/** As a checkpoint holds it: the ends of the keys, behind the track's start. */
export interface StoredTrack {
  readonly last: string;
  readonly bound?: string;
  /** Absent where it follows from the others. */
  readonly room?: number;
}

/** By the tracks' names. */
export type StoredTracks = Readonly<Record<string, StoredTrack>>;
