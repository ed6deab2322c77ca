import {
  backslashes,
  beginBlocks,
  beyondAscii,
  closing,
  colons,
  controls,
  lookAtBlock,
  opening,
} from "./json-block";
import { atTop, beginBrackets, ended, followBrackets } from "./json-brackets";
import { areEscapes } from "./json-escapes";
import { strangeScalar } from "./json-scalar";
import { longestRecord } from "./json-settings";
import { beginStrings, escaped, findStrings, quotesClose, strings } from "./json-strings";
import { beginTokens, maySpacesExplain, misplacedTokens, scalarStarts } from "./json-tokens";
import { isUtf8 } from "./utf8";
import { keyHasEscape, mayBeWatched, noHits, noteKey } from "./watched-keys";

/** The object goes on behind the bytes at hand. */
export const INCOMPLETE: usize = 0;
/** The bytes are no JSON object, or one in a form that is not frequent. */
export const NOT_ORDINARY: usize = 1;

/** A number or an escape that ends the bytes at hand is taken as cut off if it starts within so many of their end. */
const LONGEST_CUT: usize = 32;
const ALL: u64 = 0xffffffffffffffff;

/** Pairs of the object scanned last, without those of what it holds. */
export let pairsAtTop: i32 = 0;
/** Whether an escape came behind the last key at the top, so that it may be in the next one. */
let escapesBefore: bool = false;

/**
 * The place behind the object that starts at `start`, or {@link INCOMPLETE} or {@link NOT_ORDINARY}. Strict, as RFC 8259
 * is; all that may stand between the tokens is a single space behind a comma or colon. Notes the watched keys.
 *
 * Sixty-four bytes a turn, as bits in words, so that no branch depends on how long strings are. Bits behind the
 * object's end, or behind the bytes at hand, mean nothing.
 */
export function scanObject(start: usize, end: usize): usize {
  noHits();
  beginBlocks();
  beginStrings();
  beginBrackets();
  beginTokens();
  pairsAtTop = 0;
  escapesBefore = false;
  for (let base = start; base - start <= longestRecord; base += 64) {
    if (base >= end) return INCOMPLETE;
    const left = <u64>(end - base);
    const valid: u64 = left >= 64 ? ALL : ((<u64>1) << left) - 1;
    lookAtBlock(base);
    findStrings();
    const outside = ~(strings | quotesClose);
    const opens = opening & outside;
    const closes = closing & outside;
    if (!followBrackets(base, opens & valid, closes & valid)) return NOT_ORDINARY;
    const relevant = ended != 0 ? ended | (ended - 1) : valid;

    const misplaced = misplacedTokens(base, opens, closes, outside, relevant);
    const strange = strangeScalar(base, scalarStarts & relevant);
    if (strange != 0 && end - strange < LONGEST_CUT) return INCOMPLETE;
    if (misplaced != 0 || strange != 0)
      return maySpacesExplain(base, outside & relevant) ? scanObject(start, end) : NOT_ORDINARY;
    if ((controls & relevant) != 0) return NOT_ORDINARY;
    if ((escaped & relevant) != 0 && !areEscapes(base, escaped & relevant))
      return left < 64 + LONGEST_CUT ? INCOMPLETE : NOT_ORDINARY;
    if (!noteKeys(base, colons & outside & atTop & relevant)) return NOT_ORDINARY;
    if (ended != 0) return finish(start, base + <usize>ctz(ended) + 1);
  }
  return NOT_ORDINARY;
}

/** Looks at the keys before the colons; false where JavaScript must. */
function noteKeys(base: usize, topColons: u64): bool {
  const escapes = backslashes != 0;
  const suspicious: bool = escapes || escapesBefore;
  for (let rest = topColons; rest != 0; rest &= rest - 1) {
    const colon = base + <usize>ctz(rest);
    if (suspicious && keyHasEscape(colon)) return false;
    if (mayBeWatched(colon) && !noteKey(colon)) return false;
  }
  pairsAtTop += <i32>popcnt(topColons);
  escapesBefore = escapes || (escapesBefore && topColons == 0);
  return true;
}

function finish(start: usize, behind: usize): usize {
  if (behind - start > longestRecord) return NOT_ORDINARY;
  return beyondAscii() && !isUtf8(start, behind) ? NOT_ORDINARY : behind;
}
