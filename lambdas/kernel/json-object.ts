import { OBJECT_CLOSE } from "./characters";
import { areEscapes } from "./json-escapes";
import { strangeScalar } from "./json-scalar";
import { longestRecord } from "./json-settings";
import { isUtf8 } from "./utf8";
import { keyHasEscape, mayBeWatched, noHits, noteKey } from "./watched-keys";

/** The object goes on behind the bytes at hand. */
export const INCOMPLETE: usize = 0;
/** The bytes are no JSON object, or one in a form that is not frequent. */
export const NOT_ORDINARY: usize = 1;

/** Deeper ones go the JavaScript way: a bit of a word a level. */
const MOST_DEPTH: i32 = 64;
/** A number or an escape that ends the bytes at hand is taken as cut off if it starts within so many of their end. */
const LONGEST_CUT: usize = 32;
const ODD: u64 = 0xaaaaaaaaaaaaaaaa;
const ALL: u64 = 0xffffffffffffffff;

/** Pairs of the object scanned last, without those of what it holds. */
export let pairsAtTop: i32 = 0;
/** Whether spaces behind commas and colons are looked for; so once they were met. */
let spaced = false;

/** A bit for each of 64 bytes, of which four vectors say it. */
function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    (<u64>((<u32>i8x16.bitmask(a)) | ((<u32>i8x16.bitmask(b)) << 16))) |
    ((<u64>((<u32>i8x16.bitmask(c)) | ((<u32>i8x16.bitmask(d)) << 16))) << 32)
  );
}

