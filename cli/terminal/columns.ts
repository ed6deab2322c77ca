import { cutEnd, cutMiddle, padEnd, printable, widthOf } from "./terminal";

export interface Column {
  readonly title: string;
  /** Whether long values may be cut in their middle where the line is too narrow. */
  readonly flexible?: boolean;
}

const gap = 2;
/** Of a flexible column. */
const leastWidth = 8;

/** A table of lines of at most so many columns; the first line holds the titles. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const natural = columns.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ""))));
  const widths = fit(columns, natural, width - gap * (columns.length - 1));
  return cells.map((row) => {
    const padded = row.map((cell, column) =>
      padEnd(cutMiddle(cell, widths[column] ?? 0), widths[column] ?? 0),
    );
    return cutEnd(padded.join(" ".repeat(gap)).trimEnd(), width);
  });
}

/** Takes from the widest flexible column until the line fits. */
function fit(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  const flexible = columns.flatMap(({ flexible: may = false }, column) => (may ? [column] : []));
  for (let over = sum(widths) - room; over > 0; over--) {
    const widest = flexible.reduce<number | undefined>(
      (best, column) => (best === undefined || (widths[column] ?? 0) > (widths[best] ?? 0) ? column : best),
      undefined,
    );
    const taken = widest === undefined ? 0 : (widths[widest] ?? 0);
    if (widest === undefined || taken <= leastWidth) break;
    widths[widest] = taken - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
