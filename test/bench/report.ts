import type { CoreUse } from "./parts/both-cores";
import type { Peak } from "./parts/memory";
import type { Speed } from "./parts/speed";
import type { Start } from "./parts/start";

/** What was measured; a part that was not asked for is absent. */
export interface Report {
  readonly machine: string;
  readonly node: string;
  /** Whether the function had a core of its own while its speed was measured. */
  readonly pinned: boolean;
  readonly turns: number;
  readonly start?: Start;
  readonly speed?: readonly Speed[];
  readonly cores?: readonly CoreUse[];
  memory?: readonly Peak[];
}

/** Names of the formats in prose. */
const titles: Readonly<Record<string, string>> = {
  alb: "ALB access log",
  vpc: "VPC flow log",
  ndjson: "JSON lines",
  cloudtrail: "CloudTrail",
};

/** The report as tables of Markdown, each part between markers of its own. */
export function render(report: Report): string {
  return [...sections(report)].map(([name, text]) => between(name, text)).join("\n\n");
}

/** The document with the parts that were measured in place of those that it has. @throws where it lacks the markers */
export function intoDocument(document: string, report: Report): string {
  let result = document;
  for (const [name, text] of sections(report)) {
    const [start, end] = markers(name);
    const from = result.indexOf(start);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0)
      throw new Error(
        `docs/performance.md lacks the markers ${start} and ${end}; write them where the table belongs`,
      );
    result = result.slice(0, from) + between(name, text) + result.slice(to + end.length);
  }
  return result;
}

function markers(name: string): [string, string] {
  return [`<!-- bench ${name} -->`, `<!-- bench ${name} end -->`];
}

function between(name: string, text: string): string {
  const [start, end] = markers(name);
  return `${start}\n\n${text}\n\n${end}`;
}

function sections(report: Report): Map<string, string> {
  const { start, speed, cores, memory } = report;
  const found = new Map<string, string>();
  const machine = `Measured on: ${report.machine}, Node ${report.node}`;
  const pinned = report.pinned ? "the function on a core of its own" : "not pinned to a core";
  if (speed)
    found.set(
      "speed",
      `${machine}, ${pinned}, best (median) of ${report.turns} turns.\n\n${speedTable(speed)}`,
    );
  if (cores) found.set("cores", `${machine}.\n\n${coresTable(cores)}`);
  if (memory) found.set("memory", `${machine}, flags of a function of 512 MB.\n\n${memoryTable(memory)}`);
  if (start)
    found.set("start", `${machine}, best (median) of ${report.turns + 2} starts.\n\n${startTable(start)}`);
  return found;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)].join("\n");
}

const both = ({ best, median }: { readonly best: number; readonly median: number }): string =>
  `${best} (${median})`;

function speedTable(speeds: readonly Speed[]): string {
  return table(
    [
      "",
      "MB raw",
      "MB in S3",
      "MB sent",
      "gunzip",
      "gzip 1",
      "zlib alone",
      "cold",
      "warm",
      "ratio cold",
      "ratio warm",
    ],
    speeds.map((speed) => [
      titles[speed.format] ?? speed.format,
      speed.rawMegabytes,
      speed.storedMegabytes,
      speed.sentMegabytes,
      speed.gunzip,
      speed.gzip,
      both(speed.ceiling),
      both(speed.cold),
      both(speed.warm),
      both(speed.coldRatio),
      both(speed.warmRatio),
    ]),
  );
}

function coresTable(uses: readonly CoreUse[]): string {
  return table(
    ["", "one core", "all cores", "gain"],
    uses.map(({ format, one, all, gain }) => [titles[format] ?? format, one, all, gain]),
  );
}

function memoryTable(peaks: readonly Peak[]): string {
  return table(
    ["", "MB raw", "peak, MB", "of the smallest"],
    peaks.map(({ what, rawMegabytes, peakMegabytes }) => {
      const first = peaks.find((peak) => peak.what === what)?.peakMegabytes ?? NaN;
      return [titles[what] ?? what, rawMegabytes, peakMegabytes, (peakMegabytes / first).toFixed(2)];
    }),
  );
}

function startTable(start: Start): string {
  return table(
    ["", ""],
    [
      ["loading the module, ms of processor time", both(start.moduleLoad)],
      ["process start to first byte sent, ms", both(start.toFirstByte)],
      ["invocation to first byte sent, ms", both(start.invocationToFirstByte)],
      ["zip of the S3 Hook, KB", start.hookZipKilobytes],
      ["zip of the S3 Fetcher, KB", start.fetcherZipKilobytes],
      ["code of the S3 Hook unpacked, KB", start.hookBundleKilobytes],
    ],
  );
}
