import { NEWLINE, RETURN } from "../characters";
import { linePiece, longestTextBytes, LongRecord } from "./long-record";
import type { RecordSlice } from "./record";
import { ChunkSplitter } from "./splitter";

/** A record a line, at LF or CRLF; empty lines are none. Long lines come in parts. */
export class TextLines extends ChunkSplitter {
  protected *cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void> {
    let position = 0;
    if (this.long) position = yield* this.cutLong(this.long, bytes, position, last);
    const { slice } = this;
    while (!this.long && position < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, position);
      if (newline < 0 || newline - position > longestTextBytes) {
        // Not a whole line of ordinary length: wait for more bytes, or go on in parts.
        if (linePiece(bytes, position, last) === undefined) break;
        position = yield* this.cutLong(new LongRecord("line"), bytes, position, last);
        continue;
      }
      this.lines++;
      const end = newline > position && bytes[newline - 1] === RETURN ? newline - 1 : newline;
      if (end > position) {
        slice.buffer = bytes;
        slice.start = position;
        slice.end = end;
        slice.part = 0;
        slice.last = true;
        slice.offset = this.offset + position;
        slice.nextOffset = this.offset + newline + 1;
        slice.nextState = undefined;
        yield slice;
      }
      position = newline + 1;
    }
    this.keep(bytes, position);
  }
}
