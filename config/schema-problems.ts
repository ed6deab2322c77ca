import type { z } from "zod";
import { closest, type KnownKeys } from "./known-keys";
import { mayHoldToken, valueAt, type FileProblem, type Path } from "./problems";

/** What the schema finds wrong, in words for the person who wrote the file. */
export function schemaProblems(issue: z.core.$ZodIssue, data: unknown, knownKeys: KnownKeys): FileProblem[] {
  const path = pathOf(issue);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `is not a known key; ${advise(key, known)}`,
    }));
  }
  const value = valueAt(data, path);
  const wants = accountIdInQuotes(path, value) ?? expectation(issue);
  return [{ path, text: `${mention(path, value)}; ${wants}` }];
}

export function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((part) => (typeof part === "number" ? part : String(part)));
}

function advise(key: string, known: readonly string[]): string {
  const near = closest(key, known);
  return near === undefined ? `write one of ${known.join(", ")}` : `did you mean ${near}?`;
}

/** The value, unless it could be a token. */
function mention(path: Path, value: unknown): string {
  if (value === undefined || value === null) return "is missing";
  if (mayHoldToken(path) || path.length === 0) return `is ${kindOf(value)}`;
  return typeof value === "object" ? `is ${kindOf(value)}` : `is ${JSON.stringify(value)} (${kindOf(value)})`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    return `write ${values.length > 1 ? "one of " : ""}${values.join(", ")}`;
  }
  if (issue.code === "invalid_union") return choice(issue);
  if (issue.code === "invalid_type") return wanted[issue.expected] ?? `write ${issue.expected}`;
  return issue.message;
}

/** Of a choice by one key, zod says which key; of any other, what each branch wants. */
function choice({ errors }: z.core.$ZodIssueInvalidUnion): string {
  if (errors.length === 0) return `write one of ${["local", "s3", "cloud"].join(", ")}`;
  const wants = errors.flatMap((branch) => branch.slice(0, 1).map(expectation));
  return `write ${wants.map((want) => want.replace(/^write /, "")).join(", or ")}`;
}

/** An AWS account ID without quotes is a number, and YAML drops the zeros that it may start with. */
function accountIdInQuotes(path: Path, value: unknown): string | undefined {
  if (!["logzioAccountId", "accountId"].includes(String(path.at(-1))) || !Number.isSafeInteger(value))
    return undefined;
  return `write the 12 digits in quotes: "${String(value).padStart(12, "0")}"`;
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
