import type { Output } from "../program/output";
import { count, cutMiddle, padEnd, padStart, printable, type Style } from "../terminal/terminal";
import type { CheckReport, ExampleReport } from "./report";
import { size, span } from "./words";
import { wrap } from "./wrap";

const titles: Readonly<Record<CheckReport["verdict"]["kind"], [style: Style, text: string]>> = {
  fetcher: ["green", "In order: Logz.io's fetcher can read this, as far as the listing shows."],
  split: ["cyan", "In order under narrower prefixes: Logz.io's fetcher can read each by itself."],
  hook: ["red", "Not for Logz.io's fetcher: use the S3 Hook, which reads objects in any order."],
  unknown: ["cyan", "Not enough to tell."],
};

/** Longest lines of sentences: more is hard to read, however wide the terminal. */
const widestText = 100;
const mostStreams = 12;

/** What people read: what is there, the verdict and what it rests on, and the lines to paste. */
export function render(report: CheckReport, output: Output): void {
  const columns = output.terminal.columns;
  const width = Math.min(columns, widestText);
  const title = (text: string): void => output.line(output.paint("bold", text));
  for (const [name, text] of facts(report)) {
    output.line(`${output.paint("dim", name.padEnd(9))} ${cutMiddle(printable(text), columns - 10)}`);
  }
  output.line();
  if (report.layouts.length > 0) {
    title("What is there");
    for (const line of layoutTable(report, columns)) output.line(line);
    output.line();
  }
  if (report.verdict.kind !== "fetcher" && report.streams.length > 1) {
    title("Prefixes by themselves");
    for (const line of streamTable(report, columns)) output.line(line);
    output.line();
  }
  const { kind, reasons, cautions } = report.verdict;
  output.line(output.paint(titles[kind][0], wrap(titles[kind][1], width)));
  for (const sentence of reasons) output.line(wrap(sentence, width, "  ", "- "));
  for (const example of kind === "fetcher" ? [] : report.order.examples) {
    output.line();
    for (const line of exampleLines(example, columns)) output.line(line);
  }
  output.line();
  if (cautions.length > 0) {
    title("What this does not prove");
    for (const sentence of cautions) output.line(wrap(sentence, width, "  ", "- "));
    output.line();
  }
  if (report.configuration !== null) {
    title("For logzio.yaml");
    for (const line of report.configuration.trimEnd().split("\n")) output.line(`  ${line}`);
    for (const note of configurationNotes(report)) output.line(wrap(note, width));
  }
}

function facts(report: CheckReport): [string, string][] {
  const { objects, looked } = report;
  const rows: [string, string][] = [
    ["bucket", `${report.bucket}${report.region === null ? "" : ` (${report.region})`}`],
    ["prefix", report.prefix === "" ? "(all)" : report.prefix],
    [
      "objects",
      `${count(objects.count, "object")}, ${size(objects.bytes)}${looked.complete ? "" : ", and more that were not looked at"}`,
    ],
  ];
  if (looked.oldest !== null && looked.newest !== null) {
    const seconds = (Date.parse(looked.newest) - Date.parse(looked.oldest)) / 1000;
    rows.push(["written", `${looked.oldest} to ${looked.newest} (${span(seconds)})`]);
    rows.push(["largest", size(objects.largestBytes)]);
  }
  const besides = [
    ...(objects.empty === 0 ? [] : [`${objects.empty.toLocaleString("en-US")} empty`]),
    ...(objects.noLogs === 0
      ? []
      : [
          `${count(objects.noLogs, "folder marker")} or test file${objects.noLogs === 1 ? "" : "s"} left out`,
        ]),
  ];
  if (besides.length > 0) rows.push(["besides", besides.join(", ")]);
  return rows;
}

function layoutTable({ layouts }: CheckReport, columns: number): string[] {
  const rows = layouts.map(({ name, objects, missed, templates }) => ({
    cells: [objects.toLocaleString("en-US"), missed.toLocaleString("en-US"), name ?? "others"],
    rest: templates.at(0)?.template ?? "",
  }));
  const heads = ["objects", "missed", "layout"];
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map(({ cells }) => cells[index].length)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${padStart(cells[0], widths[0])}  ${padStart(cells[1], widths[1])}  ${padEnd(cells[2], widths[2])}`.trimEnd();
  return [
    line(heads),
    ...rows.flatMap(({ cells, rest }) => [
      line(cells),
      `  ${" ".repeat(widths[0] + widths[1] + 4)}${cutMiddle(printable(rest), columns - widths[0] - widths[1] - 6)}`,
    ]),
  ];
}

function streamTable({ streams }: CheckReport, columns: number): string[] {
  // The worst first: they decide.
  const sorted = [...streams].sort((one, other) => other.missed - one.missed);
  const rows = sorted
    .slice(0, mostStreams)
    .map(({ prefix, objects, missed, worstDelaySeconds }) => [
      objects.toLocaleString("en-US"),
      missed.toLocaleString("en-US"),
      missed === 0 ? "-" : span(worstDelaySeconds),
      prefix === "" ? "(all)" : prefix,
    ]);
  const heads = ["objects", "missed", "worst", "prefix"];
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((cells) => cells[index].length)),
  );
  const room = columns - widths[0] - widths[1] - widths[2] - 8;
  const line = ([objects, missed, worst, prefix]: readonly string[]): string =>
    `  ${padStart(objects, widths[0])}  ${padStart(missed, widths[1])}  ${padStart(worst, widths[2])}  ${cutMiddle(printable(prefix), room)}`;
  const more = streams.length - rows.length;
  return [line(heads), ...rows.map(line), ...(more === 0 ? [] : [`  and ${more} more`])];
}

function exampleLines({ missed, passedBy, delaySeconds }: ExampleReport, columns: number): string[] {
  const key = (text: string): string => cutMiddle(printable(text), columns - 34);
  return [
    `  first   ${passedBy.written}  ${key(passedBy.key)}`,
    `  missed  ${missed.written}  ${key(missed.key)}`,
    `          ${span(delaySeconds)} later, and sorts before`,
  ];
}

function configurationNotes({ verdict, configuration, region }: CheckReport): string[] {
  if (verdict.kind === "hook") {
    return [
      ...(region === null
        ? []
        : [`aws.region has to be ${region}: S3 announces objects in the bucket's own region alone.`]),
      'trigger: s3 takes over the bucket\'s notifications; README, "Deploy the S3 Hook", says how to look first.',
    ];
  }
  return configuration?.includes("type: other") === true
    ? ['"other" stands for your own type: Logz.io parses by it.']
    : [];
}
