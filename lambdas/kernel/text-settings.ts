/** What a document of text has around its line; addresses and lengths in the memory. */

/** Longest line of one document, in bytes; longer ones come in parts, the JavaScript way. */
export let longestLine: usize = 0;
/** What stands before the line. */
export let opening: usize = 0;
export let openingLength: usize = 0;
/** What stands behind it, from its closing quote on. */
export let members: usize = 0;
export let membersLength: usize = 0;
/** How lines begin that are no records; none where the length is 0. It holds no line break. */
export let comment: usize = 0;
export let commentLength: usize = 0;

export function useComment(start: usize, length: usize): void {
  comment = start;
  commentLength = length;
}

export function useText(
  longest: usize,
  before: usize,
  beforeLength: usize,
  behind: usize,
  behindLength: usize,
): void {
  longestLine = longest;
  opening = before;
  openingLength = beforeLength;
  members = behind;
  membersLength = behindLength;
}
