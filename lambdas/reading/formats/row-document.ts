import { longestEscape, writeJsonText } from "../json-text";
import { COMMA, OBJECT_CLOSE, OBJECT_OPEN, QUOTE } from "../characters";
import { KeyHits, type WatchedKey } from "./key-hits";
import { unnamedColumn } from "./table-columns";
import type { TableRow } from "./table-row";

/** How the cells of a column are written. */
interface Column {
  /** `"name":"` */
  readonly start: Buffer;
  readonly watched: WatchedKey | undefined;
}

/** Renders rows as JSON objects: a field a cell, its value a text. Empty cells are left out. */
export class RowDocument {
  /** Of the row rendered last: the watched columns that it has. */
  readonly hits = new KeyHits();
  /** The row rendered last; used again for the next. */
  buffer = Buffer.allocUnsafeSlow(16_384);
  private readonly columns: Column[] = [];
  /** What the names of a row take at most. */
  private nameBytes = 0;

  constructor(
    private readonly names: readonly string[],
    private readonly watched: readonly WatchedKey[],
  ) {}

  /** Writes the row into {@link buffer}; returns its length. */
  render(bytes: Buffer, row: TableRow, textBytes: number): number {
    while (this.columns.length < row.cells) this.addColumn();
    const room = this.nameBytes + textBytes * longestEscape + 2 * row.cells + 2;
    if (this.buffer.length < room) this.buffer = Buffer.allocUnsafeSlow(room * 2);
    const { buffer, hits } = this;
    hits.clear();
    let out = 0;
    buffer[out++] = OBJECT_OPEN;
    for (let index = 0; index < row.cells; index++) {
      const { start, watched } = this.columns[index];
      // What the document says itself stands in place of the cell's, as for a JSON record.
      if (row.ends[index] === row.starts[index] || watched?.replaced) continue;
      const cellStart = out;
      if (out > 1) buffer[out++] = COMMA;
      out += start.copy(buffer, out);
      const hit = watched && hits.add(watched, cellStart, out - 1);
      out = this.writeCell(bytes, row, index, out);
      buffer[out++] = QUOTE;
      if (hit) hit.valueEnd = out;
    }
    buffer[out++] = OBJECT_CLOSE;
    return out;
  }

  private writeCell(bytes: Buffer, row: TableRow, index: number, at: number): number {
    const [start, end] = [row.starts[index], row.ends[index]];
    if (!row.doubled[index]) return writeJsonText(this.buffer, at, bytes, start, end);
    let out = at;
    let from = start;
    while (from < end) {
      const quote = bytes.subarray(from, end).indexOf(QUOTE);
      const to = quote < 0 ? end : from + quote + 1;
      out = writeJsonText(this.buffer, out, bytes, from, to);
      // The quote behind it is the same one.
      from = quote < 0 ? end : to + 1;
    }
    return out;
  }

  private addColumn(): void {
    const { names, columns } = this;
    const name = names[columns.length] ?? this.freeName(columns.length + 1);
    const start = Buffer.from(`${JSON.stringify(name)}:"`);
    this.nameBytes += start.length;
    columns.push({ start, watched: this.watched.find((key) => key.name === name) });
  }

  /** A name for a cell beyond the header; a header may have columns of such names itself. */
  private freeName(number: number): string {
    let name = unnamedColumn(number);
    while (this.names.includes(name)) name += "_";
    return name;
  }
}
