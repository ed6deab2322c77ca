import type { FileHead } from "./formats/format";
import type { LogTime } from "./log-time";
import type { LineLayout } from "./logs/columns";
import { jsonLogs } from "./logs/json-logs";
import { loadBalancerLogs } from "./logs/load-balancers";
import type { Log } from "./logs/log";
import { vpcFlowLogs } from "./logs/vpc-flow";
import { webAccessLogs } from "./logs/web-access";

/** The type of documents for which Logz.io has no parser of its own; the original's default as well. */
export const defaultType = "s3_hook";

/** All logs that are known; asked in this order. */
export const logs: readonly Log[] = [...jsonLogs, ...loadBalancerLogs, ...vpcFlowLogs, ...webAccessLogs];

/** Longest head that the patterns look at; the longest header, of a flow log with all fields, has 600 bytes. */
export const logHeadBytes = 4096;

/** Of which log a file is. It travels in continuations, since their runs do not see the file's start. */
export interface FoundLog {
  /** Name of the log; absent where it is none of the known ones. */
  readonly log?: string | undefined;
  /** The names of the columns, as the file's header gives them. */
  readonly columns?: string | undefined;
}

/** What reading and writing a file need to know of its log. */
export interface LogReading {
  /** Where a record holds its time. */
  readonly time?: LogTime | undefined;
  /** How lines begin that are no records: headers and comments. */
  readonly comment?: Buffer | undefined;
  /** Whether its records have a `type` of their own that is kept, as `log_type`. */
  readonly ownType?: true | undefined;
  /** Into which fields its lines can be parsed. */
  readonly layout?: LineLayout | undefined;
}

/** The log of a file, by its key and first bytes. */
export function detectLog(head: FileHead): FoundLog {
  const start = head.bytes.toString("latin1", 0, logHeadBytes);
  const found = logs.find(({ places }) =>
    places.some((place) => (place.key?.test(head.key) ?? true) && (place.head?.test(start) ?? true)),
  );
  return { log: found?.name, columns: found?.header?.names.exec(start)?.[1] };
}

/** Logz.io's type for a file of that log, where its source says `auto`. */
export function typeOf({ log }: FoundLog): string {
  return logs.find(({ name }) => name === log)?.type ?? defaultType;
}

/** What is known of the log; where it was not found, of the only log of the documents' type. */
export function readingOf({ log, columns }: FoundLog, type: string): LogReading {
  const ofType = logs.filter((known) => known.type === type);
  const known = log === undefined && ofType.length === 1 ? ofType[0] : logs.find(({ name }) => name === log);
  if (known === undefined) return {};
  const { header } = known;
  const names = columns ?? header?.defaultNames ?? "";
  const comment = header?.comment ?? (header && names);
  return {
    time: known.time?.(names.split(" ")),
    comment: comment ? Buffer.from(comment) : undefined,
    ownType: known.ownType,
    layout: known.layout?.(names.split(" ")),
  };
}
