import { askedFormat } from "../reading/asked-format";
import type { ObjectFile } from "../reading/decompression/files";
import { ObjectDamaged } from "../reading/errors";
import type { FileHead } from "../reading/formats/format";
import type { JsonOptions } from "../reading/formats/json-splitter";
import type { Splitter } from "../reading/formats/record";
import { detectFormat, formatNamed } from "../reading/formats/registry";
import { detectLog, readingOf, typeOf, type FoundLog } from "../reading/log-types";
import { encodingOf, fromUtf16 } from "../reading/utf16";
import type { SourceSettings } from "../runtime/environment";
import { firstByteOf, type Position } from "./position";

/** Enough to tell a format by; a damaged file no longer than this is found out before anything is shipped. */
export const headBytes = 64 * 1024;
const EMPTY = Buffer.alloc(0);
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** What a file turned out to be, and where reading it starts. */
export interface FileStart extends FoundLog {
  readonly format: string;
  readonly type: string;
  readonly encoding: Position["encoding"];
  readonly offset: number;
  readonly line: number;
  readonly state: Position["state"];
  /** The bytes from `offset`. */
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * Looks at the first bytes of a file, or goes to where an earlier run stopped.
 * @param key the object's decoded key
 * @param source its type `auto`, or none, picks one; a format that it asks for is taken unseen
 */
export async function startFile(
  file: ObjectFile,
  key: string,
  source: SourceSettings,
  from: Position | undefined,
): Promise<FileStart> {
  if (from !== undefined) {
    const { format, type, log, columns, encoding, offset, line, state } = from;
    const text = encoding === undefined ? file.chunks : fromUtf16(file.chunks, encoding);
    const chunks = behind(text, offset - firstByteOf(from));
    return { format, type, log, columns, encoding, offset, line, state, chunks };
  }
  let chunks = file.chunks[Symbol.asyncIterator]();
  let { bytes, complete } = await takeHead(chunks);
  const encoding = encodingOf(bytes);
  if (encoding !== undefined) {
    chunks = fromUtf16(withHead(bytes, chunks), encoding);
    ({ bytes, complete } = await takeHead(chunks));
  }
  const offset = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  bytes = bytes.subarray(offset);
  const head: FileHead = { key: file.name === "" ? key : `${key}/${file.name}`, bytes, complete };
  const found = bytes.length > 0 ? detectLog(head) : {};
  const { type } = source;
  const asked = askedFormat(source);
  return {
    ...found,
    encoding,
    format: asked?.format ?? detectFormat(head).name,
    type: type === undefined || type === "auto" ? typeOf(found) : type,
    offset,
    line: 0,
    state: asked?.state,
    chunks: withHead(bytes, chunks),
  };
}

/** The first bytes of a file, and whether they are all of it. */
async function takeHead(source: AsyncIterator<Buffer>): Promise<{ bytes: Buffer; complete: boolean }> {
  let bytes: Buffer = EMPTY;
  while (bytes.length < headBytes) {
    const step = await source.next();
    if (step.done) return { bytes, complete: true };
    bytes = bytes.length > 0 ? Buffer.concat([bytes, step.value]) : step.value;
  }
  return { bytes, complete: false };
}

/** The splitter for a file. @throws ObjectDamaged where a continuation names a format that this version lacks */
export function openSplitter(start: FileStart, options: JsonOptions): Splitter {
  const { format, offset, line, state } = start;
  const known = formatNamed(format);
  if (known === undefined) {
    throw new ObjectDamaged(
      `the continuation names the format "${format}", which this version does not have`,
    );
  }
  const { comment } = readingOf(start, start.type);
  return known.open({ offset, lines: line, state, comment }, options);
}

async function* withHead(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  try {
    if (head.length > 0) yield head;
    for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}

async function* behind(chunks: AsyncIterable<Buffer>, skipped: number): AsyncGenerator<Buffer, void> {
  let left = skipped;
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left > 0 ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
}
