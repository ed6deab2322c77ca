/** Characters that keys are made of, in order; others count as their nearest neighbour. */
export type Alphabet = readonly string[];

/** The characters that a search between keys goes through: those of ASCII that have been seen in keys. */
export function alphabetOf(characters: Iterable<string>): Alphabet {
  return Array.from(new Set(characters))
    .filter((character) => character >= " " && character <= "~")
    .sort();
}

/** Sorts behind every character of an alphabet. */
export const behindAll = "\u007f";

/** The order in which S3 lists keys: by their UTF-8 bytes. JavaScript's `<` goes by UTF-16 code units. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/**
 * A text about half way between two keys, to list what is behind it: at the first character in which they differ, the
 * one half way between theirs. Without `to`, half way to the end of all keys that start with the prefix. Undefined
 * where nothing made of these characters lies between.
 */
export function between(
  from: string,
  to: string | undefined,
  prefix: string,
  alphabet: Alphabet,
): string | undefined {
  const high = to === undefined ? undefined : Array.from(to);
  return halfWay(Array.from(from), high, Array.from(prefix).length, alphabet)?.join("");
}

export function sharedStart(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return left.slice(0, length);
}

function halfWay(
  low: readonly string[],
  high: readonly string[] | undefined,
  sharedLength: number,
  alphabet: Alphabet,
): string[] | undefined {
  let at = high === undefined ? sharedLength : 0;
  while (high !== undefined && at < low.length && low[at] === high[at]) at += 1;
  const shared = low.slice(0, at);
  const lowest = digitOf(low[at], alphabet);
  const highest = high === undefined ? alphabet.length + 1 : digitOf(high[at], alphabet);
  if (highest - lowest > 1) return [...shared, alphabet[Math.floor((lowest + highest) / 2) - 1]];
  // Nothing lies between the two characters, so the next one of the lower key decides.
  if (at < low.length) return halfWay(low, undefined, at + 1, alphabet);
  const [next, ...rest] = high?.slice(at) ?? [];
  const deeper = rest.length === 0 ? undefined : halfWay([], rest, 0, alphabet);
  return deeper === undefined ? undefined : [...shared, next, ...deeper];
}

/** Position from 1; 0 is the end of a text. */
function digitOf(character: string | undefined, alphabet: Alphabet): number {
  if (character === undefined) return 0;
  const next = alphabet.findIndex((known) => known > character);
  return next === -1 ? alphabet.length : next;
}
