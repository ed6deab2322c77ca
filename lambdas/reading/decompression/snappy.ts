import { uncompress } from "snappyjs";
import { messageOf } from "../../runtime/errors";
import type { ByteReader } from "../byte-reader";
import { crc32c } from "./crc32c";
import { cutOff, damaged } from "./damage";

/** Format: google/snappy, framing_format.txt. A stream begins with this chunk, and may hold it again. */
const streamIdentifier = Buffer.from("\xff\x06\x00\x00sNaPpY", "latin1");
const COMPRESSED = 0x00;
const UNCOMPRESSED = 0x01;
/** Chunks of this type and above may be skipped: padding, and the identifier of another stream, among them. */
const SKIPPABLE = 0x80;
/** Most bytes that a chunk decompresses to. */
const longestContent = 65_536;

export function isSnappy(head: Buffer): boolean {
  return head.subarray(0, streamIdentifier.length).equals(streamIdentifier);
}

/**
 * The chunks of a framed snappy stream, or of several. A chunk's checksum precedes its content, so that a damaged one is
 * not yielded.
 * @throws ObjectDamaged behind the last chunk that is whole and right
 */
export async function* unsnap(reader: ByteReader): AsyncGenerator<Buffer, void> {
  for (let header = await takeHeader(reader); header !== undefined; header = await takeHeader(reader)) {
    const { type, length } = header;
    if (type === COMPRESSED || type === UNCOMPRESSED) {
      const chunk = await reader.take(length);
      if (chunk.length < length) throw cutOff("snappy");
      yield content(type, chunk);
    } else if (type >= SKIPPABLE) {
      if (!(await reader.skip(length))) throw cutOff("snappy");
    } else throw damaged("snappy", `a chunk of the reserved type ${type}`);
  }
}

async function takeHeader(reader: ByteReader): Promise<{ type: number; length: number } | undefined> {
  const header = await reader.take(4);
  if (header.length === 0) return undefined;
  if (header.length < 4) throw cutOff("snappy");
  return { type: header[0], length: header.readUIntLE(1, 3) };
}

function content(type: number, chunk: Buffer): Buffer {
  if (chunk.length < 4) throw damaged("snappy", "a chunk without a checksum");
  const bytes = type === COMPRESSED ? decompress(chunk.subarray(4)) : chunk.subarray(4);
  if (bytes.length > longestContent) throw damaged("snappy", "a chunk of more than 65,536 bytes");
  const checksum = crc32c(bytes);
  // Rotated and offset, so that a checksum over data with checksums in it stays one.
  const masked = (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
  if (masked !== chunk.readUInt32LE()) throw damaged("snappy", "a chunk does not match its checksum");
  return bytes;
}

function decompress(block: Buffer): Buffer {
  try {
    const bytes = uncompress(block, longestContent);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    throw damaged("snappy", messageOf(error));
  }
}
