import * as zlib from "node:zlib";

const { zstdCompressSync, constants } = zlib as typeof zlib & {
  zstdCompressSync?: (content: Buffer, options?: object) => Buffer;
  constants: Record<string, number>;
};

/** A zstd frame with a checksum; undefined where this Node has no zstd. */
export const zstd =
  zstdCompressSync &&
  ((content: Buffer): Buffer =>
    zstdCompressSync(content, { params: { [constants["ZSTD_c_checksumFlag"]]: 1 } }));

/** Why tests of zstd are left out, where they are. */
export const noZstd = `Node.js ${process.versions.node} has no zstd; 22.15 has`;

/** A frame that decompressors pass over. */
export function skippableFrame(content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a53, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}
