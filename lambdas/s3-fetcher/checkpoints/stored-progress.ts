import type { StoredTracks } from "./track";

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
