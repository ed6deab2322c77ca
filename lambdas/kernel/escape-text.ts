import { ESCAPE_LENGTHS, ESCAPES, EXPANSIONS } from "./escape-tables";

/**
 * Writes eight bytes with a backslash before those of the mask; returns where they end. `pairs` are the bytes, each
 * behind a backslash. Sixteen bytes are written always: what is too much, the next ones overwrite.
 */
export function expandHalf(target: usize, pairs: v128, mask: i32): usize {
  v128.store(target, i8x16.swizzle(pairs, v128.load(EXPANSIONS + ((<usize>mask) << 4))));
  return target + 8 + popcnt(mask);
}

/** Writes sixteen bytes with a backslash before those of the mask; returns where they end. */
export function expand(target: usize, bytes: v128, mask: i32): usize {
  const backslashes = i8x16.splat(0x5c);
  // prettier-ignore
  const low = i8x16.shuffle(backslashes, bytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  // prettier-ignore
  const high = i8x16.shuffle(backslashes, bytes, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  return expandHalf(expandHalf(target, low, mask & 0xff), high, mask >> 8);
}

/** Writes the escape of a control character; returns where it ends. Eight bytes are written always. */
export function writeControl(target: usize, byte: u8): usize {
  store<u64>(target, load<u64>(ESCAPES + ((<usize>byte) << 3)));
  return target + load<u8>(ESCAPE_LENGTHS + byte);
}
