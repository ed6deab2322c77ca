import type * as Engine from "re2js";
import type { RE2JS } from "re2js";

/**
 * The most steps that a pattern's program may have. Where the engine cannot keep its states in memory it looks at each
 * step for each byte: this bounds a line of 32,700 bytes to a fifth of a second.
 */
const maximumSteps = 500;

/** Longest pattern, in characters: it travels in the function's environment, and in continuations. */
const longestPattern = 1_000;

let engine: typeof Engine | undefined;

/** Loaded where a source has a pattern: a cold start without one does not spend the time. */
function loadEngine(): typeof Engine {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make everything that compiles a pattern wait
  engine ??= require("re2js") as typeof Engine;
  return engine;
}

/** A regular expression that tests text, or UTF-8 bytes as they stand, in time proportional to their length. */
export type Pattern = Pick<RE2JS, "test">;

/** A pattern that cannot be used; the message continues the pattern's name as a sentence. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/**
 * Patterns are in RE2's syntax, as Go's are, and matched by RE2's method: no pattern and no text can make it take more
 * than linear time, so that a record need not be given up for it. Source: https://github.com/google/re2/wiki/Syntax
 *
 * @throws PatternError saying what is wrong and what to write instead
 */
export function compilePattern(pattern: string): Pattern {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > longestPattern)
    throw new PatternError(`has ${pattern.length} characters; write at most ${longestPattern}`);
  refuseMiswritten(pattern);
  const made = compile(pattern);
  if (made.programSize() > maximumSteps) {
    throw new PatternError(
      `is ${JSON.stringify(pattern)}, which takes ${made.programSize()} steps once its counts are written out; ` +
        `write one of at most ${maximumSteps}, by lower counts or with * and +`,
    );
  }
  compiled.set(pattern, made);
  return made;
}

/** Those of a configuration, which are few; what a pattern has learnt of its texts makes it quicker. */
const compiled = new Map<string, Pattern>();

function compile(pattern: string): RE2JS {
  const { RE2JS: Re2 } = loadEngine();
  try {
    return Re2.compile(pattern);
  } catch (error) {
    throw new PatternError(`is ${JSON.stringify(pattern)}, ${reasonOf(pattern, error as Error)}`);
  }
}

/** Refuses what is a pattern, but never the one that was meant: it would match nothing, and nobody would be told. */
function refuseMiswritten(pattern: string): void {
  const [control] = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(pattern) ?? [];
  if (control !== undefined) {
    const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw new PatternError(
      `is ${JSON.stringify(pattern)}, which holds a control character (U+${code}), as "\\b" in double quotes becomes; ` +
        "in YAML write patterns in single quotes, or \\x{1b} for the character",
    );
  }
  // Nothing precedes the start, and nothing follows the end; escaped, the two are characters like any other.
  const bare = pattern.replace(/\\./gs, "");
  if (/^\/\^/.test(bare) || /\$\/[a-z]*$/.test(bare)) {
    throw new PatternError(
      `is ${JSON.stringify(pattern)}, which is written between slashes; write what stands between them, with (?i) ` +
        "before it where letters' case does not count",
    );
  }
}

/** What JavaScript has and RE2 does not, and what to write instead. */
const foreign: readonly { readonly syntax: RegExp; readonly advice: string }[] = [
  {
    syntax: /\(\?<?[=!]/,
    advice:
      "which looks ahead or behind; that can take any time, so write it without: what must not match is for exclude or dropRecords",
  },
  {
    syntax: /\\[1-9]|\\k</,
    advice: "which refers back to a group; that can take any time, so write out what the group stands for",
  },
  { syntax: /\\u/, advice: "which has \\u; write the character itself, or \\x{41} with its code point" },
  { syntax: /\[\^?\](?!\])/, advice: "which has [] or [^]; write (?s:.) for any character" },
  { syntax: /^\*/, advice: "which begins with a star, as names of files are written; write .* for any text" },
  { syntax: /\{\d{4,}|\{\d+,\d{4,}/, advice: "which counts too high; write counts of at most 1,000 in all" },
];

function reasonOf(pattern: string, error: Error): string {
  // Escaped characters are no syntax: \\(?= is a parenthesis that may be left out.
  const bare = pattern.replace(/\\[^\dku]/g, "");
  const found = foreign.find(({ syntax }) => syntax.test(bare));
  if (found !== undefined) return found.advice;
  const reason = error.message.replace(/^error parsing regexp: /, "");
  return `which is no regular expression (${reason}); write one in RE2's syntax, as Go has it`;
}

/** What is wrong with a pattern, as {@link PatternError} says it; undefined where it can be used. */
export function patternProblem(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** Whether a pattern that can be used matches somewhere in the text. */
export function matches(pattern: string, text: string): boolean {
  return compilePattern(pattern).test(text);
}

/** Whether a pattern that can be used matches where there is nothing. */
export function matchesNothing(pattern: string): boolean {
  return matches(pattern, "");
}

/** Texts that have nothing in common. */
const various = ["a", "Z", "0", " ", "{}", "-", "é"];

/** Whether a pattern that can be used says nothing: it matches whatever there is. */
export function matchesEverything(pattern: string): boolean {
  const made = compilePattern(pattern);
  return various.every((text) => made.test(text));
}
