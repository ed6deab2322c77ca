import { setImmediate as nextTurn } from "node:timers/promises";
import type { ByteReader } from "../../byte-reader";
import { damaged } from "../damage";
import { hasNextMember, type Warn } from "../tail";
import { BitReader } from "./bit-reader";
import { readBlock } from "./block";
import { BlockOutput } from "./run-lengths";

/*
 * Format: the sources of bzip2 1.0.8, decompress.c and huffman.c; it has no other definition. "BZh" and a digit: blocks hold
 * so many times 100,000 bytes. Then blocks, each with a checksum, and the checksum of all of them.
 */
const blockUnit = 100_000;
const headerBytes = 4;
const magicBytes = 6;
const BLOCK = "\x31\x41\x59\x26\x53\x59";
const END = "\x17\x72\x45\x38\x50\x90";

/** A text may begin with BZh as well. */
export function isBzip2(head: Buffer): boolean {
  const magic = head.toString("latin1", headerBytes, headerBytes + magicBytes);
  return beginsStream(head) && (magic === BLOCK || magic === END);
}

function beginsStream(head: Buffer): boolean {
  return head.length >= headerBytes && /^BZh[1-9]/.test(head.toString("latin1", 0, headerBytes));
}

/** All streams of a bzip2 file. @throws ObjectDamaged behind the last block that can be read */
export async function* bunzip2(reader: ByteReader, warn: Warn): AsyncGenerator<Buffer, void> {
  let block = new Uint32Array(0);
  do {
    const header = await reader.take(headerBytes);
    const blockBytes = (header[3] - 0x30) * blockUnit;
    if (block.length !== blockBytes) block = new Uint32Array(blockBytes);
    yield* stream(new BitReader(reader), block);
  } while (await hasNextMember(reader, "bzip2", beginsStream, warn));
}

async function* stream(input: BitReader, block: Uint32Array): AsyncGenerator<Buffer, void> {
  let combined = 0;
  for (;;) {
    await input.need(magicBytes + 4);
    const magic = readMagic(input);
    const checksum = ((input.read(16) << 16) | input.read(16)) >>> 0;
    if (magic === END) {
      if (checksum !== combined) throw damaged("bzip2", "the stream does not match its checksum");
      input.release();
      return;
    }
    if (magic !== BLOCK) throw damaged("bzip2", "neither a block nor the end follows");
    await input.need(4);
    if (input.read(1) === 1) throw damaged("bzip2", "randomised blocks, as bzip2 before 0.9.5 wrote them");
    const origin = input.read(24);
    const length = await readBlock(input, block);
    if (origin >= length) throw damaged("bzip2", "a block that begins behind its end");
    const output = new BlockOutput(block, length, origin);
    await nextTurn();
    for (let chunk = output.next(); chunk.length > 0; chunk = output.next()) {
      yield chunk;
      await nextTurn();
    }
    if (output.crc !== checksum) throw damaged("bzip2", "a block does not match its checksum");
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
}

function readMagic(input: BitReader): string {
  const bytes = Array.from({ length: magicBytes }, () => input.read(8));
  return String.fromCharCode(...bytes);
}
