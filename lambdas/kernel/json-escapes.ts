import { ESCAPABLE } from "./escape-tables";

const LETTER_U: u8 = 0x75;

function isHexadecimal(byte: u8): bool {
  return <u8>(byte - 0x30) < 10 || <u8>((byte | 0x20) - 0x61) < 6;
}

/** Whether the bytes at `base` that are escaped may be, and behind each `u` are four hexadecimal digits. */
export function areEscapes(base: usize, escaped: u64): bool {
  for (let rest = escaped; rest != 0; rest &= rest - 1) {
    const at = base + <usize>ctz(rest);
    const byte = load<u8>(at);
    if (load<u8>(ESCAPABLE + byte) == 0) return false;
    if (byte != LETTER_U) continue;
    for (let digit = at + 1; digit <= at + 4; digit++) {
      if (!isHexadecimal(load<u8>(digit))) return false;
    }
  }
  return true;
}
