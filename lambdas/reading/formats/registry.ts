import type { FileHead, Format } from "./format";
import { configurationItems, jsonArray, records } from "./json-array";
import { jsonLines } from "./json-lines";
import { multiline } from "./multiline";
import { csv, tsv } from "./table";
import { text } from "./text";

/** Those that key and content tell, the most particular first; the last one takes whatever is left. */
export const toldFormats: readonly Format[] = [records, configurationItems, jsonArray, jsonLines, text];
/** Those that a source asks for; no content tells them. */
export const askedFormats: readonly Format[] = [csv, tsv, multiline];

/** The format of a file, by its first bytes and its key. */
export function detectFormat(head: FileHead): Format {
  return toldFormats.find((format) => format.matches(head)) ?? text;
}

/** The format of that name, or undefined where this version has none. */
export function formatNamed(name: string): Format | undefined {
  return [...toldFormats, ...askedFormats].find((format) => format.name === name);
}
