/** The function's account of one object, from its log. */
export interface ObjectAccount {
  readonly bucket: string;
  readonly key: string;
  readonly type: string;
  readonly records: number;
  readonly accepted: number;
  readonly filtered: number;
  readonly refused: number;
  readonly seconds: number;
}

export interface ObjectFailure {
  readonly key: string;
  readonly reason: string;
}

/** What the lines of the function's log say about objects. */
export interface FunctionLog {
  readonly accounts: readonly ObjectAccount[];
  readonly failures: readonly ObjectFailure[];
}

/** The message of the line with which the function accounts for an object. */
const accountMessage = "object shipped";

export function readFunctionLog(lines: readonly string[]): FunctionLog {
  const accounts: ObjectAccount[] = [];
  const failures: ObjectFailure[] = [];
  for (const line of lines.map(parseLine)) {
    if (line["message"] === accountMessage) accounts.push(accountOf(line));
    else if (line["level"] === "error" && typeof line["key"] === "string") {
      failures.push({ key: line["key"], reason: textOf(line, "reason") || textOf(line, "message") });
    }
  }
  return { accounts, failures };
}

type LogLine = Readonly<Record<string, unknown>>;

/** Not every line is the function's own: Node writes warnings, as plain text. */
function parseLine(text: string): LogLine {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as LogLine) : {};
  } catch {
    return {};
  }
}

function accountOf(line: LogLine): ObjectAccount {
  return {
    bucket: textOf(line, "bucket"),
    key: textOf(line, "key"),
    type: textOf(line, "type"),
    records: numberOf(line, "records"),
    accepted: numberOf(line, "accepted"),
    filtered: numberOf(line, "filtered"),
    refused: numberOf(line, "refused"),
    seconds: numberOf(line, "seconds"),
  };
}

function textOf(line: LogLine, name: string): string {
  const value = line[name];
  return typeof value === "string" ? value : "";
}

function numberOf(line: LogLine, name: string): number {
  const value = line[name];
  return typeof value === "number" ? value : 0;
}
