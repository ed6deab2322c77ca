import { OBJECT_CLOSE } from "./characters";
import { backslashes, colons, commas, spacesIn } from "./json-block";
import { inArray, objectsOpen } from "./json-brackets";
import { quotesClose, quotesOpen, strings } from "./json-strings";

/** The first bytes of numbers and words. */
export let scalarStarts: u64 = 0;

/** Whether spaces behind commas and colons are looked for; so once they were met. */
let spaced = false;

// What the last byte of the block before was, each in the lowest bit.
/** A comma, a colon, an opening bracket, or a space behind one: a value is due. */
let separated: u64 = 0;
let opened: u64 = 0;
let quoted: u64 = 0;
let scalarBefore: u64 = 0;
/** A byte that must come right before a key. */
let keyDue: u64 = 0;
/** Between what comes before a key and its colon. */
let inKey: u64 = 0;

export function beginTokens(): void {
  separated = 1;
  opened = 0;
  quoted = 0;
  scalarBefore = 0;
  keyDue = 0;
  inKey = 0;
}

/**
 * The bytes of a block, of those that are `relevant`, that may not stand where they stand; and notes where numbers and
 * words start, whose inside is not checked here.
 *
 * What may follow what is checked for all bytes at once. In objects keys and values take turns besides: of what
 * comes before a key (`{` and an object's commas) and what comes behind one (colons), each must follow the other.
 */
export function misplacedTokens(base: usize, opens: u64, closes: u64, outside: u64, relevant: u64): u64 {
  const separators = ((commas | colons) & outside) | opens;
  const ends = colons & outside & relevant;
  const behindOpen = (opens << 1) | opened;
  let due = (separators << 1) | separated;
  // A closing brace right behind an opening one: there is no key to come.
  const closesNext = (closes >> 1) | (load<u8>(base, 64) == OBJECT_CLOSE ? (<u64>1) << 63 : 0);
  const begins = ((objectsOpen & ~closesNext) | (commas & outside & ~inArray)) & relevant;
  let dueKeys = (begins << 1) | keyDue;
  separated = separators >> 63;
  keyDue = begins >> 63;
  let spaces: u64 = 0;
  let strangeSpaces: u64 = 0;
  if (spaced) {
    spaces = spacesIn(base) & outside;
    const allowed = spaces & due & ~behindOpen;
    strangeSpaces = spaces ^ allowed;
    separated |= allowed >> 63;
    keyDue |= (allowed & dueKeys) >> 63;
    dueKeys = (dueKeys & ~allowed) | ((dueKeys & allowed) << 1);
    due = (due & ~allowed) | (allowed << 1);
  }
  const scalars = outside & ~(separators | closes | spaces);
  scalarStarts = scalars & ~((scalars << 1) | scalarBefore);
  const values = quotesOpen | scalarStarts | opens;
  // Where the two take turns, their difference is 1 from each beginning up to its colon; where they do not, a
  // beginning is 0 in it, or a colon 1.
  const inKeys = ends - begins - inKey;
  const wrong =
    (due & ~(values | (closes & behindOpen))) |
    (values & ~due) |
    (ends & ~((quotesClose << 1) | quoted)) |
    (dueKeys & ~quotesOpen) |
    ((closes | ends) & inKeys) |
    (begins & ~inKeys) |
    (backslashes & ~strings) |
    strangeSpaces;
  opened = opens >> 63;
  quoted = quotesClose >> 63;
  scalarBefore = scalars >> 63;
  inKey = inKeys >> 63;
  return wrong & relevant;
}

/** Whether the object is to be looked at again, since it may be right but for spaces, which were not looked for. */
export function maySpacesExplain(base: usize, outside: u64): bool {
  if (spaced || (spacesIn(base) & outside) == 0) return false;
  spaced = true;
  return true;
}
