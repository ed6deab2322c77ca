import { existsSync, readFileSync } from "node:fs";
import { LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { configSchema, type Config } from "./schema";
import { closest, knownKeys } from "./known-keys";

/** Something that is wrong with the configuration; the message is for the person who wrote the file. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A place in the file, and what is wrong there. */
export interface FileProblem {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** A configuration and the file it came from. */
export interface LoadedConfig {
  readonly config: Config;
  /** The error for problems that show later, when the constructs are made. */
  readonly error: (problems: readonly FileProblem[]) => ConfigError;
}

/** Reads a configuration file. @throws ConfigError naming each path in the file, the value and what is allowed */
export function loadConfig(file: string): LoadedConfig {
  if (!existsSync(file)) {
    throw new ConfigError(
      `${file} does not exist; copy logzio.example.yaml to logzio.yaml and adapt it, or name your file in LOGZIO_CONFIG`,
    );
  }
  return parseConfig(readFileSync(file, "utf8"), file);
}

/** {@link loadConfig} for text; the file's name is for messages. */
export function parseConfig(text: string, file: string): LoadedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const places = document.errors.map(
      (error) => `  - line ${lines.linePos(error.pos[0]).line}: ${error.message}`,
    );
    throw new ConfigError(`${file} is not YAML:\n${places.join("\n")}`);
  }
  const error = (problems: readonly FileProblem[]): ConfigError =>
    new ConfigError(
      `${file} cannot be used as it is:\n${problems.map((problem) => `  - ${describe(document, lines, problem)}`).join("\n")}`,
    );
  const result = configSchema.safeParse(document.toJS());
  if (!result.success) throw error(result.error.issues.flatMap((issue) => toProblems(issue, document)));
  return { config: result.data, error };
}

function describe(document: Document, lines: LineCounter, { path, text }: FileProblem): string {
  const name = path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${part}`))
    .join("");
  const line = lineOf(document, lines, path);
  return `${name === "" ? "the file" : name}${line === undefined ? "" : ` (line ${line})`} ${text}`;
}

/** The line of a path, or of the nearest part of it that is in the file. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function toProblems(issue: z.core.$ZodIssue, document: Document): FileProblem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `is not a known key; ${advise(key, known)}`,
    }));
  }
  const value: unknown = path.length === 0 ? document.toJS() : plain(document.getIn(path));
  return [{ path, text: `${mention(path, value)}; ${expectation(issue)}` }];
}

function advise(key: string, known: readonly string[]): string {
  const near = closest(key, known);
  return near === undefined ? `write one of ${known.join(", ")}` : `did you mean ${near}?`;
}

/** The value, unless it could be a token. */
function mention(path: readonly (string | number)[], value: unknown): string {
  if (value === undefined || value === null) return "is missing";
  if (path[0] === "token" || path.length === 0) return `is ${kindOf(value)}`;
  return typeof value === "object" ? `is ${kindOf(value)}` : `is ${JSON.stringify(value)} (${kindOf(value)})`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `write one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_union") return `write one of ${["local", "s3", "cloud"].join(", ")}`;
  if (issue.code === "invalid_type") return wanted[issue.expected] ?? `write ${issue.expected}`;
  return issue.message;
}

const wanted: Readonly<Record<string, string>> = {
  string: "write text, in quotes where it looks like a number",
  number: "write a number",
  boolean: "write true or false",
  array: "write a list",
  object: "write a block of keys",
  record: "write a block of keys",
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a block of keys";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

function plain(node: unknown): unknown {
  const convertible = node as { toJSON?: () => unknown } | undefined | null;
  return typeof convertible?.toJSON === "function" ? convertible.toJSON() : node;
}
