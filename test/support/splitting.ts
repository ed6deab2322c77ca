import type { FileHead } from "../../lambdas/reading/formats/format";
import { detectFormat, formatNamed } from "../../lambdas/reading/formats/registry";
import type { Splitter, SplitterState } from "../../lambdas/reading/formats/record";

/** A record as a test compares it. */
export interface SplitRecord {
  readonly kind: "text" | "json";
  readonly text: string;
  readonly part: number;
  readonly last: boolean;
  readonly nextOffset: number;
  readonly nextState: SplitterState | undefined;
  /** As it stands in the file, where that is another form. */
  readonly original?: string | undefined;
}

export interface SplitOptions {
  /** Lengths of the chunks, used in turn. @default one chunk */
  readonly chunkLengths?: readonly number[];
  readonly offset?: number;
  readonly state?: SplitterState | undefined;
  readonly longestRecordBytes?: number;
}

/** All records of the bytes, cut by the named format, fed in chunks. */
export function split(format: string, bytes: Buffer, options: SplitOptions = {}): SplitRecord[] {
  const { chunkLengths = [bytes.length || 1], offset = 0, state, longestRecordBytes = 499_000 } = options;
  const found = formatNamed(format);
  if (found === undefined) throw new Error(`no format ${format}`);
  const splitter = found.open({ offset, lines: 0, state }, { watched: [], longestRecordBytes });
  const records: SplitRecord[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const end = at + chunkLengths[turn % chunkLengths.length];
    collect(splitter, bytes.subarray(at, end), false, records);
    at = end;
  }
  collect(splitter, Buffer.alloc(0), true, records);
  return records;
}

function collect(splitter: Splitter, chunk: Buffer, last: boolean, into: SplitRecord[]): void {
  for (const slice of splitter.split(chunk, last)) {
    into.push({
      kind: slice.kind,
      text: slice.buffer.toString("utf8", slice.start, slice.end),
      part: slice.part,
      last: slice.last,
      nextOffset: slice.nextOffset,
      nextState: slice.nextState,
      original: slice.original?.buffer.toString("utf8", slice.original.start, slice.original.end),
    });
  }
}

export function formatOf(text: string, key = "logs/file", complete = true): string {
  const head: FileHead = { key, bytes: Buffer.from(text), complete };
  return detectFormat(head).name;
}
