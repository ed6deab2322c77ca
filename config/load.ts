import { readFileSync } from "node:fs";
import { ConfigDocument } from "./document";
import { flatIssues } from "./issues";
import { knownKeys } from "./json-schema";
import { closest } from "./known-keys";
import { ConfigError, joined, samePath, valueAt, type FileProblem, type Path } from "./problems";
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
  const document = new ConfigDocument(text, file);
  const data = document.content();
  const result = configSchema.safeParse(data);
  const issues = result.success ? [] : flatIssues(result.error.issues);
  const problems = joined(
    document.stars,
    issues.flatMap((issue) => schemaProblems(issue, data, knownKeys)),
  );
  return {
    config: result.success ? result.data : salvage(document.content()),
    problems,
    error: (further = []) =>
      document.error(joined(problems, further.filter(isNotMiswritten(data, problems)))),
  };
}

/** What is missing may be what was miswritten beside it or above it, and would be named twice. */
function isNotMiswritten(data: unknown, problems: readonly FileProblem[]): (problem: FileProblem) => boolean {
  return ({ path }) => {
    if (valueAt(data, path) !== undefined) return true;
    const block = path.slice(0, -1);
    return !problems.some((known) =>
      isUnknownKey(known.path)
        ? samePath(known.path.slice(0, -1), block)
        : samePath(known.path, path.slice(0, known.path.length)),
    );
  };
}

/** Whether nobody can tell what a key was meant to be. */
function isUnknownKey(path: Path): boolean {
  const [known, key] = [knownKeys(path.slice(0, -1)), path.at(-1)];
  return typeof key === "string" && !known.includes(key) && closest(key, known) === undefined;
}
