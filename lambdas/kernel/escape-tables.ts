import { BACKSLASH, QUOTE } from "./characters";

/** Per mask of eight bytes: the shuffle that keeps, of eight pairs of backslash and byte, the backslashes of the mask. */
export const EXPANSIONS: usize = memory.data(256 * 16, 16);
/** Per byte below 0x20: its escape, of at most six bytes, in eight. */
export const ESCAPES: usize = memory.data(32 * 8, 8);
/** Per byte below 0x20: the length of its escape. */
export const ESCAPE_LENGTHS: usize = memory.data(32);
/** Per byte: 1 where it may follow a backslash in JSON. */
export const ESCAPABLE: usize = memory.data(256);

function fillExpansions(): void {
  for (let mask: u32 = 0; mask < 256; mask++) {
    let at: usize = EXPANSIONS + (mask << 4);
    for (let index: u32 = 0; index < 8; index++) {
      if ((mask >> index) & 1) store<u8>(at++, <u8>(index << 1));
      store<u8>(at++, <u8>((index << 1) | 1));
    }
  }
}

function hexadecimal(digit: u32): u8 {
  return <u8>(digit < 10 ? 0x30 + digit : 0x57 + digit);
}

/** `\b` and its like have two bytes, all others are `\u00xx`. */
function fillEscapes(): void {
  for (let byte: u32 = 0; byte < 32; byte++) {
    const at: usize = ESCAPES + (byte << 3);
    let letter: u8 = 0;
    if (byte == 0x08) letter = 0x62;
    else if (byte == 0x09) letter = 0x74;
    else if (byte == 0x0a) letter = 0x6e;
    else if (byte == 0x0c) letter = 0x66;
    else if (byte == 0x0d) letter = 0x72;
    store<u8>(at, BACKSLASH);
    store<u8>(at + 1, letter != 0 ? letter : 0x75);
    store<u8>(at + 2, 0x30);
    store<u8>(at + 3, 0x30);
    store<u8>(at + 4, hexadecimal(byte >> 4));
    store<u8>(at + 5, hexadecimal(byte & 15));
    store<u8>(ESCAPE_LENGTHS + byte, letter != 0 ? 2 : 6);
  }
}

function fillEscapable(): void {
  store<u8>(ESCAPABLE + QUOTE, 1);
  store<u8>(ESCAPABLE + BACKSLASH, 1);
  store<u8>(ESCAPABLE + 0x2f, 1);
  store<u8>(ESCAPABLE + 0x62, 1);
  store<u8>(ESCAPABLE + 0x66, 1);
  store<u8>(ESCAPABLE + 0x6e, 1);
  store<u8>(ESCAPABLE + 0x72, 1);
  store<u8>(ESCAPABLE + 0x74, 1);
  store<u8>(ESCAPABLE + 0x75, 1);
}

fillExpansions();
fillEscapes();
fillEscapable();
