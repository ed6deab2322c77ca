import type { Context } from "./context";
import { Unknown } from "./ternary";

/** Any characters, and one character. */
const many = Symbol("*");
const one = Symbol("?");

/** A text with wildcards; a wildcard that was escaped is a character like others. */
export type Pattern = readonly (string | typeof many | typeof one)[];

export interface Reading {
  readonly context: Context;
  /** Whether `${...}` stands for a value. */
  readonly variables: boolean;
}

/**
 * Reads a pattern and puts in the values of its variables, in which wildcards are characters like others. Undefined
 * where a variable has no value: such a pattern matches nothing.
 * Source: IAM user guide, "Policy variables".
 */
export function parsePattern(text: string, reading: Reading): Pattern | Unknown | undefined {
  const pattern: (string | typeof many | typeof one)[] = [];
  for (let at = 0; at < text.length;) {
    const variable = reading.variables ? /^\$\{([^}]*)\}/.exec(text.slice(at)) : null;
    if (variable === null) {
      pattern.push(wildcardOr(text.charAt(at)));
      at += 1;
      continue;
    }
    const value = valueOf(variable.at(1) ?? "", reading.context);
    if (typeof value !== "string") return value;
    pattern.push(...value.split(""));
    at += variable[0].length;
  }
  return pattern;
}

function wildcardOr(character: string): Pattern[number] {
  return character === "*" ? many : character === "?" ? one : character;
}

/** {@link parsePattern} for operators without wildcards. */
export function parseText(text: string, reading: Reading): string | Unknown | undefined {
  const pattern = parsePattern(text, reading);
  if (pattern === undefined || pattern instanceof Unknown) return pattern;
  return pattern.map((part) => (part === many ? "*" : part === one ? "?" : part)).join("");
}

function valueOf(variable: string, context: Context): string | Unknown | undefined {
  if (["*", "?", "$"].includes(variable)) return variable;
  const [, key = "", standIn] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const values = context.valuesOf(key);
  if (values === undefined) return new Unknown(`the value of ${key} is not known here`);
  if (values.length > 1) return new Unknown(`${key} has several values, and a policy variable takes one`);
  return values.at(0) ?? standIn;
}

/** Whether the pattern covers the whole text; in time that grows with their product at most. */
export function matches(pattern: Pattern, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let lastMany = -1;
  let resumeAt = 0;
  while (inText < text.length) {
    const part = pattern.at(inPattern);
    if (part === many) {
      lastMany = inPattern++;
      resumeAt = inText;
    } else if (part === one || (part !== undefined && part === text[inText])) {
      inPattern++;
      inText++;
    } else if (lastMany >= 0) {
      inPattern = lastMany + 1;
      inText = ++resumeAt;
    } else return false;
  }
  return pattern.slice(inPattern).every((part) => part === many);
}

/** {@link matches} for what is compared without regard to case, as actions are. */
function matchesAnyCase(pattern: Pattern, text: string): boolean {
  const lower = pattern.map((part) => (typeof part === "string" ? part.toLowerCase() : part));
  return matches(lower, text.toLowerCase());
}

/**
 * Whether an action as a policy writes it covers one. Actions hold no variables.
 * Source: IAM user guide, "Where you can use policy variables".
 */
export function matchesAction(written: string, action: string): boolean {
  return matchesAnyCase(written.split("").map(wildcardOr), action);
}

/** Parts of an ARN: `arn`, partition, service, region, account, and the resource with all further colons. */
const arnParts = 6;

/** Whether each part of the pattern covers the same part of the ARN: a wildcard does not reach over a colon. */
function matchesByPart(pattern: Pattern, arn: string): boolean {
  const parts: (string | typeof many | typeof one)[][] = [[]];
  for (const part of pattern) {
    if (part === ":" && parts.length < arnParts) parts.push([]);
    else parts.at(-1)?.push(part);
  }
  const [first, ...rest] = arn.split(":");
  const texts = [first, ...rest.slice(0, arnParts - 2), rest.slice(arnParts - 2).join(":")];
  return parts.length === arnParts && parts.every((part, index) => matches(part, texts[index] ?? ""));
}

/**
 * Whether the pattern of a condition covers the ARN. What IAM makes of a wildcard that would have to reach over several
 * parts is not documented for every case, `*` alone among them.
 * Source: IAM JSON policy elements, "Amazon Resource Name (ARN) condition operators".
 */
export function matchesArn(pattern: Pattern, arn: string): boolean | Unknown {
  if (matchesByPart(pattern, arn)) return true;
  return matches(pattern, arn) && new Unknown("it compares ARNs by a wildcard that stands for several parts");
}

/** {@link matchesArn} for the pattern of a resource, of which `*` alone is every one. */
export function matchesResource(pattern: Pattern, arn: string): boolean | Unknown {
  if (!matches(pattern, arn)) return false;
  if (pattern.every((part) => part === many) || matchesByPart(pattern, arn)) return true;
  return new Unknown("it names resources by a wildcard that stands for several parts of an ARN");
}
