import { QUOTE, SPACE, TAB } from "../characters";
import { copy } from "../copy";
import { DASH } from "./digits";
import { writeCommonLogTime, writeDateAndTime, writeEpoch, writeIso } from "./forms";

/** `"@timestamp":`, and what a copy in steps reads behind it. */
const timestampKey: usize = memory.data<u8>([
  0x22, 0x40, 0x74, 0x69, 0x6d, 0x65, 0x73, 0x74, 0x61, 0x6d, 0x70, 0x22, 0x3a, 0, 0, 0,
]);

/** The forms of a column's time; NONE where lines carry none that is known. */
const NONE: i32 = 0;
const ISO: i32 = 1;
const EPOCH: i32 = 2;
const DATE_AND_TIME: i32 = 3;

let form: i32 = NONE;
let column: u32 = 0;

/** Lines hold their time in that column, counted from 0, in that form (the last one is the Common Log Format's). */
export function useColumnTime(formOfTime: i32, columnOfTime: u32): void {
  form = formOfTime;
  column = columnOfTime;
}

export function writeTimestampKey(target: usize): usize {
  return copy(target, timestampKey, 13);
}

export function hasColumnTime(): bool {
  return form != NONE;
}

function betweens(at: usize): u32 {
  const bytes = v128.load(at);
  return i8x16.bitmask(v128.or(i8x16.eq(bytes, i8x16.splat(SPACE)), i8x16.eq(bytes, i8x16.splat(TAB))));
}

/** Where the column starts; it may lie behind the line. */
function columnStart(start: usize, end: usize): usize {
  let left = column;
  let from = start;
  while (left > 0 && from < end) {
    let marks = betweens(from);
    const count = popcnt(marks);
    if (count < left) {
      left -= count;
      from += 16;
      continue;
    }
    for (; left > 1; left--) marks &= marks - 1;
    return from + ctz(marks) + 1;
  }
  return from;
}

function columnEnd(start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const marks = betweens(at);
    if (marks != 0) return min(at + ctz(marks), end);
  }
  return end;
}

/** Writes the time of the line; returns `target` where it has none. */
export function writeColumnTime(target: usize, start: usize, end: usize): usize {
  const from = columnStart(start, end);
  if (from >= end) return target;
  if (form == DATE_AND_TIME) return writeDateAndTime(target, from, end);
  if (form != ISO && form != EPOCH) return writeCommonLogTime(target, from, end);
  const behind = columnEnd(from, end);
  return form == ISO ? writeIso(target, from, behind) : writeEpoch(target, from, behind);
}

/** Writes the time that a JSON value is: text, or a number. */
export function writeValueTime(target: usize, start: usize, end: usize): usize {
  const quoted: usize = load<u8>(start) == QUOTE ? 1 : 0;
  const from = start + quoted;
  const to = end - quoted;
  return load<u8>(from, 4) == DASH ? writeIso(target, from, to) : writeEpoch(target, from, to);
}
