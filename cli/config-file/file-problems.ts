import type { z } from "zod";
import { valueAt, type FileProblem, type Path } from "../../config/problems";

/** What a schema finds wrong with the file, in words for the person who wrote it. */
export function fileProblems(issue: z.core.$ZodIssue, data: unknown): FileProblem[] {
  const path: Path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: "is not a known key; remove or correct it",
    }));
  }
  const value = valueAt(data, path);
  return [{ path, text: `${mention(value)}; ${expectation(issue, path, value)}` }];
}

function mention(value: unknown): string {
  if (value === undefined || value === null) return "is missing";
  if (typeof value === "object") return Array.isArray(value) ? "is a list" : "is a block of keys";
  return `is ${JSON.stringify(value)} (${typeof value === "string" ? "text" : `a ${typeof value}`})`;
}

function expectation(issue: z.core.$ZodIssue, path: Path, value: unknown): string {
  // YAML takes an account ID without quotes for a number, and drops the zeros that it may start with.
  if (path.at(-1) === "logzioAccountId" && Number.isSafeInteger(value)) {
    return `write the 12 digits in quotes: "${String(value).padStart(12, "0")}"`;
  }
  if (issue.code === "invalid_value") return `write one of ${issue.values.map(String).join(", ")}`;
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
