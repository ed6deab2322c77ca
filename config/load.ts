import { readFileSync } from "node:fs";
import { LineCounter, parseDocument, type Document } from "yaml";
import { readStarsAsText } from "./aliases";
import { ConfigError, samePath, valueAt, type FileProblem, type Path } from "./problems";
import { salvage } from "./salvage";
import { configSchema, type Config } from "./schema";
import { schemaProblems } from "./schema-problems";

/** A configuration and the file it came from. */
export interface LoadedConfig {
  /**
   * With problems: what can still be checked, with stand-ins for what cannot be read; undefined where too little is
   * left.
   */
  readonly config: Config | undefined;
  /** What is wrong with the file so far. */
  readonly problems: readonly FileProblem[];
  /** The error for these problems, and for those that show when the constructs are made. */
  readonly error: (further?: readonly FileProblem[]) => ConfigError;
}

/** Reads a configuration file. @throws ConfigError where it cannot be read, or is not YAML */
export function loadConfig(file: string): LoadedConfig {
  return parseConfig(readText(file), file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new ConfigError(
        `${file} does not exist; copy logzio.example.yaml to logzio.yaml and adapt it, or name your file in LOGZIO_CONFIG`,
      );
    if (code === "EISDIR") throw new ConfigError(`${file} is a folder; name the file in it in LOGZIO_CONFIG`);
    throw new ConfigError(
      `${file} cannot be read (${message}); name a file in LOGZIO_CONFIG that you may read`,
    );
  }
}

/** {@link loadConfig} for text; the file's name is for messages. */
export function parseConfig(text: string, file: string): LoadedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const places = document.errors.map(
      (error) => `  - line ${lines.linePos(error.pos[0]).line}: ${explain(error)}`,
    );
    throw new ConfigError(`${file} is not YAML:\n${places.join("\n")}`);
  }
  const stars = readStarsAsText(document);
  const data = toData(document, file);
  const result = configSchema.safeParse(data);
  const issues = result.success ? [] : result.error.issues;
  const problems = joined(
    stars,
    issues.flatMap((issue) => schemaProblems(issue, data)),
  );
  return {
    config: result.success ? result.data : salvage(toData(document, file)),
    problems,
    error: (further = []) => {
      const all = joined(problems, problems.length === 0 ? further : further.filter(isWritten(data)));
      const places = all.map((problem) => `  - ${describe(document, lines, problem)}`);
      return new ConfigError(`${file} cannot be used as it is:\n${places.join("\n")}`);
    },
  };
}

function explain({ code, message }: { readonly code: string; readonly message: string }): string {
  return code === "BAD_ALIAS" ? `${message}; put text that starts with * in quotes` : message;
}

/** The content of the file. References to anchors can still fail here: too many, or a place inside itself. */
function toData(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError(`${file} cannot be used as it is: ${error.message}; write it without anchors`);
  }
}

/** Two lists of problems, with one problem a place where the second repeats the first. */
function joined(first: readonly FileProblem[], second: readonly FileProblem[]): FileProblem[] {
  return [...first, ...second.filter(({ path }) => !first.some((known) => samePath(known.path, path)))];
}

/** What is missing may be what was miswritten, and would be named twice. */
function isWritten(data: unknown): (problem: FileProblem) => boolean {
  return ({ path }) => valueAt(data, path) !== undefined;
}

function describe(document: Document, lines: LineCounter, { path, text }: FileProblem): string {
  const name = path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${part}`))
    .join("");
  const line = lineOf(document, lines, path);
  return `${name === "" ? "the file" : name}${line === undefined ? "" : ` (line ${line})`} ${text}`;
}

/** The line of a path, or of the nearest part of it that is in the file. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
