import * as zlib from "node:zlib";
import type { ByteReader } from "../byte-reader";
import { ObjectDamaged } from "../errors";
import { inflateRaw } from "./gzip";

/** Format: PKWARE APPNOTE 6.3.10, sections 4.3 (records) and 4.5.3 (zip64). All numbers are little-endian. */
const LOCAL_HEADER = 0x04034b50;
const END_OF_DIRECTORY = 0x06054b50;
const DATA_DESCRIPTOR = 0x08074b50;
/** What may follow an entry: the next one, the central directory, or (of an empty archive) its end. */
const entryEnds = new Set([LOCAL_HEADER, 0x02014b50, END_OF_DIRECTORY, 0x08064b50]);
const localHeaderBytes = 30;
const ENCRYPTED = 0x0001;
const SIZES_FOLLOW = 0x0008;
const STORED = 0;
const DEFLATED = 8;

/** Checksums, where this Node has them: from 20.15 and 22.2 on. */
const crc32 = (zlib as { crc32?: (bytes: Buffer, before: number) => number }).crc32;

interface LocalHeader {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly sizesFollow: boolean;
  readonly checksum: number;
  readonly compressedSize: number;
}

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Why it cannot be read; its bytes then mean nothing. */
  readonly refusal: ObjectDamaged | undefined;
  readonly bytes: ByteReader;
}

export function isZip(head: Buffer): boolean {
  const signature = head.length >= 4 ? head.readUInt32LE() : 0;
  return signature === LOCAL_HEADER || signature === END_OF_DIRECTORY;
}

/**
 * The files of a zip archive in the order of their bytes, without its central directory. Folders are none. What is not
 * read of an entry is passed over when the next one is asked for.
 * @throws ObjectDamaged where the archive cannot be followed any further
 */
export async function* unzip(reader: ByteReader): AsyncGenerator<ZipEntry, void> {
  for (;;) {
    const signature = await reader.peek(4);
    if (!endsEntry(signature))
      throw new ObjectDamaged("the zip archive ends before its directory, or is damaged");
    if (signature.readUInt32LE() !== LOCAL_HEADER) return;
    const header = await readHeader(reader);
    const refusal = refusalOf(header);
    // What is refused is passed over by its size, where the header says it.
    if (refusal && header.sizesFollow) throw refusal;
    const walk: Walk = {};
    const bytes = reader.derive((archive, isAgain) =>
      refusal
        ? rawChunks(archive, header, isAgain ? {} : walk)
        : entryChunks(archive, header, isAgain ? {} : walk),
    );
    if (!header.name.endsWith("/")) yield { name: header.name, refusal, bytes };
    await passOver(bytes, walk);
  }
}

/** Whether the archive's reader is behind an entry, whatever was wrong with that. */
interface Walk {
  isBehindEntry?: boolean;
}

async function passOver(bytes: ByteReader, walk: Walk): Promise<void> {
  try {
    while (!walk.isBehindEntry && (await bytes.takeChunk()) !== undefined);
  } catch (error) {
    // A wrong checksum keeps nobody from the entries behind; whoever read this one was told.
    if (!walk.isBehindEntry) throw error;
  }
}

function refusalOf({ name, flags, method, sizesFollow }: LocalHeader): ObjectDamaged | undefined {
  if (flags & ENCRYPTED)
    return new ObjectDamaged(`the zip entry "${name}" is encrypted; store it without a password`);
  if (method === DEFLATED || (method === STORED && !sizesFollow)) return undefined;
  return new ObjectDamaged(
    `the zip entry "${name}" uses compression method ${method}` +
      `${sizesFollow ? " of unknown length" : ""}; only deflate and stored entries can be read`,
  );
}

async function readHeader(reader: ByteReader): Promise<LocalHeader> {
  const fixed = await reader.take(localHeaderBytes);
  const nameBytes = fixed.length < localHeaderBytes ? 0 : fixed.readUInt16LE(26);
  const extraBytes = fixed.length < localHeaderBytes ? 0 : fixed.readUInt16LE(28);
  const variable = Buffer.from(await reader.take(nameBytes + extraBytes));
  if (fixed.length < localHeaderBytes || variable.length < nameBytes + extraBytes) {
    throw new ObjectDamaged("the zip archive ends inside an entry's header");
  }
  const flags = fixed.readUInt16LE(6);
  return {
    name: variable.toString("utf8", 0, nameBytes),
    flags,
    method: fixed.readUInt16LE(8),
    sizesFollow: (flags & SIZES_FOLLOW) !== 0,
    checksum: fixed.readUInt32LE(14),
    compressedSize: zip64CompressedSize(variable.subarray(nameBytes)) ?? fixed.readUInt32LE(18),
  };
}

/** The compressed size in the zip64 field, behind the uncompressed one. */
function zip64CompressedSize(extra: Buffer): number | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1 && at + 20 <= extra.length)
      return Number(extra.readBigUInt64LE(at + 12));
  }
  return undefined;
}

async function* entryChunks(
  reader: ByteReader,
  header: LocalHeader,
  walk: Walk,
): AsyncGenerator<Buffer, void> {
  let checksum = 0;
  const compressed = header.method === DEFLATED ? inflateRaw(reader) : rawChunks(reader, header, {});
  for await (const chunk of compressed) {
    if (crc32) checksum = crc32(chunk, checksum);
    yield chunk;
  }
  const expected = header.sizesFollow ? await readDescriptor(reader, header) : header.checksum;
  walk.isBehindEntry = true;
  if (crc32 && checksum !== expected) {
    throw new ObjectDamaged(`the zip entry "${header.name}" does not match its checksum`);
  }
}

/** An entry's bytes as they are in the archive. */
async function* rawChunks(reader: ByteReader, header: LocalHeader, walk: Walk): AsyncGenerator<Buffer, void> {
  for (let left = header.compressedSize; left > 0;) {
    const chunk = await reader.takeChunk();
    if (chunk === undefined)
      throw new ObjectDamaged(`the zip archive ends inside the entry "${header.name}"`);
    const mine = chunk.subarray(0, left);
    reader.putBack(chunk.subarray(mine.length));
    left -= mine.length;
    yield mine;
  }
  walk.isBehindEntry = true;
}

function endsEntry(signature: Buffer): boolean {
  return signature.length >= 4 && entryEnds.has(signature.readUInt32LE());
}

/**
 * Takes the data descriptor and returns its checksum. Its signature is optional and its two sizes have 4 or 8 bytes,
 * and no header reliably says which: what must follow it decides.
 */
async function readDescriptor(reader: ByteReader, header: LocalHeader): Promise<number> {
  const bytes = await reader.peek(4 + 4 + 16 + 4);
  const signed = bytes.length >= 4 && bytes.readUInt32LE() === DATA_DESCRIPTOR ? 4 : 0;
  for (const length of [signed + 12, signed + 20]) {
    if (!endsEntry(bytes.subarray(length, length + 4))) continue;
    const descriptor = await reader.take(length);
    return descriptor.readUInt32LE(signed);
  }
  throw new ObjectDamaged(`the zip archive ends, or is damaged, behind the entry "${header.name}"`);
}
