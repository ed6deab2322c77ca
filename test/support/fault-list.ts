import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** A call of `fault` in a test. */
export interface FaultTest {
  readonly number: number;
  readonly what: string;
  readonly outcome: string;
  /** Path of the test from the project's root. */
  readonly file: string;
}

/** The parts of the list, each with its first number. */
const parts = [
  { from: 1, title: "Events" },
  { from: 11, title: "Reading from S3" },
  { from: 23, title: "Decompressing and cutting into records" },
  { from: 40, title: "Sending" },
  { from: 52, title: "Time, scale and state" },
  { from: 66, title: "Configuration" },
  { from: 81, title: "Metrics" },
] as const;

/** Numbers of what can happen to the hook: each has a test, or a reason why it needs none. */
export const hookFaults = [...numbers(1, 55), ...numbers(66, 80)];

/** What cannot happen to the hook, and why. */
export const impossible: ReadonlyMap<number, { readonly what: string; readonly reason: string }> = new Map([
  [
    80,
    {
      what: "the function's own log group is among its sources",
      reason: "sources are buckets and prefixes; nothing in the package writes a log group into a bucket",
    },
  ],
]);

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const call =
  /^\s*fault\(\s*(\d+),\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'),\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'),\s/gm;

/** The calls of `fault` in the tests of a folder, in the order of their numbers. @throws where one is not of literals */
export function faultTests(root: string): FaultTest[] {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
  const found = files.flatMap((file) => {
    const path = join(root, "test", file);
    const text = readFileSync(path, "utf8");
    const shown = relative(root, path).split(sep).join("/");
    const calls = [...text.matchAll(call)].map(([, number, what, outcome]) => ({
      number: Number(number),
      what: textOf(what),
      outcome: textOf(outcome),
      file: shown,
    }));
    const all = [...text.matchAll(/^\s*fault\(/gm)].length;
    if (all !== calls.length)
      throw new Error(
        `${shown} calls fault ${all} times, ${calls.length} of them with a number and two texts as literals`,
      );
    return calls;
  });
  return found.sort((one, other) => one.number - other.number);
}

function textOf(literal: string): string {
  const inner = literal.slice(1, -1);
  return inner.replaceAll(/\\(.)/g, "$1");
}

/** docs/faults.md. */
export function faultDocument(tests: readonly FaultTest[]): string {
  const sections = parts.flatMap(({ from, title }, index) => {
    const end = index + 1 < parts.length ? parts[index + 1].from : Infinity;
    const rows = tests
      .filter(({ number }) => number >= from && number < end)
      .map(({ number, what, outcome, file }) => [String(number), what, outcome, `\`${shortPath(file)}\``]);
    return rows.length === 0
      ? []
      : [`## ${title}`, table([["#", "What goes wrong", "What happens", "Test"], ...rows])];
  });
  const rest = [...impossible].map(([number, { what, reason }]) => [String(number), what, reason]);
  return `${[introduction, ...sections, "## What cannot happen", table([["#", "What would go wrong", "Why it cannot"], ...rest])].join("\n\n")}\n`;
}

const introduction = `# Faults

What can go wrong between a bucket and Logz.io, and what happens then. Each line is a test that runs with every change;
its number is that of the project's list of faults. Most come in over sockets, between doubles of S3, SQS, Secrets
Manager and the listener: paths are below \`test/\`.

This file is made from the tests (\`npm run docs:faults\`); a test fails where it is out of date. Beside them random files,
chunks, faults, ends of runs and events are played together (\`npm run test:deep\`, \`npm run model:hook\`).`;

function shortPath(file: string): string {
  return file.replace(/^test\//, "");
}

/** With columns of even width, as prettier has them. */
function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = cells[0].map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const [head, ...body] = cells.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}
