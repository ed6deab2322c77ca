import { backslashes, quotes } from "./json-block";

const ODD: u64 = 0xaaaaaaaaaaaaaaaa;

/** From the opening quote up to the closing one, without that. */
export let strings: u64 = 0;
export let quotesOpen: u64 = 0;
export let quotesClose: u64 = 0;
/** Bytes behind a backslash that is not escaped itself. */
export let escaped: u64 = 0;

/** All bits where the block before ended in a string. */
let inString: u64 = 0;
/** 1 where the first byte is escaped. */
let escapeNext: u64 = 0;

export function beginStrings(): void {
  inString = 0;
  escapeNext = 0;
}

/** Finds the strings of the block at hand. */
export function findStrings(): void {
  escaped = escapeNext;
  escapeNext = 0;
  if (backslashes != 0) findEscaped();
  const ends = quotes & ~escaped;
  strings = parities(ends) ^ inString;
  inString = <u64>((<i64>strings) >> 63);
  quotesOpen = ends & strings;
  quotesClose = ends & ~strings;
}

/**
 * Of a run of backslashes, each second one is escaped, and so is the byte behind an odd run (G. Langdale, D. Lemire,
 * "Parsing Gigabytes of JSON per Second", 3.1.1).
 */
function findEscaped(): void {
  const possible = backslashes & ~escaped;
  const codes = (((possible << 1) | ODD) - possible) ^ ODD;
  escapeNext = (codes & backslashes) >> 63;
  escaped = codes ^ (backslashes | escaped);
}

/** Each bit is the parity of those up to it: what is between an odd bit and the next even one is 1. */
function parities(marks: u64): u64 {
  let x = marks;
  x ^= x << 1;
  x ^= x << 2;
  x ^= x << 4;
  x ^= x << 8;
  x ^= x << 16;
  x ^= x << 32;
  return x;
}
