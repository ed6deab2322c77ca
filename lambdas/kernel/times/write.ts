import { COLON, QUOTE } from "../characters";
import { copy } from "../copy";
import { BETWEEN, DASH, put, putPair, ZULU } from "./digits";

export function writeDate(target: usize, years: u32, month: u32, day: u32): usize {
  const dash = put(putPair(putPair(target, years / 100), years % 100), DASH);
  return putPair(put(putPair(dash, month), DASH), day);
}

/** Writes an offset from UTC with its colon, which not every reader can do without. */
export function writeOffset(target: usize, from: usize, end: usize): usize {
  return copy(put(copy(target, from, 3), COLON), end - 2, 2);
}

/** Writes the end of a time in UTC. */
export function writeZulu(target: usize): usize {
  return put(put(target, ZULU), QUOTE);
}

let dayWritten: u32 = 0xffffffff;
const dayText: usize = memory.data(32);

/** Calendar of days since 1970, by eras of 400 years that begin in March (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function writeDay(days: u32): void {
  const sinceEra = days + 719_468;
  const era = sinceEra / 146_097;
  const dayOfEra = sinceEra - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const fromMarch = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const years = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  writeDate(dayText, years, month, day);
  dayWritten = days;
}

/** Writes date and clock of UNIX seconds. The day is calculated anew only where it is another than before. */
export function writeSeconds(target: usize, seconds: u64): usize {
  const days = <u32>(seconds / 86_400);
  const clock = <u32>(seconds - <u64>days * 86_400);
  if (days != dayWritten) writeDay(days);
  const hours = put(copy(target, dayText, 10), BETWEEN);
  const minutes = put(putPair(hours, clock / 3600), COLON);
  return putPair(put(putPair(minutes, (clock / 60) % 60), COLON), clock % 60);
}
