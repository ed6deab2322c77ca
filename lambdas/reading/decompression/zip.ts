import * as zlib from "node:zlib";
import type { ByteReader } from "../byte-reader";
import { ObjectDamaged } from "../errors";
import { inflateRaw } from "./inflate";

/** Format: PKWARE APPNOTE 6.3.10, sections 4.3 (records) and 4.5.3 (zip64). All numbers are little-endian. */
const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
/** What may follow an entry: the next one, the central directory, or (of an empty archive) its end. */
const entryEnds = new Set([LOCAL_HEADER, 0x02014b50, 0x06054b50, 0x08064b50]);
const localHeaderBytes = 30;
const ENCRYPTED = 0x0001;
const SIZES_FOLLOW = 0x0008;
const STORED = 0;
const DEFLATED = 8;

/** Checksums, where this Node has them (22, the deployed runtime, does). */
const crc32 = (zlib as { crc32?: (bytes: Buffer, before: number) => number }).crc32;

interface LocalHeader {
  readonly name: string;
  readonly method: number;
  readonly sizesFollow: boolean;
  readonly checksum: number;
  readonly compressedSize: number;
}

/** A file in an archive. Its chunks must be read to their end before the next entry is asked for. */
export interface ZipEntry {
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** The files of a zip archive in the order of their bytes, without its central directory. Folders are none. */
export async function* unzip(reader: ByteReader): AsyncGenerator<ZipEntry, void> {
  for (;;) {
    const signature = await reader.peek(4);
    if (!endsEntry(signature))
      throw new ObjectDamaged("the zip archive ends before its directory, or is damaged");
    if (signature.readUInt32LE() !== LOCAL_HEADER) return;
    const header = await readHeader(reader);
    const chunks = entryChunks(reader, header);
    if (header.name.endsWith("/")) await drain(chunks);
    else yield { name: header.name, chunks };
  }
}

async function drain(chunks: AsyncGenerator<Buffer>): Promise<void> {
  while (!(await chunks.next()).done);
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
  const name = variable.toString("utf8", 0, nameBytes);
  if (flags & ENCRYPTED)
    throw new ObjectDamaged(`the zip entry "${name}" is encrypted; store it without a password`);
  return {
    name,
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

async function* entryChunks(reader: ByteReader, header: LocalHeader): AsyncGenerator<Buffer, void> {
  let checksum = 0;
  for await (const chunk of compressedChunks(reader, header)) {
    if (crc32) checksum = crc32(chunk, checksum);
    yield chunk;
  }
  const expected = header.sizesFollow ? await readDescriptor(reader, header) : header.checksum;
  if (crc32 && checksum !== expected) {
    throw new ObjectDamaged(`the zip entry "${header.name}" does not match its checksum`);
  }
}

function compressedChunks(reader: ByteReader, header: LocalHeader): AsyncIterable<Buffer> {
  if (header.method === DEFLATED) return inflateRaw(reader);
  if (header.method === STORED && !header.sizesFollow) return storedChunks(reader, header);
  throw new ObjectDamaged(
    `the zip entry "${header.name}" uses compression method ${header.method}` +
      `${header.sizesFollow ? " of unknown length" : ""}; only deflate and stored entries can be read`,
  );
}

async function* storedChunks(reader: ByteReader, header: LocalHeader): AsyncGenerator<Buffer, void> {
  for (let left = header.compressedSize; left > 0;) {
    const chunk = await reader.takeChunk();
    if (chunk === undefined)
      throw new ObjectDamaged(`the zip archive ends inside the entry "${header.name}"`);
    const mine = chunk.subarray(0, left);
    reader.putBack(chunk.subarray(mine.length));
    left -= mine.length;
    yield mine;
  }
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
