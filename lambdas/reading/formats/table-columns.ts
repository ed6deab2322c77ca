/** Longest header whose names are taken: they travel in continuations, of which the queue takes 256 KB. */
export const longestHeaderBytes = 16_000;

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
  for (const [index, written] of header.entries()) {
    const wanted = written.trim() || unnamedColumn(index + 1);
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
    taken.add(name);
    names.push(name);
  }
  return names;
}
