import { ARRAY_CLOSE, COMMA, OBJECT_CLOSE } from "./characters";

const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
const ALSE: u32 = 0x65736c61;

/** The first of the places, given as bits from `base` on, where no scalar stands; 0 where all are right. */
export function strangeScalar(base: usize, starts: u64): usize {
  for (let rest = starts; rest != 0; rest &= rest - 1) {
    const at = base + <usize>ctz(rest);
    if (!isScalar(at)) return at;
  }
  return 0;
}

/** Whether a number, `true`, `false` or `null` stands at `at`, and behind it something that ends it. */
function isScalar(at: usize): bool {
  const first = load<u8>(at);
  let end: usize;
  if (first == 0x74) {
    if (load<u32>(at) != TRUE) return false;
    end = at + 4;
  } else if (first == 0x6e) {
    if (load<u32>(at) != NULL) return false;
    end = at + 4;
  } else if (first == 0x66) {
    if (load<u32>(at + 1) != ALSE) return false;
    end = at + 5;
  } else end = numberEnd(at);
  const behind = load<u8>(end);
  return behind == COMMA || behind == OBJECT_CLOSE || behind == ARRAY_CLOSE;
}

function isDigit(at: usize): bool {
  return <u8>(load<u8>(at) - 0x30) < 10;
}

/**
 * Behind the number at `start` as RFC 8259 writes it; `start` where it is none. It may go on behind the bytes at hand,
 * into what the memory held before, but not beyond the zeros behind the input.
 */
function numberEnd(start: usize): usize {
  let at = start;
  if (load<u8>(at) == 0x2d) at++;
  if (!isDigit(at)) return start;
  const zero = load<u8>(at) == 0x30;
  at++;
  if (!zero) while (isDigit(at)) at++;
  if (load<u8>(at) == 0x2e) {
    at++;
    if (!isDigit(at)) return start;
    while (isDigit(at)) at++;
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = load<u8>(at);
    if (sign == 0x2b || sign == 0x2d) at++;
    if (!isDigit(at)) return start;
    while (isDigit(at)) at++;
  }
  return at;
}
