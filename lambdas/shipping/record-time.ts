import { ARRAY_CLOSE, ARRAY_OPEN, COLON, COMMA, DASH, DOT, QUOTE, SPACE, ZERO } from "../reading/characters";
import type { ColumnTime } from "../reading/log-time";
import { columnEnd, copyBytes, digitsEnd, isSeparator } from "./line-bytes";

/**
 * Writes the times of records as JSON texts in ISO 8601, the one form that every reader of `@timestamp` takes. Each
 * function writes at `at` and returns where it ends, which is `at` itself where the bytes are no time. By the byte and
 * without allocating, since it is done for every record.
 */

/** The most that a time takes: quotes, date and time, nine digits of a second, a zone. */
export const longestTimeBytes = 40;

const PLUS = 0x2b;
const SLASH = 0x2f;
const T = 0x54;
const Z = 0x5a;

const months = Buffer.from("JanFebMarAprMayJunJulAugSepOctNovDec");
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The time of a line of text. */
export function writeColumnTime(
  time: ColumnTime,
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): number {
  const from = columnStart(source, start, end, time.column);
  if (from < 0) return at;
  switch (time.kind) {
    case "iso":
      return writeIso(source, from, columnEnd(source, from, end), target, at);
    case "epoch":
      return writeEpoch(source, from, columnEnd(source, from, end), target, at);
    case "dateAndTime":
      return writeDateAndTime(source, from, end, target, at);
    case "clf":
      return writeCommonLogTime(source, from, end, target, at);
  }
}

/** The time in a JSON value: text, or a number. */
export function writeValueTime(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): number {
  const quoted = source[start] === QUOTE;
  const from = quoted ? start + 1 : start;
  const to = quoted ? end - 1 : end;
  return source[from + 4] === DASH
    ? writeIso(source, from, to, target, at)
    : writeEpoch(source, from, to, target, at);
}

function columnStart(source: Buffer, start: number, end: number, column: number): number {
  let left = column;
  for (let i = start; i < end; i++) {
    if (left === 0) return i;
    if (isSeparator(source[i])) left--;
  }
  return -1;
}

/** A space for the `T` is RFC 3339's, a comma before the fraction ISO 8601's; programs write both. */
function writeIso(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  if (end - from < 19 || end - from > longestTimeBytes - 3) return at;
  const between = source[from + 10];
  if (!isDate(source, from) || (between !== T && between !== SPACE) || !isClock(source, from + 11)) return at;
  let behind = from + 19;
  const hasFraction = behind < end && (source[behind] === DOT || source[behind] === COMMA);
  if (hasFraction) {
    const fraction = digits(source, behind + 1, end);
    if (fraction === 0 || fraction > 9) return at;
    behind += 1 + fraction;
  }
  const zone = end - behind;
  const zulu = zone === 0 || (zone === 1 && source[behind] === Z);
  if (!zulu && !isOffset(source, behind, end)) return at;
  target[at] = QUOTE;
  let out = copyBytes(source, from, behind, target, at + 1);
  target[at + 11] = T;
  if (hasFraction) target[at + 20] = DOT;
  out = zulu ? put(target, out, Z) : writeOffset(source, behind, end, target, out);
  return put(target, out, QUOTE);
}

function writeDateAndTime(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  const clock = from + 11;
  if (clock + 8 > end || !isDate(source, from) || !isClock(source, clock)) return at;
  if (!isColumnEnd(source, from + 10, end) || !isColumnEnd(source, clock + 8, end)) return at;
  target[at] = QUOTE;
  let out = put(target, copyBytes(source, from, from + 10, target, at + 1), T);
  out = put(target, copyBytes(source, clock, clock + 8, target, out), Z);
  return put(target, out, QUOTE);
}

/** `[dd/Mon/yyyy:hh:mm:ss +hhmm]`, 28 bytes. */
function writeCommonLogTime(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  if (from + 28 > end || source[from] !== ARRAY_OPEN || source[from + 27] !== ARRAY_CLOSE) return at;
  if (source[from + 3] !== SLASH || source[from + 7] !== SLASH || source[from + 12] !== COLON) return at;
  const year = pair(source, from + 8) * 100 + pair(source, from + 10);
  const month = monthNamed(source, from + 4);
  const day = pair(source, from + 1);
  if (digits(source, from + 8, from + 12) < 4 || !isDay(year, month, day)) return at;
  if (!isClock(source, from + 13) || source[from + 21] !== SPACE || !isOffset(source, from + 22, from + 27))
    return at;
  target[at] = QUOTE;
  let out = writeDate(year, month, day, target, at + 1);
  out = copyBytes(source, from + 13, from + 21, target, put(target, out, T));
  return put(target, writeOffset(source, from + 22, from + 27, target, out), QUOTE);
}

