import { NEWLINE, OBJECT_OPEN } from "../characters";
import type { Format } from "./format";
import { JsonObjects } from "./json-objects";
import { INCOMPLETE, JsonScanner } from "./json-scanner";

/** A file name that promises JSON, under any compression suffix. */
const jsonName = /\.(json|jsonl|ndjson)(\.[a-z0-9]+)*$/i;

/** The first bytes that are not white space, from `start`. */
function firstByte(bytes: Buffer, start: number): number {
  let i = start;
  while (i < bytes.length && bytes[i] <= 0x20) i++;
  return i;
}

/** Whether a line break, the end of the bytes or the next object follows the value that ends at `end`. */
function endsCleanly(bytes: Buffer, end: number): boolean {
  const next = firstByte(bytes, end);
  if (next >= bytes.length || bytes[next] === OBJECT_OPEN) return true;
  return bytes.subarray(end, next).includes(NEWLINE);
}

/** JSON objects: one a line, pretty-printed, or one behind the other; by content, whatever the file's name. */
export const jsonLines: Format = {
  name: "json",
  matches: ({ key, bytes }) => {
    const start = firstByte(bytes, 0);
    if (bytes[start] === OBJECT_OPEN) {
      const end = new JsonScanner().scan(bytes, start, bytes.length);
      if (end === INCOMPLETE || (end > 0 && endsCleanly(bytes, end))) return true;
    }
    return jsonName.test(key);
  },
  lane: "objects",
  open: (start, options) => new JsonObjects(start, options),
};
