import { LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { accessSchema } from "../../config/access-schema";
import { readStarsAsText } from "../../config/aliases";
import { samePath, type FileProblem, type Path } from "../../config/problems";
import { awsRegion } from "../../config/shapes";
import { logzioRegions } from "../logzio-api/settings";
import { UsageError } from "../program/errors";
import type { ConfigFile } from "./config-file";
import { fileProblems } from "./file-problems";

/** The part of logzio.yaml that the command line reads; the whole is config/schema.ts, which needs cdktf. */
const readSchema = z.object({
  region: z.enum(logzioRegions).optional(),
  aws: z.object({ region: awsRegion.optional() }).optional(),
  access: accessSchema.optional(),
});

/** What a configuration file says; its name is for messages. @throws UsageError with every problem and its line */
export function parseConfigFile(text: string, path: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const places = document.errors.map(
      ({ pos, message }) => `  - line ${lines.linePos(pos[0]).line}: ${message}`,
    );
    throw new UsageError(`${path} is not YAML:\n${places.join("\n")}`);
  }
  // A star may stand in a part that is not read here.
  const stars = readStarsAsText(document).filter((problem) => problem.path[0] === "access");
  const data = contentOf(document, path);
  const result = readSchema.safeParse(data);
  const issues = result.success ? [] : result.error.issues;
  const problems = joined(
    stars,
    issues.flatMap((issue) => fileProblems(issue, data)),
  );
  const place = (at: Path): string => describePlace(document, lines, at);
  if (!result.success || problems.length > 0) {
    const places = problems.map((problem) => `  - ${place(problem.path)} ${problem.text}`);
    throw new UsageError(`${path} cannot be used as it is:\n${places.join("\n")}`);
  }
  const { region, aws, access } = result.data;
  return { path, text, logzioRegion: region, awsRegion: aws?.region, access, place };
}

/** References to anchors can still fail here: too many, or a place inside itself. An empty file says nothing. */
function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new UsageError(`${path} cannot be used as it is: ${error.message}; write it without anchors`);
  }
}

/** Two lists of problems, with one problem a place where the second repeats the first. */
function joined(first: readonly FileProblem[], second: readonly FileProblem[]): FileProblem[] {
  return [...first, ...second.filter(({ path }) => !first.some((known) => samePath(known.path, path)))];
}

function describePlace(document: Document, lines: LineCounter, path: Path): string {
  const name = path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${part}`))
    .join("");
  const line = lineOf(document, lines, path);
  return `${name === "" ? "the file" : name}${line === undefined ? "" : ` (line ${line})`}`;
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
