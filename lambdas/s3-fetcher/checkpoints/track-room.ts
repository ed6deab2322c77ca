import type { StoredTrack } from "./track";

/**
 * What tracks may take of a checkpoint, in bytes of its JSON. An item of the table has room for 390,000 characters, which
 * is base64 of 292,500 bytes, and names that are as good as random are not made shorter by compression. The rest is left
 * to the other parts of a checkpoint: seven keys, the place in an object, a reason.
 */
export interface TrackLimits {
  /** Tracks of one writer each. */
  readonly writers: number;
  /** What the tracks of one writer, or of names without a time, take together. */
  readonly bytes: number;
  /** What the tracks take together that writers of one folder share. */
  readonly sharedBytes: number;
}

export const trackLimits: TrackLimits = { writers: 1000, bytes: 210_000, sharedBytes: 25_000 };

/** Ends of keys differ in length by a few bytes, as counters gain digits: room comes in steps, with so much beside. */
const roomStep = 64;
const spareRoom = 16;
/** Of keys that several writers share: as long as a key may be. Source: S3 user guide, "Naming Amazon S3 objects". */
const sharedRoom = 1024;
/** Around the name, the last key and the room of a track: `"":{"last":"","room":1088},`. */
const punctuation = 27;
const boundPunctuation = ',"bound":""'.length;

/** How long a text is in JSON, in bytes. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** How long the ends of a writer's keys may be in JSON, in bytes, going by some of them. */
export function roomFor(...ends: readonly string[]): number {
  return roomStep * Math.ceil((Math.max(...ends.map(jsonBytes)) + spareRoom) / roomStep);
}

/** {@link roomFor} the keys that writers share. */
export function roomForAll(...ends: readonly string[]): number {
  return Math.max(sharedRoom, ...ends.map(jsonBytes));
}

/** What a track takes at most, without its bound, in bytes. */
export function bytesOf(name: string, room: number): number {
  return jsonBytes(name) + room + punctuation;
}

/**
 * Leaves out bounds that there is no room for, those of the tracks first that were begun first: without one a look only
 * goes through more of what was dealt with.
 */
export function withoutTooMuch(
  tracks: readonly (readonly [string, StoredTrack])[],
  bytes: number,
): (readonly [string, StoredTrack])[] {
  let left = tracks.reduce((sum, [name, { last }]) => sum - bytesOf(name, jsonBytes(last)), bytes);
  const kept = tracks.toReversed().map(([name, track]) => {
    const { bound, ...rest } = track;
    const taken = bound === undefined ? 0 : boundPunctuation + jsonBytes(bound);
    if (taken > left) return [name, rest] as const;
    left -= taken;
    return [name, track] as const;
  });
  return kept.reverse();
}