function equal(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return bits(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
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

/**
 * The place behind the object that starts at `start`, or {@link INCOMPLETE} or {@link NOT_ORDINARY}. Strict, as RFC 8259
 * is; all bytes between the tokens must be single spaces behind commas and colons.
 *
 * Sixty-four bytes a turn, as bits in words, so that no branch depends on how long the strings and numbers are:
 * what may follow what is checked for all of them at once. Only brackets are gone through one by one, for the depth,
 * and to know which commas are those of arrays. What remains is that in objects keys and values take turns: of
 * the marks that come before a key (`{` and commas of objects) and those behind one (colons), each follows the other.
 */
export function scanObject(start: usize, end: usize): usize {
  noHits();
  pairsAtTop = 0;
  let base = start;
  let seen = i8x16.splat(0);
  let depth: i32 = 0;
  /** A bit a level, the lowest for the innermost: 1 for an array. */
  let arrays: u64 = 0;
  // What the last byte of the block before was, each in the lowest bit, or all bits of it.
  let inString: u64 = 0;
  let escapeNext: u64 = 0;
  let separated: u64 = 1;
  let opened: u64 = 0;
  let quoted: u64 = 0;
  let scalarBefore: u64 = 0;
  let keyDue: u64 = 0;
  let inKey: u64 = 0;
  let escapesBefore: bool = false;

  while (true) {
    if (base >= end) return INCOMPLETE;
    const left = <u64>(end - base);
    const valid: u64 = left >= 64 ? ALL : ((<u64>1) << left) - 1;
    const a = v128.load(base);
    const b = v128.load(base, 16);
    const c = v128.load(base, 32);
    const d = v128.load(base, 48);
    seen = v128.or(seen, v128.or(v128.or(a, b), v128.or(c, d)));

    let quotes = equal(a, b, c, d, i8x16.splat(0x22));
    const backslash = i8x16.splat(0x5c);
    const escapes = v128.any_true(
      v128.or(
        v128.or(i8x16.eq(a, backslash), i8x16.eq(b, backslash)),
        v128.or(i8x16.eq(c, backslash), i8x16.eq(d, backslash)),
      ),
    );
    let backslashes: u64 = 0;
    let escaped: u64 = escapeNext;
    if (escapes) {
      backslashes = equal(a, b, c, d, backslash);
      // Of a run of backslashes, each second one is escaped, and so is the byte behind an odd run.
      const possible = backslashes & ~escapeNext;
      const after = possible << 1;
      const codes = ((after | ODD) - possible) ^ ODD;
      escaped = codes ^ (backslashes | escapeNext);
      escapeNext = (codes & backslashes) >> 63;
    } else escapeNext = 0;
    quotes &= ~escaped;

    const strings = parities(quotes) ^ inString;
    inString = <u64>((<i64>strings) >> 63);
    const outside = ~(strings | quotes);
    const quotesOpen = quotes & strings;
    const quotesClose = quotes & ~strings;

    const low = i8x16.splat(0x20);
    const opening = equal(
      v128.or(a, low),
      v128.or(b, low),
      v128.or(c, low),
      v128.or(d, low),
      i8x16.splat(0x7b),
    );
    const closing = equal(
      v128.or(a, low),
      v128.or(b, low),
      v128.or(c, low),
      v128.or(d, low),
      i8x16.splat(0x7d),
    );
    const opens = opening & outside;
    const closes = closing & outside;
    const colons = equal(a, b, c, d, i8x16.splat(0x3a)) & outside;
    const commas = equal(a, b, c, d, i8x16.splat(0x2c)) & outside;

    let objectsOpen: u64 = 0;
    let inArray: u64 = 0;
    let atTop: u64 = 0;
    let ended: u64 = 0;
    let behindBracket: u64 = ALL;
    for (let brackets = (opens | closes) & valid; brackets != 0; brackets &= brackets - 1) {
      const bit = brackets & (0 - brackets);
      const between = behindBracket & (bit - 1);
      inArray |= between & (0 - (arrays & 1));
      if (depth == 1) atTop |= between;
      behindBracket = 0 - bit;
      const isArray = <u64>(((load<u8>(base + <usize>ctz(bit)) >> 5) & 1) ^ 1);
      if ((opens & bit) != 0) {
        if (depth == MOST_DEPTH) return NOT_ORDINARY;
        depth++;
        arrays = (arrays << 1) | isArray;
        objectsOpen |= bit & (isArray - 1);
      } else {
        if ((arrays & 1) != isArray) return NOT_ORDINARY;
        depth--;
        arrays >>= 1;
        if (depth == 0) {
          ended = bit;
          break;
        }
      }
    }
    let relevant: u64;
    if (ended != 0) relevant = ended | (ended - 1);
    else {
      relevant = valid;
      inArray |= behindBracket & (0 - (arrays & 1));
      if (depth == 1) atTop |= behindBracket;
    }

    const behindOpen = (opens << 1) | opened;
    let due = ((commas | colons | opens) << 1) | separated;
    const closesNext = (closes >> 1) | (load<u8>(base, 64) == OBJECT_CLOSE ? (<u64>1) << 63 : 0);
    // A closing brace right behind an opening one: there is no key to come.
    const keysBegin = (objectsOpen & ~closesNext) | (commas & ~inArray);
    let dueKeys = (keysBegin << 1) | keyDue;
    let spaces: u64 = 0;
    let spacesLast: u64 = 0;
    if (spaced) {
      spaces = equal(a, b, c, d, low) & outside;
      const allowed = spaces & due & ~behindOpen;
      if (((spaces ^ allowed) & relevant) != 0) return NOT_ORDINARY;
      spacesLast = allowed >> 63;
      keyDue = (keysBegin >> 63) | ((allowed & dueKeys) >> 63);
      dueKeys = (dueKeys & ~allowed) | ((dueKeys & allowed) << 1);
      due = (due & ~allowed) | (allowed << 1);
    } else keyDue = keysBegin >> 63;
    const scalars = outside & ~(opens | closes | commas | colons | spaces);
    const scalarStarts = scalars & ~((scalars << 1) | scalarBefore);
    const values = quotesOpen | scalarStarts | opens;
    // Where keys begin and colons take turns, the difference of the two is 1 from each beginning up to its colon; where
    // they do not, a beginning is 0 in it, or a colon 1.
    const begins = keysBegin & relevant;
    const ends = colons & relevant;
    const inKeys = ends - begins - inKey;

    const wrong =
      (due & ~(values | (closes & behindOpen))) |
      (values & ~due) |
      (colons & ~((quotesClose << 1) | quoted)) |
      (dueKeys & ~quotesOpen) |
      (closes & inKeys) |
      (begins & ~inKeys) |
      (ends & inKeys) |
      (backslashes & ~strings);
    const strange = strangeScalar(base, scalarStarts & relevant);
    if (strange != 0 && end - strange < LONGEST_CUT) return INCOMPLETE;
    if ((wrong & relevant) != 0 || strange != 0) {
      if (spaced || (outside & equal(a, b, c, d, low) & relevant) == 0) return NOT_ORDINARY;
      spaced = true;
      return scanObject(start, end);
    }

    const space = i8x16.splat(0x1f);
    const least = i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d));
    if (v128.any_true(i8x16.eq(i8x16.min_u(least, space), least))) {
      const places = bits(
        i8x16.eq(i8x16.min_u(a, space), a),
        i8x16.eq(i8x16.min_u(b, space), b),
        i8x16.eq(i8x16.min_u(c, space), c),
        i8x16.eq(i8x16.min_u(d, space), d),
      );
      if ((places & relevant) != 0) return NOT_ORDINARY;
    }
    if ((escaped & relevant) != 0 && !areEscapes(base, escaped & relevant)) {
      return left < 64 + LONGEST_CUT ? INCOMPLETE : NOT_ORDINARY;
    }
    const topColons = colons & atTop & relevant;
    pairsAtTop += <i32>popcnt(topColons);
    for (let rest = topColons; rest != 0; rest &= rest - 1) {
      const colon = base + <usize>ctz(rest);
      if ((escapes || escapesBefore) && keyHasEscape(colon)) return NOT_ORDINARY;
      if (mayBeWatched(colon) && !noteKey(colon)) return NOT_ORDINARY;
    }
    escapesBefore = escapes || (escapesBefore && topColons == 0);

    if (ended != 0) {
      const behind = base + <usize>ctz(ended) + 1;
      if (behind - start > longestRecord) return NOT_ORDINARY;
      if (i8x16.bitmask(seen) != 0 && !isUtf8(start, behind)) return NOT_ORDINARY;
      return behind;
    }
    separated = ((commas | colons | opens) >> 63) | spacesLast;
    opened = opens >> 63;
    quoted = quotesClose >> 63;
    scalarBefore = scalars >> 63;
    inKey = inKeys >> 63;
    base += 64;
    if (base - start > longestRecord) return NOT_ORDINARY;
  }
}
