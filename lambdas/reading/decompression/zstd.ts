import * as zlib from "node:zlib";
import type { ByteReader } from "../byte-reader";
import { ObjectRefused } from "../errors";
import { cutOff, damaged } from "./damage";
import { EngineFailure, runEngine, type CreateEngine } from "./engine";
import { hasNextMember, type Warn } from "./tail";

/** Format: RFC 8878, section 3. All numbers are little-endian. */
const FRAME = 0xfd2fb528;
/** The first of 16 magic numbers of frames whose content belongs to others. */
const SKIPPABLE = 0x184d2a50;
const headerLimits = { shortest: 5, longest: 18 } as const;
/** Bytes of the dictionary's id and of the content's size, by the value of their two bits. */
const dictionaryBytes = [0, 1, 2, 4] as const;
const sizeBytes = [0, 2, 4, 8] as const;
const RLE = 1;
const checksumBytes = 4;

/** Node has it from 22.15 on, the deployed runtime among them; the types are older. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: CreateEngine };

export function isZstd(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE() === FRAME || isSkippable(head));
}

function isSkippable(head: Buffer): boolean {
  return (head.readUInt32LE() & ~0xf) === SKIPPABLE;
}

/** All frames of a zstd stream. @throws ObjectDamaged behind the last block that is whole */
export async function* unzstd(reader: ByteReader, warn: Warn): AsyncGenerator<Buffer, void> {
  if (createZstdDecompress === undefined) {
    throw new ObjectRefused(
      `it is compressed with zstd, which needs Node.js 22.15 or later; this is ${process.versions.node}`,
    );
  }
  try {
    const all = reader.derive((bytes, isAgain) => frames(bytes, isAgain ? () => undefined : warn));
    yield* runEngine(createZstdDecompress, all);
  } catch (error) {
    throw error instanceof EngineFailure ? damaged("zstd", error.message) : error;
  }
}

/**
 * The bytes of all frames, but for skippable ones. Node's engine says nothing where they end too early, and stops at the
 * end of a frame only where more is at hand; so their ends are told here.
 */
async function* frames(reader: ByteReader, warn: Warn): AsyncGenerator<Buffer, void> {
  do {
    if (isSkippable(await reader.peek(4))) await skipFrame(reader);
    else yield* frame(reader);
  } while (await hasNextMember(reader, "zstd", isZstd, warn));
}

async function* frame(reader: ByteReader): AsyncGenerator<Buffer, void> {
  const head = await reader.peek(headerLimits.longest);
  const descriptor = head.length < headerLimits.shortest ? 0 : head[4];
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const ofSize = sizeBytes[descriptor >> 6] || (isSingleSegment ? 1 : 0);
  const headerBytes = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes[descriptor & 3] + ofSize;
  let before = Buffer.from(await take(reader, headerBytes));
  for (let isLast = false; !isLast;) {
    const header = await reader.peek(3);
    if (header.length < 3) throw cutOff("zstd");
    const bits = header.readUIntLE(0, 3);
    isLast = (bits & 1) !== 0;
    const contentBytes = ((bits >> 1) & 3) === RLE ? 1 : bits >> 3;
    const block = await reader.take(3 + contentBytes);
    // Before the block is given away: whoever has used it up may give its memory back.
    const isCutOff = block.length < 3 + contentBytes;
    yield before.length > 0 ? Buffer.concat([before, block]) : block;
    before = Buffer.alloc(0);
    if (isCutOff) throw cutOff("zstd");
  }
  if (descriptor & 0x04) yield await take(reader, checksumBytes);
}

async function skipFrame(reader: ByteReader): Promise<void> {
  const header = await take(reader, 8);
  if (!(await reader.skip(header.readUInt32LE(4)))) throw cutOff("zstd");
}

async function take(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw cutOff("zstd");
  return bytes;
}
