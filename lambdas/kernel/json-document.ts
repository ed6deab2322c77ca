import { BACKSLASH, COMMA, NEWLINE, OBJECT_CLOSE, OBJECT_OPEN, QUOTE, SPACE } from "./characters";
import { copy } from "./copy";
import { pairsAtTop } from "./json-object";
import { members, membersLength } from "./json-settings";
import { idStartLength, writeRecordId } from "./record-id";
import { writeTimestampKey, writeValueTime } from "./times/record-time";
import { hitColon, hitKind, hits, hitStart, REPLACED, TIME, TIMESTAMP } from "./watched-keys";

/** Writes the document of the object from `start` to `end`, which was scanned just before; returns where it ends. */
export function writeObject(target: usize, start: usize, end: usize): usize {
  store<u8>(target, OBJECT_OPEN);
  const first = target + 1;
  let out = hits > 0 ? writeTimestamp(first) : first;
  out = copy(out, members, membersLength);
  if (idStartLength > 0) {
    out = writeRecordId(out, start);
    store<u8>(out++, COMMA);
  }
  // Where no pair of the record's is kept, ours end without a comma.
  if (pairsAtTop == replacedPairs() && out > first) out--;
  out = hits > 0 ? writeKeptPairs(out, start, end) : copy(out, start + 1, end - start - 1);
  store<u8>(out, NEWLINE);
  return out + 1;
}

/** The object without the pairs that ours replace, each with one comma: at the front the one behind it. */
function writeKeptPairs(target: usize, start: usize, end: usize): usize {
  let out = target;
  let from = start + 1;
  let isFront = true;
  for (let index = 0; index < hits; index++) {
    if (hitKind(index) != REPLACED) continue;
    const key = hitStart(index);
    const value = valueEnd(hitColon(index) + 1);
    let behindComma = key;
    while (load<u8>(behindComma - 1) == SPACE) behindComma--;
    isFront = isFront && behindComma == from;
    out = copy(out, from, (isFront ? key : behindComma - 1) - from);
    from = isFront && load<u8>(value) == COMMA ? value + 1 : value;
  }
  return copy(out, from, end - from);
}

function replacedPairs(): i32 {
  let count = 0;
  for (let index = 0; index < hits; index++) {
    if (hitKind(index) == REPLACED) count++;
  }
  return count;
}

/** Repeats the record's own time as `@timestamp`, unless it has one of that name. */
function writeTimestamp(target: usize): usize {
  let colon: usize = 0;
  for (let index = 0; index < hits; index++) {
    const kind = hitKind(index);
    if (kind == TIMESTAMP) return target;
    if (kind == TIME && colon == 0) colon = hitColon(index);
  }
  if (colon == 0) return target;
  const value = firstOfValue(colon + 1);
  const time = writeTimestampKey(target);
  const out = writeValueTime(time, value, valueEnd(value));
  if (out == time) return target;
  store<u8>(out, COMMA);
  return out + 1;
}

function firstOfValue(at: usize): usize {
  let value = at;
  while (load<u8>(value) == SPACE) value++;
  return value;
}

/** Behind the value that starts at `start`, in an object that was scanned: its comma, or the closing brace. */
function valueEnd(start: usize): usize {
  let depth = 0;
  let at = firstOfValue(start);
  while (true) {
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      at++;
      while (load<u8>(at) != QUOTE) at += load<u8>(at) == BACKSLASH ? 2 : 1;
    } else if ((byte | 0x20) == OBJECT_OPEN) depth++;
    else if (depth == 0 && (byte == COMMA || byte == OBJECT_CLOSE)) break;
    else if ((byte | 0x20) == OBJECT_CLOSE) depth--;
    at++;
  }
  return at;
}
