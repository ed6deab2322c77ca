const ALL: u64 = 0xffffffffffffffff;
/** Deeper objects go the JavaScript way: a bit of a word a level. */
const MOST_DEPTH: i32 = 64;

/** The opening braces of objects. */
export let objectsOpen: u64 = 0;
/** Bytes whose innermost container is an array. */
export let inArray: u64 = 0;
/** Bytes that are in the outermost object alone. */
export let atTop: u64 = 0;
/** The bit of the brace that closes the outermost object; 0 where it is not in the block. */
export let ended: u64 = 0;

let depth: i32 = 0;
/** A bit a level, the lowest for the innermost: 1 for an array. */
let arrays: u64 = 0;

export function beginBrackets(): void {
  depth = 0;
  arrays = 0;
}

/** Goes through the brackets of a block, one by one; false where one is of the other kind than the one it closes, or too deep. */
export function followBrackets(base: usize, opens: u64, closes: u64): bool {
  let objects: u64 = 0;
  let array: u64 = 0;
  let top: u64 = 0;
  let behind: u64 = ALL;
  ended = 0;
  for (let brackets = opens | closes; brackets != 0; brackets &= brackets - 1) {
    const bit = brackets & (0 - brackets);
    const between = behind & (bit - 1);
    array |= between & (0 - (arrays & 1));
    if (depth == 1) top |= between;
    behind = 0 - bit;
    // Of `[` and `]` this bit is 0, of `{` and `}` it is 1.
    const isArray = ((<u64>(load<u8>(base + <usize>ctz(bit)) >> 5)) & 1) ^ 1;
    if ((opens & bit) != 0) {
      if (depth == MOST_DEPTH) return false;
      depth++;
      arrays = (arrays << 1) | isArray;
      objects |= bit & (isArray - 1);
      continue;
    }
    if ((arrays & 1) != isArray) return false;
    depth--;
    arrays >>= 1;
    if (depth != 0) continue;
    ended = bit;
    behind = 0;
    break;
  }
  objectsOpen = objects;
  inArray = array | (behind & (0 - (arrays & 1)));
  atTop = depth == 1 ? top | behind : top;
  return true;
}
