import { COMMA, NEWLINE, OBJECT_OPEN, RETURN, SPACE, TAB } from "./characters";
import { writeObject } from "./json-document";
import { INCOMPLETE, NOT_ORDINARY, scanObject } from "./json-object";
import { begin, wrote } from "./progress";
import { BULK_FULL, NEEDS_BYTES, UNUSUAL } from "./stops";

/**
 * Documents of JSON objects one behind the other, with white space between them or none; `commas` says whether commas
 * may be there as well, as between the elements of an array.
 */
export function shipObjects(from: usize, end: usize, target: usize, limit: usize, commas: bool): i32 {
  begin(from, target);
  let at = from;
  let out = target;
  let lines: u32 = 0;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == OBJECT_OPEN) {
      const behind = scanObject(at, end);
      if (behind == INCOMPLETE) return NEEDS_BYTES;
      if (behind == NOT_ORDINARY) return UNUSUAL;
      const next = writeObject(out, at, behind);
      if (next > limit) return BULK_FULL;
      out = next;
      at = behind;
      wrote(at, lines, out);
    } else if (byte == NEWLINE) {
      lines++;
      at++;
    } else if (byte == SPACE || byte == TAB || byte == RETURN || (commas && byte == COMMA)) at++;
    else return UNUSUAL;
  }
  return NEEDS_BYTES;
}
