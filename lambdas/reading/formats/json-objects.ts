import { NEWLINE, OBJECT_OPEN } from "../characters";
import { longestTextBytes } from "./long-record";
import { JsonSplitter } from "./json-splitter";
import type { RecordSlice } from "./record";

/**
 * JSON objects one behind the other: one a line, pretty-printed over many lines, or without anything between
 * them. A line that holds no object is shipped as text.
 */
export class JsonObjects extends JsonSplitter {
  protected *cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void> {
    let position = 0;
    if (this.long) position = yield* this.cutLong(this.long, bytes, position, last);
    while (!this.long) {
      const behind = position;
      position = this.skipSpace(bytes, position);
      if (position >= bytes.length) {
        if (!last) position = indentationStart(bytes, behind, position);
        break;
      }
      const taken = bytes[position] === OBJECT_OPEN ? this.takeObject(bytes, position, last) : "text";
      if (typeof taken === "number") {
        yield this.slice;
        position = taken;
      } else if (taken === "wait") {
        position = indentationStart(bytes, behind, position);
        break;
      } else {
        if (taken === "text") position = indentationStart(bytes, behind, position);
        const from = position;
        position =
          taken === "long"
            ? yield* this.cutLongValue(bytes, position, last)
            : yield* this.cutTextLine(bytes, position, last);
        if (position === from) break;
      }
    }
    this.keep(bytes, position);
  }
}

/**
 * Where the line of `position` starts, of which nothing but white space came before it. Text keeps its indentation,
 * so it must be at hand, within bounds, until it is known what follows.
 */
function indentationStart(bytes: Buffer, from: number, position: number): number {
  const limit = Math.max(from, position - longestTextBytes);
  let start = position;
  while (start > limit && bytes[start - 1] !== NEWLINE) start--;
  return start;
}
