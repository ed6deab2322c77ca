import { COLON } from "../characters";

export const DASH: u8 = 0x2d;
export const DOT: u8 = 0x2e;
export const PLUS: u8 = 0x2b;
export const ZULU: u8 = 0x5a;
export const BETWEEN: u8 = 0x54;
const ZERO: u8 = 0x30;

/** How many digits stand from `from`. */
export function digits(from: usize, end: usize): usize {
  let at = from;
  while (at < end && <u8>(load<u8>(at) - ZERO) < 10) at++;
  return at - from;
}

/** Two digits as a number; 100 where they are none. */
export function pair(at: usize): u32 {
  const tens: u32 = <u8>(load<u8>(at) - ZERO);
  const ones: u32 = <u8>(load<u8>(at, 1) - ZERO);
  return tens < 10 && ones < 10 ? tens * 10 + ones : 100;
}

/** Four digits as a number; a number beyond 9999 where they are none. */
export function year(at: usize): u32 {
  const century = pair(at);
  const rest = pair(at + 2);
  return century < 100 && rest < 100 ? century * 100 + rest : 10_000;
}

export function put(target: usize, byte: u8): usize {
  store<u8>(target, byte);
  return target + 1;
}

/** Writes a number below 100 as two digits. */
export function putPair(target: usize, value: u32): usize {
  store<u8>(target, ZERO + <u8>(value / 10));
  store<u8>(target, ZERO + <u8>(value % 10), 1);
  return target + 2;
}

export function isDay(years: u32, month: u32, day: u32): bool {
  if (years > 9999 || month < 1 || month > 12 || day < 1) return false;
  if (month == 2) {
    const leaps = years % 4 == 0 && (years % 100 != 0 || years % 400 == 0);
    return day <= (leaps ? 29 : 28);
  }
  const short = month == 4 || month == 6 || month == 9 || month == 11;
  return day <= (short ? 30 : 31);
}

/** `yyyy-mm-dd`. */
export function isDate(at: usize): bool {
  if (load<u8>(at, 4) != DASH || load<u8>(at, 7) != DASH) return false;
  return isDay(year(at), pair(at + 5), pair(at + 8));
}

/** `hh:mm:ss`. */
export function isClock(at: usize): bool {
  if (load<u8>(at, 2) != COLON || load<u8>(at, 5) != COLON) return false;
  return pair(at) < 24 && pair(at + 3) < 60 && pair(at + 6) < 60;
}

/** `+hhmm` or `+hh:mm`. */
export function isOffset(from: usize, end: usize): bool {
  if (end - from != 5 && !(end - from == 6 && load<u8>(from, 3) == COLON)) return false;
  const sign = load<u8>(from);
  return (sign == PLUS || sign == DASH) && pair(from + 1) < 24 && pair(end - 2) < 60;
}
