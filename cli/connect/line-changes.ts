/** A line that was taken away or added; its number in the text that has it, from 1. */
export interface LineChange {
  readonly sign: "-" | "+";
  readonly number: number;
  readonly line: string;
}

/** How one text becomes another, as few lines as it takes. */
export function lineChanges(before: string, after: string): LineChange[] {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const common = commonLines(old, now);
  const changes: LineChange[] = [];
  let [left, right] = [0, 0];
  while (left < old.length || right < now.length) {
    if (left < old.length && right < now.length && old[left] === now[right]) {
      left++;
      right++;
    } else if (
      left < old.length &&
      (right >= now.length || at(common, left + 1, right) >= at(common, left, right + 1))
    ) {
      changes.push({ sign: "-", number: left + 1, line: old[left++] ?? "" });
    } else {
      changes.push({ sign: "+", number: right + 1, line: now[right++] ?? "" });
    }
  }
  return changes;
}

/** How many lines the ends of both texts have in common, from each pair of lines on. */
function commonLines(old: readonly string[], now: readonly string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let left = old.length - 1; left >= 0; left--) {
    const row = table[left] ?? [];
    for (let right = now.length - 1; right >= 0; right--) {
      row[right] =
        old[left] === now[right]
          ? at(table, left + 1, right + 1) + 1
          : Math.max(at(table, left + 1, right), at(table, left, right + 1));
    }
  }
  return table;
}

function at(table: readonly (readonly number[])[], row: number, column: number): number {
  return table[row]?.[column] ?? 0;
}
