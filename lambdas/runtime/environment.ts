import { strToU8, gzipSync } from "fflate";
import { gunzipSync } from "node:zlib";

// What a construct needs to know of patterns and names before the function does.
export { indexableName } from "./field-names";
export { matches, matchesEverything, matchesNothing, patternProblem } from "./regular-expression";

/** Variables of a function's environment, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Namespace of the functions' own CloudWatch metrics. */
export const metricNamespace = "LogzioS3";

/** How much the functions write to their log. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Tables of which a source's files may be; their rows are told by no content. */
export const tableFormats = ["csv", "tsv"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** What to ship from one bucket and prefix, and how. One entry of the variable `SOURCES`. */
export interface SourceSettings {
  /** Name of the bucket; `*` in it stands for any text, and the source for all buckets whose names fit. */
  readonly bucket: string;
  /** Decoded key prefix; "" is the whole bucket. @default "" */
  readonly prefix?: string;
  /** End of the decoded keys. @default every key */
  readonly suffix?: string;
  /** Logz.io type of the documents; `auto` picks it from key and content. @default "auto" */
  readonly type?: string;
  /** Regular expressions (RE2's syntax) on the decoded key; at least one must match. @default every key */
  readonly include?: readonly string[];
  /** Regular expressions (RE2's syntax) on the decoded key; none may match. @default none */
  readonly exclude?: readonly string[];
  /** `csv` or `tsv`: a record a row, and a field a column. @default by key and content */
  readonly format?: TableFormat;
  /** One ASCII character between the cells of a row, with the format `csv`. @default "," */
  readonly delimiter?: string;
  /** Names of the columns, for files without a header row. @default the first row of each file names them */
  readonly columns?: readonly string[];
  /**
   * Regular expression (RE2's syntax) that the first line of each record matches; the lines behind it belong to it.
   * @default by key and content
   */
  readonly multiline?: string;
  /** Regular expressions (RE2's syntax) on the record's text; at least one must match. @default every record */
  readonly keepRecords?: readonly string[];
  /** Regular expressions (RE2's syntax) on the record's text; none may match. @default none */
  readonly dropRecords?: readonly string[];
  /** Field of a JSON record, or column of a row, that holds its time: ISO 8601, or UNIX seconds. @default by type */
  readonly timeField?: string;
  /** Field names for the parts of the key, from its root, split at `/`; `-` skips a part. @default none */
  readonly pathToFields?: string;
  /** Fields that every document gets. @default none */
  readonly fields?: Readonly<Record<string, string>>;
  /** Whether documents carry `s3_object_key`. @default true */
  readonly sourceFilePath?: boolean;
  /** Whether documents carry `record_id`, the same on every delivery of a record. @default false */
  readonly recordId?: boolean;
  /** Whether lines of logs with columns become fields as well, beside `message`. @default false */
  readonly parse?: boolean;
  /** ARN of the role that reads the bucket. @default the function's own role */
  readonly readRoleArn?: string;
  /** External ID that the trust policy of that role asks for. @default none */
  readonly readRoleExternalId?: string;
}

/** A variable that is missing or cannot be used; the message names it and says what to write. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/** AWS allows 4 KB for all variables of a function; above this size `SOURCES` is compressed. */
const compressAboveBytes = 2048;

/**
 * Renders sources for the variable `SOURCES`: JSON, or base64 of its gzip where it is long.
 * Text that still holds Terraform tokens stays JSON, since a compressed token could not be resolved.
 * fflate rather than zlib: its bytes do not depend on the machine, so a plan made elsewhere is the same.
 */
export function renderSources(sources: readonly SourceSettings[]): string {
  const json = JSON.stringify(sources);
  if (Buffer.byteLength(json) <= compressAboveBytes || json.includes("${")) return json;
  return Buffer.from(gzipSync(strToU8(json), { level: 9, mtime: 0 })).toString("base64");
}

/** Reads what {@link renderSources} wrote. @throws EnvironmentError where it is neither form */
export function parseSources<Source extends SourceSettings = SourceSettings>(text: string): Source[] {
  try {
    const json = text.startsWith("H4sI") ? gunzipSync(Buffer.from(text, "base64")).toString() : text;
    const sources = JSON.parse(json) as unknown;
    if (!Array.isArray(sources) || sources.length === 0) throw new Error("the list is empty");
    for (const source of sources as Partial<SourceSettings>[]) {
      if (typeof source.bucket !== "string" || source.bucket === "")
        throw new Error('an entry has no "bucket"');
    }
    return sources as Source[];
  } catch (error) {
    throw new EnvironmentError(
      `SOURCES cannot be read (${(error as Error).message}); write a JSON list such as [{"bucket":"my-logs","prefix":"AWSLogs/"}]`,
    );
  }
}

/** Where a function sends, with what, and how much it logs. The token itself is never part of it. */
export interface DestinationSettings {
  /** Origin of the Logz.io listener, such as `https://listener.logz.io:8071`. */
  readonly listener: string;
  /** ARN of the secret with the bare token, or JSON with `api_key`. */
  readonly tokenSecretArn: string;
  readonly logLevel: LogLevel;
}

/** What every function that ships logs is told. */
export interface ShippingSettings<
  Source extends SourceSettings = SourceSettings,
> extends DestinationSettings {
  readonly sources: readonly Source[];
}

/** What every function that sends to Logz.io reads at its cold start. */
export interface DestinationEnvironment {
  readonly listener: URL;
  readonly tokenSecretArn: string | undefined;
  /** The token itself, for runs outside AWS; no construct sets it. */
  readonly token: string | undefined;
  readonly logLevel: LogLevel;
}

/** What every function that ships logs reads at its cold start. */
export interface ShippingEnvironment<
  Source extends SourceSettings = SourceSettings,
> extends DestinationEnvironment {
  readonly sources: readonly Source[];
}

/** What is sent, which decides the token and the listener's port. */
export const destinations = {
  logs: { token: "log shipping token", listener: "https://listener.logz.io:8071" },
  metrics: { token: "metrics token", listener: "https://listener.logz.io:8053" },
} as const;
export type Destination = (typeof destinations)[keyof typeof destinations];

export function renderDestination(settings: DestinationSettings): Record<string, string> {
  return {
    LOGZIO_LISTENER: settings.listener,
    LOGZIO_TOKEN_SECRET_ARN: settings.tokenSecretArn,
    LOG_LEVEL: settings.logLevel,
  };
}

/** Reads what {@link renderDestination} wrote. @throws EnvironmentError naming the variable and what to write */
export function parseDestination(variables: Variables, destination: Destination): DestinationEnvironment {
  const secretArn = variables["LOGZIO_TOKEN_SECRET_ARN"] || undefined;
  const token = variables["LOGZIO_TOKEN"] || undefined;
  if (secretArn === undefined && token === undefined) {
    throw new EnvironmentError(
      `LOGZIO_TOKEN_SECRET_ARN is not set; write the ARN of the secret that holds the ${destination.token} ` +
        "(outside AWS, LOGZIO_TOKEN may hold the token itself)",
    );
  }
  return {
    listener: parseListener(
      requireVariable(variables, "LOGZIO_LISTENER", destination.listener),
      destination.listener,
    ),
    tokenSecretArn: secretArn,
    token,
    logLevel: parseLogLevel(variables["LOG_LEVEL"]),
  };
}

export function renderShipping(settings: ShippingSettings): Record<string, string> {
  return { ...renderDestination(settings), SOURCES: renderSources(settings.sources) };
}

/** Reads what {@link renderShipping} wrote. @throws EnvironmentError naming the variable and what to write */
export function parseShipping<Source extends SourceSettings>(
  variables: Variables,
): ShippingEnvironment<Source> {
  return {
    ...parseDestination(variables, destinations.logs),
    sources: parseSources<Source>(requireVariable(variables, "SOURCES", '[{"bucket":"my-logs"}]')),
  };
}

/** The variable, or an error that says what to write. */
export function requireVariable(variables: Variables, name: string, example: string): string {
  const value = variables[name];
  if (value === undefined || value === "") throw new EnvironmentError(`${name} is not set; write ${example}`);
  return value;
}

export function parseLogLevel(text: string | undefined): LogLevel {
  if (text === undefined || text === "") return "info";
  const level = logLevels.find((known) => known === text.toLowerCase());
  if (level === undefined) {
    throw new EnvironmentError(`LOG_LEVEL is "${text}"; write one of ${logLevels.join(", ")}`);
  }
  return level;
}

/** The listener's origin. @throws EnvironmentError for anything but https, except on loopback hosts */
export function parseListener(text: string, example: string = destinations.logs.listener): URL {
  const advice = `write the listener of your region, such as ${example}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new EnvironmentError(`LOGZIO_LISTENER "${text}" is not a URL; ${advice}`);
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    throw new EnvironmentError(
      `LOGZIO_LISTENER "${text}" must use https, since it carries the token; ${advice}`,
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new EnvironmentError(`LOGZIO_LISTENER "${text}" must be scheme, host and port alone; ${advice}`);
  }
  return url;
}
