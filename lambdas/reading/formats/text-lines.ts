import { NEWLINE, RETURN } from "../characters";
import { linePiece, longestTextBytes, LongRecord } from "./long-record";
import type { RecordSlice } from "./record";
import { ChunkSplitter, type SplitterStart } from "./splitter";

/** A record a line, at LF or CRLF; empty lines are none, nor are comments. Long lines come in parts. */
export class TextLines extends ChunkSplitter {
  private readonly comment: Buffer | undefined;

  constructor(start: SplitterStart) {
    super(start);
    this.comment = start.comment;
  }

  protected *cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void> {
    let position = 0;
    if (this.long) position = yield* this.cutLong(this.long, bytes, position, last);
    const { slice } = this;
    while (!this.long && position < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, position);
      if (newline < 0 || newline - position > longestTextBytes) {
        // Not a whole line of ordinary length: wait for more bytes, or go on in parts.
        const piece = linePiece(bytes, position, last);
        if (piece === undefined) break;
        if (piece.last && this.isComment(bytes, position, piece.end)) {
          this.lines++;
          position = piece.next;
          continue;
        }
        position = yield* this.cutLong(new LongRecord("line"), bytes, position, last);
        continue;
      }
      this.lines++;
      const end = newline > position && bytes[newline - 1] === RETURN ? newline - 1 : newline;
      if (end > position && !this.isComment(bytes, position, end)) {
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

  /** Whether the line is a header or a comment; counts it where it is. */
  private isComment(bytes: Buffer, start: number, end: number): boolean {
    const { comment } = this;
    if (comment === undefined || bytes[start] !== comment[0] || end - start < comment.length) return false;
    if (bytes.compare(comment, 0, comment.length, start, start + comment.length) !== 0) return false;
    this.headerLines++;
    return true;
  }
}
