import type { DemoResult, ObjectResult } from "./result";
import { cutMiddle, padEnd, padStart, paint, printable, widthOf, type Terminal } from "../terminal/terminal";

interface Column {
  readonly title: string;
  readonly numeric: boolean;
  cell(object: ObjectResult): string;
}

/** The columns besides the object, whose width is what the others leave. */
const columns: readonly Column[] = [
  { title: "type", numeric: false, cell: (object) => object.type ?? "-" },
  { title: "records", numeric: true, cell: (object) => whole(object.records) },
  { title: "bytes", numeric: true, cell: (object) => whole(object.bytes) },
  { title: "time", numeric: true, cell: (object) => duration(object) },
];
const gap = "  ";
const narrowestObject = 16;

/** One line an object: what it was, what came of it, and how long that took. */
export function renderTable(result: DemoResult, terminal: Terminal): string[] {
  const { objects } = result;
  const widths = columns.map((column) =>
    Math.max(column.title.length, ...objects.map((object) => column.cell(object).length)),
  );
  const taken = widths.reduce((sum, width) => sum + gap.length + width, 2);
  const room = Math.max(narrowestObject, terminal.columns - taken);
  const width = Math.min(room, Math.max(6, ...objects.map((object) => widthOf(printable(object.key)))));
  const line = (object: string, cells: readonly string[]): string =>
    [
      padEnd(object, width),
      ...cells.map((cell, index) => (columns[index].numeric ? padStart : padEnd)(cell, widths[index])),
    ].join(gap);
  return [
    paint(
      terminal,
      "dim",
      `  ${line(
        "object",
        columns.map((column) => column.title),
      )}`,
    ),
    ...objects.flatMap((object) => [
      `${mark(object, terminal)} ${line(
        cutMiddle(printable(object.key), width),
        columns.map((column) => column.cell(object)),
      )}`,
      ...object.problems.map((problem) => paint(terminal, "red", `    ${printable(problem)}`)),
    ]),
  ];
}

function mark(object: ObjectResult, terminal: Terminal): string {
  if (object.problems.length > 0) return paint(terminal, "red", "✗");
  return object.outcome === "shipped" ? paint(terminal, "green", "✓") : paint(terminal, "dim", "·");
}

export function whole(number: number): string {
  return number.toLocaleString("en-US");
}

/** Where no time was spent, the reason stands in its place. */
function duration(object: ObjectResult): string {
  if (object.outcome !== "shipped") return object.outcome;
  const { seconds } = object;
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(1)} s`;
}
