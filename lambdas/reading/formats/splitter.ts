import { NEWLINE } from "../characters";
import { LongRecord } from "./long-record";
import { RecordSlice, type Splitter, type SplitterState } from "./record";

const EMPTY = Buffer.alloc(0);

/** Where a splitter starts. */
export interface SplitterStart {
  /** Offset of its first byte in the decompressed bytes. */
  readonly offset: number;
  readonly lines: number;
  readonly state: SplitterState | undefined;
  /** How lines of text begin that are no records: headers and comments. @default every line is a record */
  readonly comment?: Buffer | undefined;
}

/** What all splitters share: the bytes left over from the last chunk, the offset, and long records. */
export abstract class ChunkSplitter implements Splitter {
  lines: number;
  headerLines = 0;
  oddRecords = 0;
  protected readonly slice = new RecordSlice();
  /** Offset of the first byte that is at hand. */
  protected offset: number;
  protected long: LongRecord | undefined;
  /** The state behind a whole record. */
  protected restingState: SplitterState | undefined;
  private rest: Buffer = EMPTY;
  /** Holds what is left over with the next chunk; reused, so that the joining leaves no garbage. */
  private joined: Buffer = EMPTY;

  constructor(start: SplitterStart) {
    this.offset = start.offset;
    this.lines = start.lines;
    if (start.state?.long) this.long = new LongRecord(start.state.long.kind, start.state.long);
    this.restingState = start.state?.inside ? { inside: true } : undefined;
  }

  split(chunk: Buffer, last: boolean): Iterable<RecordSlice> {
    return this.cut(this.rest.length > 0 ? this.join(chunk) : chunk, last);
  }

  get reached(): { readonly offset: number; readonly state: SplitterState | undefined } {
    const state = this.long ? { ...this.restingState, long: this.long.state() } : this.restingState;
    return { offset: this.offset, state };
  }

  private join(chunk: Buffer): Buffer {
    const { rest } = this;
    const length = rest.length + chunk.length;
    if (this.joined.length < length) this.joined = Buffer.allocUnsafeSlow(length * 2);
    // What is left over may lie in this very buffer: copying allows that.
    rest.copy(this.joined);
    chunk.copy(this.joined, rest.length);
    return this.joined.subarray(0, length);
  }

  /** Yields the records of `bytes` and ends by {@link keep}. */
  protected abstract cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void>;

  /** Keeps what is behind `position` for the next chunk. */
  protected keep(bytes: Buffer, position: number): void {
    this.rest = position < bytes.length ? bytes.subarray(position) : EMPTY;
    this.offset += position;
  }

  /** Yields the pieces of a long record from `position`; returns where it stopped. */
  protected *cutLong(
    long: LongRecord,
    bytes: Buffer,
    position: number,
    last: boolean,
  ): Generator<RecordSlice, number> {
    this.long = long;
    let start = position;
    for (;;) {
      const piece = long.nextPiece(bytes, start, last);
      if (piece === undefined) return start;
      if (piece.last) {
        this.long = undefined;
        this.lines++;
      }
      this.setText(bytes, start, piece.end);
      // A line that turns out to fit is no long record.
      this.slice.part = piece.last && long.parts === 1 ? 0 : long.parts;
      this.slice.last = piece.last;
      this.slice.nextOffset = this.offset + piece.next;
      this.slice.nextState = piece.last ? this.restingState : { ...this.restingState, long: long.state() };
      if (piece.end > start) yield this.slice;
      start = piece.next;
      if (piece.last) return start;
    }
  }

  protected setText(bytes: Buffer, start: number, end: number): void {
    const { slice } = this;
    slice.kind = "text";
    slice.buffer = bytes;
    slice.start = start;
    slice.end = end;
    slice.offset = this.offset + start;
  }

  /** The index of the first byte from `position` that is not JSON white space; counts the lines it passes. */
  protected skipSpace(bytes: Buffer, position: number): number {
    let i = position;
    for (; i < bytes.length; i++) {
      const c = bytes[i];
      if (c === NEWLINE) this.lines++;
      else if (c !== 0x20 && c !== 0x09 && c !== 0x0d) break;
    }
    return i;
  }
}