/** UNIX seconds or milliseconds, told apart by their digits: 9 digits of seconds are from 1973, 11 until 5138. */
function writeEpoch(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  const length = digits(source, from, end);
  const behind = from + length;
  const fraction = behind < end && source[behind] === DOT ? digits(source, behind + 1, end) : 0;
  if (length < 9 || length > 14 || fraction > 9) return at;
  if (behind + (fraction > 0 ? 1 + fraction : 0) !== end || (length > 11 && fraction > 0)) return at;
  const secondsEnd = length > 11 ? behind - 3 : behind;
  let seconds = 0;
  for (let i = from; i < secondsEnd; i++) seconds = seconds * 10 + source[i] - ZERO;
  target[at] = QUOTE;
  let out = writeDateAndClock(seconds, target, at + 1);
  if (secondsEnd < behind) out = copyBytes(source, secondsEnd, behind, target, put(target, out, DOT));
  else if (fraction > 0) out = copyBytes(source, behind, end, target, out);
  return put(target, put(target, out, Z), QUOTE);
}

/** Calendar of days since 1970, by eras of 400 years that begin in March (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function writeDateAndClock(seconds: number, target: Buffer, at: number): number {
  const days = Math.floor(seconds / 86_400);
  const clock = seconds - days * 86_400;
  const sinceEra = days + 719_468;
  const era = Math.floor(sinceEra / 146_097);
  const dayOfEra = sinceEra - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  let out = put(target, writeDate(year, month, day, target, at), T);
  out = put(target, putPair(target, out, Math.floor(clock / 3600)), COLON);
  out = put(target, putPair(target, out, Math.floor(clock / 60) % 60), COLON);
  return putPair(target, out, clock % 60);
}

function writeDate(year: number, month: number, day: number, target: Buffer, at: number): number {
  let out = putPair(target, putPair(target, at, Math.floor(year / 100)), year % 100);
  out = putPair(target, put(target, out, DASH), month);
  return putPair(target, put(target, out, DASH), day);
}

/** An offset from UTC with its colon, which not every reader can do without. */
function writeOffset(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  const out = put(target, copyBytes(source, from, from + 3, target, at), COLON);
  return copyBytes(source, end - 2, end, target, out);
}

/** `+hhmm` or `+hh:mm`. */
function isOffset(source: Buffer, from: number, end: number): boolean {
  const colon = end - from === 6 && source[from + 3] === COLON;
  if (end - from !== 5 && !colon) return false;
  const sign = source[from] === PLUS || source[from] === DASH;
  return sign && isBelow(source, from + 1, 24) && isBelow(source, end - 2, 60);
}

function isDate(source: Buffer, at: number): boolean {
  if (digits(source, at, at + 4) < 4 || source[at + 4] !== DASH || source[at + 7] !== DASH) return false;
  const year = pair(source, at) * 100 + pair(source, at + 2);
  return isDay(year, pair(source, at + 5), pair(source, at + 8));
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth[month - 1]) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function isClock(source: Buffer, at: number): boolean {
  if (source[at + 2] !== COLON || source[at + 5] !== COLON) return false;
  return isBelow(source, at, 24) && isBelow(source, at + 3, 60) && isBelow(source, at + 6, 60);
}

function isColumnEnd(source: Buffer, at: number, end: number): boolean {
  return at >= end || isSeparator(source[at]);
}

function isBelow(source: Buffer, at: number, limit: number): boolean {
  const value = pair(source, at);
  return value >= 0 && value < limit;
}

/** The number from 1 of the month that stands there, or 0. */
function monthNamed(source: Buffer, at: number): number {
  for (let i = 0; i < months.length; i += 3) {
    if (source[at] === months[i] && source[at + 1] === months[i + 1] && source[at + 2] === months[i + 2])
      return i / 3 + 1;
  }
  return 0;
}

/** How many digits stand from `from`. */
function digits(source: Buffer, from: number, end: number): number {
  return digitsEnd(source, from, end) - from;
}

/** Two digits as a number, or one below 0. */
function pair(source: Buffer, at: number): number {
  return digits(source, at, at + 2) === 2 ? (source[at] - ZERO) * 10 + source[at + 1] - ZERO : -1000;
}

function put(target: Buffer, at: number, byte: number): number {
  target[at] = byte;
  return at + 1;
}

function putPair(target: Buffer, at: number, value: number): number {
  target[at] = ZERO + Math.floor(value / 10);
  target[at + 1] = ZERO + (value % 10);
  return at + 2;
}
