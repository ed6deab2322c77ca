import { BACKSLASH, QUOTE } from "./characters";

/** What is done with the pair of a watched key: left out, since a pair of ours replaces it. */
export const REPLACED: u8 = 1;
/** Its value is repeated as `@timestamp`. */
export const TIME: u8 = 2;
/** The record brings its own `@timestamp`. */
export const TIMESTAMP: u8 = 3;

const ALL: u64 = 0xffffffffffffffff;
/** Most keys that are watched. */
const MOST_KEYS: i32 = 64;
/** Most watched keys of one record; one with more goes the JavaScript way. */
export const MOST_HITS: i32 = 16;

const names: usize = memory.data(MOST_KEYS * 4, 4);
const lengths: usize = memory.data(MOST_KEYS * 4, 4);
const kinds: usize = memory.data(MOST_KEYS);
const hitColons: usize = memory.data(MOST_HITS * 4, 4);
const hitKeys: usize = memory.data(MOST_HITS);

let watched: i32 = 0;
/** A bit for each hash of the last four bytes of a watched key: most keys of a record are told by it. */
let filter: u64 = 0;
/** Watched keys of the record at hand. */
export let hits: i32 = 0;

export function watchNone(): void {
  watched = 0;
  filter = 0;
}

/** Watches a key of at least one byte, given with its opening quote; false where there are too many. */
export function watch(name: usize, length: usize, kind: u8): bool {
  if (watched == MOST_KEYS) return false;
  store<u32>(names + (watched << 2), <u32>name);
  store<u32>(lengths + (watched << 2), <u32>length);
  store<u8>(kinds + watched, kind);
  watched++;
  // Of a shorter one, with its quote, the four bytes before its end are not all its own.
  filter |= length < 4 ? ALL : (<u64>1) << hash(name + length);
  return true;
}

/** Of the four bytes before `end`. */
function hash(end: usize): u64 {
  return <u64>((load<u32>(end - 4) * 0x9e3779b1) >> 26);
}

export function noHits(): void {
  hits = 0;
}

/** The place of the hit's colon, and what is done with it. */
export function hitColon(index: i32): usize {
  return load<u32>(hitColons + (index << 2));
}
export function hitKind(index: i32): u8 {
  return load<u8>(kinds + load<u8>(hitKeys + index));
}
/** The place of the opening quote of the hit's key. */
export function hitStart(index: i32): usize {
  return hitColon(index) - 1 - load<u32>(lengths + ((<usize>load<u8>(hitKeys + index)) << 2));
}

/** Whether the key whose colon, right behind its closing quote, is at `colon` needs to be looked at. */
export function mayBeWatched(colon: usize): bool {
  return ((filter >> hash(colon - 1)) & 1) != 0;
}

/** Notes the key before `colon` if it is watched; false where there are too many hits. */
export function noteKey(colon: usize): bool {
  const end = colon - 1;
  for (let index = 0; index < watched; index++) {
    const length = load<u32>(lengths + (index << 2));
    const start = end - length;
    if (load<u8>(start) != QUOTE || load<u8>(start - 1) == BACKSLASH) continue;
    if (!same(start, load<u32>(names + (index << 2)), length)) continue;
    if (hits == MOST_HITS) return false;
    store<u32>(hitColons + (hits << 2), <u32>colon);
    store<u8>(hitKeys + hits, <u8>index);
    hits++;
    return true;
  }
  return true;
}

function same(left: usize, right: usize, length: usize): bool {
  for (let index: usize = 0; index < length; index++) {
    if (load<u8>(left + index) != load<u8>(right + index)) return false;
  }
  return true;
}

/** Whether the key that ends before `colon` holds an escape: it may be a watched one, written otherwise. */
export function keyHasEscape(colon: usize): bool {
  let at = colon - 2;
  while (load<u8>(at) != QUOTE) {
    if (load<u8>(at) == BACKSLASH) return true;
    at--;
  }
  return load<u8>(at - 1) == BACKSLASH;
}
