import { isDeepStrictEqual } from "node:util";
import {
  isMap,
  isScalar,
  isSeq,
  Lexer,
  parseDocument,
  type Document,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { readStarsAsText } from "../../config/aliases";
import { UsageError } from "../program/errors";

/** Values for the block `access`; what is left out stays as it is. */
export interface AccessValues {
  readonly logzioAccountId?: string;
  readonly externalIds?: readonly string[];
}

/** A stretch of the text, and what takes its place. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text of a configuration file with values of `access` written into it. Everything else stays as it is, to the
 * byte: YAML can be written in many ways, and a file that is printed anew would be another one to its owner's eyes.
 * The result is read back; where the file is written in a way that leaves no room, the user is asked to do it.
 * @throws UsageError with the lines to write by hand
 */
export function writeAccess(text: string, path: string, values: AccessValues): string {
  const written = insert(text, values);
  if (written !== undefined && holds(written, text, values)) return written;
  throw new UsageError(
    `${path} is written in a way that leaves no room to add lines safely; write them yourself:\n${accessLines(values, "  ", "\n")}`,
  );
}

/** The block as it is written into a file that has none. */
export function accessLines(values: AccessValues, indent: string, newline: string): string {
  return ["access:", ...linesOf(values, indent)].join(newline);
}

function insert(text: string, values: AccessValues): string | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const root = document.contents;
  if (root !== null && (!isMap(root) || root.flow === true)) return undefined;
  const access = root === null ? undefined : pairOf(root, "access");
  if (access === undefined) return appendBlock(text, document, values, newline);
  if (!isMap(access.value)) return fillEmptyBlock(text, access, values, newline);
  const block = access.value;
  const known = Object.keys(values).filter((key) => pairOf(block, key) !== undefined);
  const missing = Object.fromEntries(Object.entries(values).filter(([key]) => !known.includes(key)));
  const splices = [
    ...Object.entries(values).flatMap(([key, value]): (Splice | undefined)[] => {
      const pair = pairOf(block, key);
      if (pair === undefined) return [];
      const wanted = value as string | readonly string[];
      const list = pair.value;
      if (isSeq(list) && list.flow !== true && typeof wanted !== "string")
        return replaceItems(text, list, wanted);
      return [replaceValue(text, pair, wanted)];
    }),
    ...(Object.keys(missing).length === 0 ? [] : [addPairs(text, access, block, missing, newline)]),
  ];
  return spliced(text, splices);
}

/** At the end of the file, behind an empty line. */
function appendBlock(
  text: string,
  document: Document,
  values: AccessValues,
  newline: string,
): string | undefined {
  // Behind "..." nothing of this document may follow.
  if (/^\.\.\./m.test(text)) return undefined;
  const block = accessLines(values, "  ", newline) + newline;
  if (document.contents === null) return `${text}${endOfLine(text, newline)}${block}`;
  return `${text}${endOfLine(text, newline)}${newline}${block}`;
}

function endOfLine(text: string, newline: string): string {
  return text === "" || text.endsWith("\n") ? "" : newline;
}

/** `access:` with nothing behind it. */
function fillEmptyBlock(
  text: string,
  access: Pair,
  values: AccessValues,
  newline: string,
): string | undefined {
  const [key, value] = [rangeOf(access.key), rangeOf(access.value)];
  if (key === undefined || (isScalar(access.value) && access.value.value !== null)) return undefined;
  if (access.value !== null && !isScalar(access.value)) return undefined;
  const colon = text.indexOf(":", key[1]);
  const end = Math.max(value?.[1] ?? 0, colon + 1);
  // A word for nothing, such as ~ or null, goes.
  const without = text.slice(0, colon + 1) + text.slice(end);
  const lineEnd = endOfThisLine(without, colon + 1);
  const lines = linesOf(values, "  ").join(newline);
  const [before, after] = [without.slice(0, lineEnd), without.slice(lineEnd)];
  return `${before}${endOfLine(before, newline)}${lines}${newline}${after}`;
}

