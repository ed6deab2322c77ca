import { NEWLINE, QUOTE, RETURN } from "../characters";

/** The row goes on behind the bytes at hand. */
export const INCOMPLETE = -1;
/** It is no row: a quote is not closed, or something stands behind a closed one. */
export const INVALID = -2;

/**
 * Finds the cells of one row, as RFC 4180 has them: a cell may be in quotes, and then hold delimiters, line breaks and
 * doubled quotes. One instance serves all rows; the cells are indexes into the bytes.
 */
export class TableRow {
  cells = 0;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether a cell holds doubled quotes, each of which stands for one. */
  readonly doubled: boolean[] = [];
  /** Behind the row's text, without its line break. */
  end = 0;

  constructor(
    private readonly delimiter: number,
    private readonly quotes: boolean,
  ) {}

  /** Whether nothing stands in its line. */
  get isEmpty(): boolean {
    return this.cells === 1 && this.starts[0] === this.end;
  }

  /** The index behind the row that starts at `start`, or {@link INCOMPLETE} or {@link INVALID}. */
  scan(bytes: Buffer, start: number, last: boolean): number {
    this.cells = 0;
    let i = start;
    for (;;) {
      if (this.quotes && bytes[i] === QUOTE) {
        i = this.quoted(bytes, i + 1, last);
        if (i < 0) return i;
        if (bytes[i] === this.delimiter) {
          i++;
          continue;
        }
        this.end = i;
        if (bytes[i] === RETURN) i++;
        if (i >= bytes.length) return last ? i : INCOMPLETE;
        return bytes[i] === NEWLINE ? i + 1 : INVALID;
      }
      const from = i;
      i = this.plainEnd(bytes, i);
      if (i >= bytes.length && !last) return INCOMPLETE;
      if (bytes[i] === this.delimiter) {
        this.add(from, i, false);
        i++;
        continue;
      }
      this.end = i > from && bytes[i - 1] === RETURN ? i - 1 : i;
      this.add(from, this.end, false);
      return Math.min(i + 1, bytes.length);
    }
  }

  private plainEnd(bytes: Buffer, start: number): number {
    const { delimiter } = this;
    let i = start;
    for (; i < bytes.length; i++) {
      const c = bytes[i];
      if (c === delimiter || c === NEWLINE) break;
    }
    return i;
  }

  /** Behind the quote that closes a cell whose text starts at `start`. */
  private quoted(bytes: Buffer, start: number, last: boolean): number {
    let doubled = false;
    for (let from = start; ;) {
      const quote = bytes.indexOf(QUOTE, from);
      if (quote < 0) return last ? INVALID : INCOMPLETE;
      if (quote + 1 >= bytes.length && !last) return INCOMPLETE;
      if (bytes[quote + 1] !== QUOTE) {
        this.add(start, quote, doubled);
        return quote + 1;
      }
      doubled = true;
      from = quote + 2;
    }
  }

  private add(start: number, end: number, doubled: boolean): void {
    this.starts[this.cells] = start;
    this.ends[this.cells] = end;
    this.doubled[this.cells] = doubled;
    this.cells++;
  }
}
