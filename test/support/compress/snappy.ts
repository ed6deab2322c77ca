import { compress } from "snappyjs";

const identifier = Buffer.from("\xff\x06\x00\x00sNaPpY", "latin1");

/** A framed snappy stream of the content. */
export function snappy(content: Buffer, chunkBytes = 65_536): Buffer {
  const chunks: Buffer[] = [identifier];
  for (let at = 0; at < content.length; at += chunkBytes) {
    const bytes = content.subarray(at, at + chunkBytes);
    const compressed = Buffer.from(compress(bytes));
    // As the format's own writers do: what does not get smaller stays as it is.
    const isSmaller = compressed.length < bytes.length;
    chunks.push(snappyChunk(isSmaller ? 0 : 1, maskedChecksum(bytes), isSmaller ? compressed : bytes));
  }
  return Buffer.concat(chunks);
}

/** A chunk of any type, whatever it holds. */
export function snappyChunk(type: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const header = Buffer.from([type, 0, 0, 0]);
  header.writeUIntLE(bytes.length, 1, 3);
  return Buffer.concat([header, bytes]);
}

function maskedChecksum(bytes: Buffer): Buffer {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  }
  const checksum = ~value >>> 0;
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0);
  return masked;
}