/** Before the first key of the block, in its own line and at its indentation, or inside the braces. */
function addPairs(
  text: string,
  access: Pair,
  block: YAMLMap,
  values: AccessValues,
  newline: string,
): Splice | undefined {
  const range = rangeOf(block);
  const key = rangeOf(access.key);
  if (range === undefined || key === undefined) return undefined;
  if (block.flow === true) {
    const at = range[0] + 1;
    const pairs = Object.entries(values).map(([name, value]) => `${name}: ${inline(value as string)}`);
    return { from: at, to: at, text: ` ${pairs.join(", ")}${block.items.length === 0 ? " " : ","}` };
  }
  const at = endOfThisLine(text, key[1]);
  const lineStart = text.lastIndexOf("\n", range[0] - 1) + 1;
  const indent = text.slice(lineStart, range[0]);
  // The first key may stand where nothing can go before it, such as behind an anchor.
  if (at > lineStart || !/^ +$/.test(indent)) return undefined;
  const lines = linesOf(values, indent).map((line) => line + newline);
  return { from: at, to: at, text: lines.join("") };
}

function replaceValue(
  text: string,
  { key, value }: Pair,
  wanted: string | readonly string[],
): Splice | undefined {
  const place = rangeOf(value);
  const keyRange = rangeOf(key);
  if (keyRange === undefined) return undefined;
  const isNothing = place === undefined || place[0] === place[1];
  if (!isNothing) return { from: place[0], to: place[1], text: inline(wanted) };
  const at = text.indexOf(":", keyRange[1]) + 1;
  return { from: at, to: at, text: ` ${inline(wanted)}` };
}

/** The first item becomes the wanted one, and the others go; what stands beside and between them stays. */
function replaceItems(text: string, list: YAMLSeq, wanted: readonly string[]): (Splice | undefined)[] {
  const [first, ...others] = list.items.map(rangeOf);
  if (first === undefined || wanted.length !== 1) return [undefined];
  return [
    { from: first[0], to: first[1], text: quoted(wanted[0] ?? "") },
    ...others.map((item): Splice | undefined => {
      const dash = item === undefined ? -1 : text.lastIndexOf("-", item[0] - 1);
      if (item === undefined || dash === -1) return undefined;
      const lineStart = text.lastIndexOf("\n", dash) + 1;
      const lineEnd = endOfThisLine(text, item[1]);
      const alone = /^\s*$/.test(text.slice(lineStart, dash)) && /^\s*$/.test(text.slice(item[1], lineEnd));
      if (alone) return { from: lineStart, to: lineEnd, text: "" };
      const comment = text.indexOf("#", item[1]);
      return { from: dash, to: comment === -1 ? item[1] : comment, text: "" };
    }),
  ];
}

function spliced(text: string, splices: readonly (Splice | undefined)[]): string | undefined {
  let result = text;
  const known = splices.filter((splice) => splice !== undefined);
  if (known.length < splices.length) return undefined;
  for (const { from, to, text: replacement } of known.toSorted((one, other) => other.from - one.from)) {
    result = result.slice(0, from) + replacement + result.slice(to);
  }
  return result;
}

/** Whether the new text says what the old one said, with the values and nothing else changed. */
function holds(written: string, text: string, values: AccessValues): boolean {
  const [before, after] = [parseDocument(text), parseDocument(written)];
  if (before.errors.length > 0 || after.errors.length > 0) return false;
  // Stars without quotes are for whoever reads the values to find fault with.
  for (const document of [before, after]) readStarsAsText(document);
  if (!isDeepStrictEqual(commentsIn(written), commentsIn(text))) return false;
  const old = (before.toJS() ?? {}) as { access?: object | null };
  return isDeepStrictEqual(after.toJS(), { ...old, access: { ...old.access, ...values } });
}

/** The comments of a YAML text, in order. */
function commentsIn(text: string): string[] {
  const comments: string[] = [];
  let scalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!scalar && lexeme.startsWith("#")) comments.push(lexeme.trimEnd());
    // The character before the text of a scalar, which may begin with # too.
    scalar = lexeme === "\x1f";
  }
  return comments;
}

function linesOf({ logzioAccountId, externalIds }: AccessValues, indent: string): string[] {
  return [
    ...(logzioAccountId === undefined ? [] : [`${indent}logzioAccountId: ${quoted(logzioAccountId)}`]),
    ...(externalIds === undefined
      ? []
      : [`${indent}externalIds:`, ...externalIds.map((id) => `${indent}${indent}- ${quoted(id)}`)]),
  ];
}

function inline(value: string | readonly string[]): string {
  return typeof value === "string" ? quoted(value) : `[${value.map(quoted).join(", ")}]`;
}

/** Text in double quotes, which YAML reads as JSON does. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  return (node.range as [number, number, number] | null | undefined) ?? undefined;
}

/** Where the next line begins. */
function endOfThisLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end + 1;
}
