import { COLON, COMMA, QUOTE, SPACE, TAB } from "../characters";
import { copy } from "../copy";
import { BETWEEN, digits, DOT, isClock, isDate, isDay, isOffset, pair, put, year, ZULU } from "./digits";
import { writeDate, writeOffset, writeSeconds, writeZulu } from "./write";

/*
 * The forms that times have in logs, each written as a JSON text in ISO 8601. The functions return where it ends, which
 * is `target` itself where the bytes are no time. What is a time is decided as in ../../shipping/record-time.ts.
 */

/** The most that a time takes: quotes, date and time, nine digits of a second, a zone. */
const LONGEST: usize = 40;
const SLASH: u8 = 0x2f;
const BRACKET_OPEN: u8 = 0x5b;
const BRACKET_CLOSE: u8 = 0x5d;

/** ISO 8601, with or without a fraction and a zone; also with a space for the `T`, and a comma before the fraction. */
export function writeIso(target: usize, from: usize, end: usize): usize {
  if (end - from < 19 || end - from > LONGEST - 3) return target;
  const between = load<u8>(from, 10);
  if (!isDate(from) || (between != BETWEEN && between != SPACE) || !isClock(from + 11)) return target;
  let behind = from + 19;
  const hasFraction = behind < end && (load<u8>(behind) == DOT || load<u8>(behind) == COMMA);
  if (hasFraction) {
    const fraction = digits(behind + 1, end);
    if (fraction == 0 || fraction > 9) return target;
    behind += 1 + fraction;
  }
  const zulu = behind == end || (end - behind == 1 && load<u8>(behind) == ZULU);
  if (!zulu && !isOffset(behind, end)) return target;
  const out = copy(put(target, QUOTE), from, behind - from);
  store<u8>(target, BETWEEN, 11);
  if (hasFraction) store<u8>(target, DOT, 20);
  return zulu ? writeZulu(out) : put(writeOffset(out, behind, end), QUOTE);
}

/** UNIX seconds, with or without a fraction, or milliseconds. */
export function writeEpoch(target: usize, from: usize, end: usize): usize {
  const length = digits(from, end);
  const behind = from + length;
  const fraction = behind < end && load<u8>(behind) == DOT ? digits(behind + 1, end) : 0;
  if (length < 9 || length > 14 || fraction > 9) return target;
  if (behind + (fraction > 0 ? 1 + fraction : 0) != end || (length > 11 && fraction > 0)) return target;
  const secondsEnd = length > 11 ? behind - 3 : behind;
  let seconds: u64 = 0;
  for (let at = from; at < secondsEnd; at++) seconds = seconds * 10 + <u64>(load<u8>(at) - 0x30);
  let out = writeSeconds(put(target, QUOTE), seconds);
  if (secondsEnd < behind) out = copy(put(out, DOT), secondsEnd, 3);
  else if (fraction > 0) out = copy(out, behind, end - behind);
  return writeZulu(out);
}

function isSeparator(at: usize, end: usize): bool {
  return at >= end || load<u8>(at) == SPACE || load<u8>(at) == TAB;
}

/** `2026-01-05`, and behind a space or tab `10:00:00`. */
export function writeDateAndTime(target: usize, from: usize, end: usize): usize {
  const clock = from + 11;
  if (clock + 8 > end || !isDate(from) || !isClock(clock)) return target;
  if (!isSeparator(from + 10, end) || !isSeparator(clock + 8, end)) return target;
  return writeZulu(copy(put(copy(put(target, QUOTE), from, 10), BETWEEN), clock, 8));
}

/** Of each month the three letters of its name, as a number. */
function monthNamed(at: usize): u32 {
  const name = (<u32>load<u16>(at)) | ((<u32>load<u8>(at, 2)) << 16);
  if (name == 0x6e614a) return 1;
  if (name == 0x626546) return 2;
  if (name == 0x72614d) return 3;
  if (name == 0x727041) return 4;
  if (name == 0x79614d) return 5;
  if (name == 0x6e754a) return 6;
  if (name == 0x6c754a) return 7;
  if (name == 0x677541) return 8;
  if (name == 0x706553) return 9;
  if (name == 0x74634f) return 10;
  if (name == 0x766f4e) return 11;
  return name == 0x636544 ? 12 : 0;
}

/** `[dd/Mon/yyyy:hh:mm:ss +hhmm]`, 28 bytes. */
export function writeCommonLogTime(target: usize, from: usize, end: usize): usize {
  if (from + 28 > end || load<u8>(from) != BRACKET_OPEN || load<u8>(from, 27) != BRACKET_CLOSE) return target;
  if (load<u8>(from, 3) != SLASH || load<u8>(from, 7) != SLASH || load<u8>(from, 12) != COLON) return target;
  const years = year(from + 8);
  const month = monthNamed(from + 4);
  const day = pair(from + 1);
  if (!isDay(years, month, day) || !isClock(from + 13)) return target;
  if (load<u8>(from, 21) != SPACE || !isOffset(from + 22, from + 27)) return target;
  const clock = put(writeDate(put(target, QUOTE), years, month, day), BETWEEN);
  return put(writeOffset(copy(clock, from + 13, 8), from + 22, from + 27), QUOTE);
}
