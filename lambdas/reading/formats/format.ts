import type { JsonOptions } from "./json-splitter";
import type { Splitter } from "./record";
import type { SplitterStart } from "./splitter";

/** The start of a file, by which its format and type are told. */
export interface FileHead {
  /** Decoded key of the object; of a zip entry, its name behind the object's key. */
  readonly key: string;
  /** The first bytes, decompressed, without a byte order mark. */
  readonly bytes: Buffer;
  /** Whether these are all bytes of the file. */
  readonly complete: boolean;
}

/** What records are to the lane: lines of text, JSON objects one behind the other, or elements of an array. */
export type LaneCut = "lines" | "objects" | "elements";

/** How one kind of file is cut into records. */
export interface Format {
  /** Name in logs and continuations; never renamed, since continuations carry it. */
  readonly name: string;
  /** Whether the file is of this format. Formats are asked in the registry's order. */
  readonly matches: (head: FileHead) => boolean;
  /** How the lane cuts its ordinary records (see shipping/lane.ts). @default it does not */
  readonly lane?: LaneCut;
  readonly open: (start: SplitterStart, options: JsonOptions) => Splitter;
}

/** Whether a whole file is one JSON text. Only asked of heads, which are small. */
export function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}
