import { copy } from "./copy";
import { QUOTE } from "./characters";

/** The id of a record ends with the offset of its first byte in the file. */

/** What stands before the offset; none is written where the length is 0. */
export let idStart: usize = 0;
export let idStartLength: usize = 0;
/** What is to be added to an address to make it an offset. */
let base: i64 = 0;

export function useRecordId(start: usize, length: usize): void {
  idStart = start;
  idStartLength = length;
}

/** The address `at` holds the byte of that offset. */
export function placeInput(at: usize, offset: f64): void {
  base = <i64>offset - <i64>at;
}

/** Writes `"record_id":"…-offset"`. */
export function writeRecordId(target: usize, record: usize): usize {
  let out = writeDecimal(copy(target, idStart, idStartLength), <u64>(base + <i64>record));
  store<u8>(out, QUOTE);
  return out + 1;
}

function writeDecimal(target: usize, value: u64): usize {
  let length: usize = 1;
  for (let rest = value; rest >= 10; rest /= 10) length++;
  let rest = value;
  for (let at = target + length; at > target; rest /= 10) store<u8>(--at, <u8>(0x30 + (rest % 10)));
  return target + length;
}
