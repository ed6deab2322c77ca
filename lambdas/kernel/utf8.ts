/** Whether `mask` of the byte at `at` says that it continues a character. */
function continues(at: usize): bool {
  return (load<u8>(at) & 0xc0) == 0x80;
}

/** Whether the bytes are UTF-8, strictly: no overlong form, no surrogate, nothing beyond U+10FFFF. */
export function isUtf8(start: usize, end: usize): bool {
  let at = start;
  while (at < end) {
    const lead = load<u8>(at);
    if (lead < 0x80) {
      at++;
      while (at + 16 <= end && i8x16.bitmask(v128.load(at)) == 0) at += 16;
    } else if (lead < 0xc2) return false;
    else if (lead < 0xe0) {
      if (at + 2 > end || !continues(at + 1)) return false;
      at += 2;
    } else if (lead < 0xf0) {
      if (at + 3 > end || !continues(at + 1) || !continues(at + 2)) return false;
      const second = load<u8>(at + 1);
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return false;
      at += 3;
    } else {
      if (lead > 0xf4 || at + 4 > end) return false;
      if (!continues(at + 1) || !continues(at + 2) || !continues(at + 3)) return false;
      const second = load<u8>(at + 1);
      if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
      at += 4;
    }
  }
  return true;
}
