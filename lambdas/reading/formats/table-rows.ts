import { NEWLINE } from "../characters";
import type { JsonOptions } from "./json-splitter";
import { linePiece, LongRecord } from "./long-record";
import type { Original, RecordSlice, TableState } from "./record";
import { RowDocument } from "./row-document";
import { ChunkSplitter, type SplitterStart } from "./splitter";
import { areHeader, columnNames, longestHeaderBytes } from "./table-columns";
import { INCOMPLETE, INVALID, TableRow } from "./table-row";

/**
 * The rows of a table as JSON records, a field a column. The first row names the columns, unless their names are known.
 * A row with fewer cells has fewer fields; cells beyond the header are `column_7` and so on. Empty lines are no rows.
 *
 * What is no row (a quote that is not closed, or text behind one that is) or makes too long a document is shipped as
 * its line of text; the next line is looked at anew, so that one quote spoils no more than that.
 */
export class TableRows extends ChunkSplitter {
  private readonly row: TableRow;
  private document: RowDocument | undefined;
  /** The names that the header gives, until they are taken. */
  private header: readonly string[] = [];
  /** Bytes that must be at hand before an incomplete row is looked at again. */
  private lookAgainAt = 0;
  private readonly original: { -readonly [Key in keyof Original]: Original[Key] } = {
    buffer: Buffer.alloc(0),
    start: 0,
    end: 0,
  };

  constructor(
    start: SplitterStart,
    private readonly options: JsonOptions,
    private readonly table: TableState,
  ) {
    super(start);
    this.row = new TableRow(table.delimiter.charCodeAt(0), table.quotes);
    this.setColumns(table.columns);
  }

  protected *cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void> {
    let position = 0;
    if (this.long) position = yield* this.cutLong(this.long, bytes, position, last);
    while (!this.long && position < bytes.length) {
      const next = this.look(bytes, position, last);
      if (next === INCOMPLETE) break;
      if (next === INVALID) {
        if (linePiece(bytes, position, last) === undefined) break;
        // A header that cannot be read gives no names.
        if (this.document === undefined) this.setColumns([]);
        this.oddRecords++;
        position = yield* this.cutLong(new LongRecord("line"), bytes, position, last);
        continue;
      }
      this.countLines(bytes, position, next);
      if (!this.row.isEmpty) {
        if (this.document === undefined) {
          this.headerLines++;
          this.setColumns(this.header);
        } else {
          this.setRow(bytes, position, next, this.document);
          yield this.slice;
        }
      }
      position = next;
    }
    this.keep(bytes, position);
  }

  /** The index behind the row at `position`, which is scanned then. */
  private look(bytes: Buffer, position: number, last: boolean): number {
    const { row, options, document } = this;
    const longest = document === undefined ? longestHeaderBytes : options.longestRecordBytes;
    const atHand = bytes.length - position;
    // Looked at again only at twice the length, a row costs at most two scans in all, however small the chunks.
    if (atHand < this.lookAgainAt && !last) return INCOMPLETE;
    this.lookAgainAt = 0;
    const next = row.scan(bytes, position, last);
    if (next === INCOMPLETE) {
      // Of these bytes two may be the line break of a row that just fits.
      if (atHand > longest + 2) return INVALID;
      this.lookAgainAt = Math.min(atHand * 2, longest + 3);
      return INCOMPLETE;
    }
    if (next === INVALID || row.end - position > longest) return INVALID;
    if (row.isEmpty) return next;
    if (document === undefined) {
      this.header = this.namesIn(bytes);
      return areHeader(this.header) ? next : INVALID;
    }
    const length = document.render(bytes, row, row.end - position);
    if (length > options.longestRecordBytes) return INVALID;
    this.slice.end = length;
    return next;
  }

  /** Sets the slice to the row that was rendered last. */
  private setRow(bytes: Buffer, start: number, next: number, document: RowDocument): void {
    const { slice, original } = this;
    original.buffer = bytes;
    original.start = start;
    original.end = this.row.end;
    slice.kind = "json";
    slice.buffer = document.buffer;
    slice.start = 0;
    slice.original = original;
    slice.part = 0;
    slice.last = true;
    slice.multiline = false;
    slice.empty = slice.end === 2;
    slice.hits = document.hits;
    slice.offset = this.offset + start;
    slice.nextOffset = this.offset + next;
    slice.nextState = this.restingState;
  }

  protected override setText(bytes: Buffer, start: number, end: number): void {
    super.setText(bytes, start, end);
    this.slice.original = undefined;
  }

  /** The names of the columns that the row at hand gives. */
  private namesIn(bytes: Buffer): string[] {
    const { row } = this;
    const names = Array.from({ length: row.cells }, (_, index) => {
      const text = bytes.toString("utf8", row.starts[index], row.ends[index]);
      return row.doubled[index] ? text.replaceAll('""', '"') : text;
    });
    return columnNames(names);
  }

  private setColumns(columns: readonly string[] | undefined): void {
    this.document = columns && new RowDocument(columns, this.options.watched);
    this.restingState = { table: { ...this.table, ...(columns === undefined ? {} : { columns }) } };
  }

  private countLines(bytes: Buffer, start: number, end: number): void {
    this.lines++;
    // Line breaks inside cells, which few rows have.
    const row = bytes.subarray(start, end - 1);
    for (let at = row.indexOf(NEWLINE); at >= 0; at = row.indexOf(NEWLINE, at + 1)) this.lines++;
  }
}
