/** The function's account of one run over an object, from its log. */
export interface ObjectAccount {
  /** Whether the run came to the object's end. */
  readonly complete: boolean;
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

/** The messages of the lines with which the function accounts for a run over an object. */
const shippedMessage = "object shipped";
const partialMessages: readonly unknown[] = ["object interrupted: the time is nearly over", "object failed"];

export function readFunctionLog(lines: readonly string[]): FunctionLog {
  const accounts: ObjectAccount[] = [];
  const failures: ObjectFailure[] = [];
  for (const line of lines.map(parseLine)) {
    if (line["message"] === shippedMessage || partialMessages.includes(line["message"])) {
      accounts.push(accountOf(line));
    }
    if (line["level"] === "error" && typeof line["key"] === "string") {
      const reason = textOf(line, "error") || textOf(line, "reason") || textOf(line, "message");
      failures.push({ key: line["key"], reason });
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
    complete: line["message"] === shippedMessage,
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
