import { indexableName } from "../../runtime/field-names";

/**
 * The most that a header's names may take as JSON, in bytes, and its row as text: they travel in continuations, and in
 * the fetcher's checkpoints, which leave so much to them (see track-room.ts).
 */
export const longestHeaderBytes = 12_000;

/**
 * Whether a row can name columns: its names are short enough to travel, and it is one line. In a file whose lines end at
 * carriage returns alone, it is the whole file. JSON that lies among tables is none.
 */
export function areHeader(names: readonly string[]): boolean {
  if (names[0].startsWith("{") || names.some((name) => /\r(?!\n)/.test(name))) return false;
  return Buffer.byteLength(JSON.stringify(names)) <= longestHeaderBytes;
}

/** The name of a column, counted from 1, that the header has no name for. */
export function unnamedColumn(number: number): string {
  return `column_${number}`;
}

/**
 * The names of the columns, each once and none empty: white space around a name is left out, a name that was there
 * before gets `_2`, and one that is empty is `column_` and its number.
 */
export function columnNames(header: readonly string[]): string[] {
  const names: string[] = [];
  const taken = new Set<string>();
  /** Thousands of columns may have one name. */
  const repeated = new Map<string, number>();
  for (const [index, written] of header.entries()) {
    const wanted = indexableName(written).trim() || unnamedColumn(index + 1);
    let name = wanted;
    let number = repeated.get(wanted) ?? 1;
    while (taken.has(name)) name = `${wanted}_${++number}`;
    repeated.set(wanted, number);
    taken.add(name);
    names.push(name);
  }
  return names;
}
