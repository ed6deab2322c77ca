import { compressions } from "../../lambdas/reading/decompression/compressions";
import { refusedKinds } from "../../lambdas/reading/decompression/refusals";
import { longestEventBytes, longestEventLines } from "../../lambdas/reading/formats/multiline-events";
import { maximumDepth } from "../../lambdas/reading/formats/json-scanner";
import { longestTextBytes } from "../../lambdas/reading/formats/long-record";
import { askedFormats, toldFormats } from "../../lambdas/reading/formats/registry";
import type { LogTime } from "../../lambdas/reading/log-time";
import { defaultType, logHeadBytes, logs } from "../../lambdas/reading/log-types";
import type { Column } from "../../lambdas/reading/logs/columns";
import type { Log } from "../../lambdas/reading/logs/log";
import { bulkLimitBytes } from "../../lambdas/shipping/bulk";
import { longestDocumentBytes } from "../../lambdas/shipping/document";
import { headBytes } from "../../lambdas/shipping/file-start";
import { markdownTable } from "./generated-docs";

/** By name: what tells the format, and what a document is. */
const formatTexts: Readonly<Record<string, readonly [string, string]>> = {
  records: ['`{"Records":[{`: CloudTrail', "an element of `Records`"],
  "configuration-items": ['`"configurationItems":[{` behind nothing but texts: AWS Config', "an item"],
  "json-array": ["`[{`, on one line or many", "an element"],
  json: [
    "an object at the start, or a key with `.json`, `.jsonl` or `.ndjson`",
    "an object, one a line, over many lines, or with nothing between them; a line that is none is text",
  ],
  text: ["anything else", "a line, without its LF or CRLF; empty lines are none"],
  csv: ["`format: csv`", "[a row](records.md#tables), a field a column"],
  tsv: ["`format: tsv`", "[a row](records.md#tables), a field a column"],
  multiline: [
    "`multiline: …`",
    "[an event](records.md#several-lines): the lines from one that matches to the next",
  ],
};

/** @throws Error for a format that has no text here */
export function formatsTable(): string {
  const rows = [...toldFormats, ...askedFormats].map(({ name }) => {
    const texts = formatTexts[name] as readonly [string, string] | undefined;
    if (texts === undefined)
      throw new Error(`the format "${name}" is not described in test/support/formats-page.ts`);
    return [`\`${name}\``, ...texts];
  });
  return markdownTable(["Format", "Told by", "A document is"], rows);
}

export function compressionsTable(): string {
  const rows = compressions.map(({ name, magic, remarks }) => [`\`${name}\``, startText(magic), remarks]);
  return markdownTable(["Compression", "Begins with", "What is read"], rows);
}

/** By what to do about them. */
export function refusedList(): string {
  return [...new Set(refusedKinds.map(({ advice }) => advice))]
    .map((advice) => {
      const kinds = refusedKinds.filter((kind) => kind.advice === advice);
      return `- ${kinds.map(({ name, magic }) => `${name} (${startText(magic)})`).join(", ")}: ${advice}`;
    })
    .join("\n");
}

/** The bytes as code, where they are bytes. */
function startText(magic: string): string {
  return /^[0-9a-f]{2}( [0-9a-f]{2})*$/.test(magic) ? `\`${magic}\`` : magic;
}

export function logsTable(): string {
  const rows = logs.map((log) => [
    `\`${log.name}\``,
    log.title,
    `\`${log.type ?? defaultType}\``,
    timeText(log),
    headerText(log),
  ]);
  return markdownTable(["Log", "What it is", "Type", "`@timestamp` from", "Lines that are no records"], rows);
}

/** Columns that the logs with a header take their time from. */
const timeColumns = ["start", "end", "date time", "timestamp(ms)", "timestamp"];

const timeKinds: Readonly<Record<LogTime["kind"], string>> = {
  field: "",
  iso: "ISO 8601",
  epoch: "UNIX",
  dateAndTime: "UTC",
  clf: "`[day/month/year:time zone]`",
};

function timeText({ header, time }: Log): string {
  if (time === undefined) return "";
  if (header !== undefined) {
    const usable = timeColumns.filter((names) => time(names.split(" ")) !== undefined);
    return `column ${usable.map((names) => names.split(" ").map(code).join(" and ")).join(", else ")}`;
  }
  const found = time([]);
  if (found === undefined) return "";
  return found.kind === "field" ? code(found.name) : `column ${found.column + 1}, ${timeKinds[found.kind]}`;
}

function headerText({ header }: Log): string {
  if (header === undefined) return "";
  return header.comment === "#" ? "all that begin with `#`" : "the header";
}

/** How each log is told: the first whose key and start fit. */
export function placesList(): string {
  return logs
    .map(({ name, places }) => {
      const texts = places.map(({ key, head }) =>
        [key && `key ${pattern(key)}`, head && `start ${pattern(head)}`].filter(Boolean).join(", "),
      );
      return `- \`${name}\`: ${texts.join("; or ")}`;
    })
    .join("\n");
}

export function fieldsList(): string {
  return logs
    .flatMap(({ name, header, layout }) => {
      const names = header?.defaultNames ?? "";
      if (layout === undefined) return [];
      if (header !== undefined && names === "") return [`- \`${name}\`: the columns that its header names`];
      const { columns, minimum } = layout(names.split(" "));
      const other = header === undefined || header.comment !== "#" ? "" : " (or those that the header names)";
      const least = minimum < columns.length ? `; at least the first ${minimum} columns` : "";
      return [`- \`${name}\`${other}: ${columns.flatMap(fieldText).join(", ")}${least}`];
    })
    .join("\n");
}

function fieldText({ name, kind }: Column): string[] {
  if (kind === "time") return [];
  if (kind === "number") return [`_\`${name}\`_`];
  return kind === "address" ? [`\`${name}_ip\``, `_\`${name}_port\`_`] : [`\`${name}\``];
}

export function limitsTable(): string {
  const rows: readonly (readonly [string, string])[] = [
    [bytes(longestTextBytes), "of a line in one document; a longer line comes in parts"],
    [
      bytes(longestDocumentBytes),
      "of a document; a JSON record that makes a longer one comes in parts of its text",
    ],
    [bytes(bulkLimitBytes), "of a bulk, before compression"],
    [`${maximumDepth}`, "levels of nesting in JSON; what is deeper is text"],
    [bytes(headBytes), "of a file that are looked at to tell its format"],
    [bytes(logHeadBytes), "of a file that are looked at to tell its log, with the header"],
    [
      `${longestEventLines} lines, ${bytes(longestEventBytes)}`,
      "of an event of several lines; a longer one is cut there",
    ],
  ];
  return markdownTable(["Limit", "What it bounds"], rows);
}

function bytes(count: number): string {
  return `${count.toLocaleString("en")} bytes`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** As it is in the code, without the escapes that only a literal needs. */
function pattern({ source }: RegExp): string {
  return code(source.replaceAll("\\/", "/"));
}
