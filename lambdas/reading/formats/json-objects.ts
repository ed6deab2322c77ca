import { JsonSplitter, OBJECT_OPEN } from "./json-splitter";
import type { RecordSlice } from "./record";

const NEWLINE = 0x0a;

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
      if (position >= bytes.length) break;
      const taken = bytes[position] === OBJECT_OPEN ? this.takeObject(bytes, position, last) : "text";
      // A line of text keeps its indentation.
      if (taken === "text") position = Math.max(behind, bytes.lastIndexOf(NEWLINE, position) + 1);
      if (typeof taken === "number") {
        yield this.slice;
        position = taken;
      } else if (taken === "wait") break;
      else {
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
