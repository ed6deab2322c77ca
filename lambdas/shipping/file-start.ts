import { askedFormat } from "../reading/asked-format";
import { ByteReader } from "../reading/byte-reader";
import type { ObjectFile } from "../reading/decompression/files";
import { ObjectDamaged } from "../reading/errors";
import type { FileHead } from "../reading/formats/format";
import type { JsonOptions } from "../reading/formats/json-splitter";
import type { Splitter } from "../reading/formats/record";
import { detectFormat, formatNamed } from "../reading/formats/registry";
import { detectLog, readingOf, typeOf, type FoundLog } from "../reading/log-types";
import { encodingOf, fromUtf16, type Encoding } from "../reading/utf16";
import type { SourceSettings } from "../runtime/environment";
import { firstByteOf, type Position } from "./position";

/** Enough to tell a format by. */
export const headBytes = 64 * 1024;
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
 * @param signal ends the way to where an earlier run stopped
 */
export async function startFile(
  file: ObjectFile,
  key: string,
  source: SourceSettings,
  from: Position | undefined,
  signal: AbortSignal,
): Promise<FileStart> {
  if (from !== undefined) {
    refuseOtherLayers(file, from);
    const { format, type, log, columns, encoding, offset, line, state } = from;
    const bytes = asText(file.bytes, encoding);
    await bytes.skip(offset - firstByteOf(from), signal);
    return { format, type, log, columns, encoding, offset, line, state, chunks: bytes.chunks() };
  }
  const encoding = encodingOf(await file.bytes.look(2));
  const text = asText(file.bytes, encoding);
  const start = await text.look(headBytes);
  const complete = text.isComplete && start.length < headBytes;
  const offset = start.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const bytes = start.subarray(offset);
  await text.skip(offset);
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
    chunks: text.chunks(),
  };
}

/** The file's text in UTF-8. */
function asText(bytes: ByteReader, encoding: Encoding | undefined): ByteReader {
  return encoding === undefined ? bytes : new ByteReader(fromUtf16(bytes.chunks(), encoding));
}

/** An offset means nothing in bytes that another version decompressed further, or less far. */
function refuseOtherLayers({ compression }: ObjectFile, from: Position): void {
  if (compression === from.compression) return;
  throw new ObjectDamaged(
    `the continuation is of bytes that were compressed by ${from.compression}, and to this version they are by ` +
      `${compression}; ship the object from its beginning, such as with logzio-s3 backfill`,
  );
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
