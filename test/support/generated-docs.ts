import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A table with columns of even width, as prettier has them. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const [first, ...body] = table.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column]))));
  return [first, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

/** Fails where a page of docs/ does not hold these parts, each between its markers; UPDATE_DOCS=1 writes them. */
export function expectGenerated(page: string, parts: Readonly<Record<string, string>>): void {
  const path = join(__dirname, "../../docs", page);
  let current = readFileSync(path, "utf8");
  for (const [name, content] of Object.entries(parts)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [before, after] = [current.split(begin)[0], current.split(end)[1]];
    expect([name, after]).toEqual([name, expect.any(String)]);
    current = `${before}${begin}\n\n${content}\n\n${end}${after}`;
  }
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, current);
  expect(readFileSync(path, "utf8")).toBe(current);
}
