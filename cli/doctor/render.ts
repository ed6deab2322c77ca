import { paint, printable, widthOf, type Terminal } from "../terminal/terminal";
import { summarize, type Finding, type Fix, type Report, type Section, type Status } from "./finding";

const marks: Readonly<Record<Status, { readonly mark: string; readonly style: "green" | "red" | "cyan" }>> = {
  proven: { mark: "✓", style: "green" },
  wrong: { mark: "✗", style: "red" },
  "not-proven": { mark: "?", style: "cyan" },
};

const titles: Readonly<Record<Section["kind"], string>> = {
  role: "Role",
  user: "User",
  bucket: "Bucket",
  archive: "Archive bucket",
  logzio: "Logz.io",
  listener: "Listener",
};

/** The report for people, a line an element. */
export function renderReport(report: Report, terminal: Terminal): string[] {
  const all = report.sections.flatMap(({ findings }) => findings);
  const sections = report.sections.flatMap(({ kind, name, findings }) => [
    paint(terminal, "bold", `${titles[kind]} ${printable(name)}`.trimEnd()),
    ...findings.flatMap((finding) => renderFinding(finding, all, terminal)),
    "",
  ]);
  return [...sections, summaryLine(report)];
}

function summaryLine(report: Report): string {
  const { proven, wrong, notProven } = summarize(report);
  return `${proven} proven, ${wrong} wrong, ${notProven} not proven`;
}

function renderFinding(finding: Finding, all: readonly Finding[], terminal: Terminal): string[] {
  const { status, text, reason, fix } = finding;
  const { mark, style } = marks[status];
  const whole = reason === undefined ? text : `${text}: not proven, ${because(reason, finding, all)}`;
  const [first = "", ...rest] = wrap(printable(whole), terminal, 4);
  return [
    `  ${paint(terminal, style, mark)} ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...(fix === undefined ? [] : renderFix(fix, terminal)),
  ];
}

/** The reason, or where it has been given already, whichever is shorter. */
function because(reason: string, finding: Finding, all: readonly Finding[]): string {
  const first = all.find((one) => one.reason === reason) ?? finding;
  const since = `since ${reason}`;
  const reference = `for the reason given with "${first.text}"`;
  return first === finding || since.length <= reference.length ? since : reference;
}

/** What is to be pasted is not wrapped. */
function renderFix({ instruction, statement, command }: Fix, terminal: Terminal): string[] {
  const pasted = statement === undefined ? [] : json(statement, terminal.columns - 6);
  return [
    ...wrap(printable(`→ ${instruction}`), terminal, 6).map((line) => `      ${line}`),
    ...[...pasted, ...(command === undefined ? [] : [command])].map((line) => `      ${printable(line)}`),
  ];
}

/** In one line where it fits. */
function json(statement: object, columns: number): string[] {
  const line = JSON.stringify(statement);
  return line.length <= columns ? [line] : JSON.stringify(statement, null, 2).split("\n");
}

/** A pipe gets each finding in a line, to be searched. */
function wrap(text: string, { live, columns: all }: Terminal, indent: number): string[] {
  const columns = live ? all - indent : Infinity;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
