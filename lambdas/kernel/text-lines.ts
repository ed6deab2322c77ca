import { NEWLINE, OBJECT_CLOSE, COMMA, RETURN } from "./characters";
import { copy } from "./copy";
import { expand, writeControl } from "./escape-text";
import { begin, passed, passedComment, wrote } from "./progress";
import { idStartLength, writeRecordId } from "./record-id";
import { BULK_FULL, NEEDS_BYTES, UNUSUAL } from "./stops";
import {
  comment,
  commentLength,
  longestLine,
  members,
  membersLength,
  opening,
  openingLength,
} from "./text-settings";
import { hasColumnTime, writeColumnTime, writeTimestampKey } from "./times/record-time";
import { isUtf8 } from "./utf8";

/** Behind the newline of the line written last; 0 where the bytes end before it. */
let lineEnd: usize = 0;
/** Where its text ends, before the line's own end. */
let textEnd: usize = 0;
/** Whether that line holds bytes beyond ASCII. */
let beyondAscii = false;

/**
 * Writes the line from `start` as the inside of a JSON string; returns where it ends, without the line's own end.
 * Sixteen bytes a turn; of those up to a control character, only as many count as come before it.
 */
function writeLine(target: usize, start: usize, end: usize): usize {
  const limit = min(end, start + longestLine + 2);
  let out = target;
  let at = start;
  let seen = i8x16.splat(0);
  lineEnd = 0;
  while (at < limit) {
    const bytes = v128.load(at);
    const tabs = i8x16.eq(bytes, i8x16.splat(0x09));
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
      tabs,
    );
    const control = v128.andnot(i8x16.eq(i8x16.min_u(bytes, i8x16.splat(0x1f)), bytes), tabs);
    const letters = v128.bitselect(i8x16.splat(0x74), bytes, tabs);
    const mask = i8x16.bitmask(special);
    seen = v128.or(seen, bytes);
    if (!v128.any_true(control)) {
      if (mask == 0) {
        v128.store(out, letters);
        out += 16;
      } else out = expand(out, letters, mask);
      at += 16;
      continue;
    }
    const before = ctz(i8x16.bitmask(control));
    const place = at + before;
    if (place >= end) break;
    const ours = mask & ((1 << before) - 1);
    expand(out, letters, ours);
    out += before + popcnt(ours);
    const byte = load<u8>(place);
    textEnd = place;
    if (byte == NEWLINE) {
      lineEnd = place + 1;
      break;
    }
    if (byte == RETURN && place + 1 < end && load<u8>(place + 1) == NEWLINE) {
      lineEnd = place + 2;
      break;
    }
    out = writeControl(out, byte);
    at = place + 1;
  }
  beyondAscii = i8x16.bitmask(seen) != 0;
  return out;
}

/** Whether the line is a header or a comment, which is no record. A comment that is longer than the line is not in it. */
function isComment(line: usize): bool {
  if (commentLength == 0) return false;
  for (let index: usize = 0; index < commentLength; index++) {
    if (load<u8>(line + index) != load<u8>(comment + index)) return false;
  }
  return true;
}

/** Writes the line's time as a pair of its own. */
function writeLineTime(target: usize, line: usize): usize {
  store<u8>(target, COMMA);
  const time = writeTimestampKey(target + 1);
  const out = writeColumnTime(time, line, textEnd);
  return out == time ? target : out;
}

/** Documents of text lines, from the bytes `from` to `end` into the bulk from `target`, which may reach `limit`. */
export function shipLines(from: usize, end: usize, target: usize, limit: usize): i32 {
  begin(from, target);
  let at = from;
  let out = target;
  let count: u32 = 0;
  while (at < end) {
    const text = copy(out, opening, openingLength);
    let next = writeLine(text, at, end);
    if (lineEnd == 0) return end - at > longestLine + 1 ? UNUSUAL : NEEDS_BYTES;
    count++;
    if (next > text) {
      if (lineEnd - 1 - at > longestLine) return UNUSUAL;
      if (beyondAscii && !isUtf8(at, lineEnd)) return UNUSUAL;
      if (isComment(at)) {
        passedComment(lineEnd, count);
        at = lineEnd;
        continue;
      }
      next = copy(next, members, membersLength);
      if (hasColumnTime()) next = writeLineTime(next, at);
      if (idStartLength > 0) {
        store<u8>(next, COMMA);
        next = writeRecordId(next + 1, at);
      }
      store<u8>(next, OBJECT_CLOSE);
      store<u8>(next + 1, NEWLINE);
      next += 2;
      if (next > limit) return BULK_FULL;
      out = next;
      wrote(lineEnd, count, out);
    } else passed(lineEnd, count);
    at = lineEnd;
  }
  return NEEDS_BYTES;
}
