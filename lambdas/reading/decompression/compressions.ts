import type { ByteReader } from "../byte-reader";
import { bunzip2, isBzip2 } from "./bzip2/bzip2";
import { gunzip, isGzip } from "./gzip";
import { isSnappy, unsnap } from "./snappy";
import type { Warn } from "./tail";
import { isZip } from "./zip";
import { isZstd, unzstd } from "./zstd";

/** Name in positions and logs; never renamed, since continuations carry it. */
export type CompressionName = "gzip" | "zip" | "zstd" | "bzip2" | "snappy";

/** A way to compress an object, told by its first bytes; names and headers are often wrong. */
export interface Compression {
  readonly name: CompressionName;
  /** The first bytes, as the documentation says them. */
  readonly magic: string;
  readonly remarks: string;
  readonly begins: (head: Buffer) => boolean;
  /** What the reader's bytes were; absent for archives, whose entries are files of their own. */
  readonly decompress?: (reader: ByteReader, warn: Warn) => AsyncGenerator<Buffer, void>;
}

export const compressions: readonly Compression[] = [
  {
    name: "gzip",
    magic: "1f 8b",
    remarks: "any number of members; zero padding behind them",
    begins: isGzip,
    decompress: gunzip,
  },
  {
    name: "zip",
    magic: "50 4b 03 04",
    remarks: "all entries, deflated or stored, also zip64; an encrypted one fails, the others are shipped",
    begins: isZip,
  },
  {
    name: "zstd",
    magic: "28 b5 2f fd",
    remarks: "any number of frames, skippable ones left out; windows up to 128 MB; needs Node.js 22.15",
    begins: isZstd,
    decompress: unzstd,
  },
  {
    name: "bzip2",
    magic: "42 5a 68, a digit, 31 41 59 26 53 59",
    remarks: "any number of streams",
    begins: isBzip2,
    decompress: bunzip2,
  },
  {
    name: "snappy",
    magic: "ff 06 00 00 73 4e 61 50 70 59",
    remarks: "the framed format alone, checksums verified; raw and Hadoop snappy are refused as binary",
    begins: isSnappy,
    decompress: unsnap,
  },
];

/** How the bytes that begin with `head` are compressed, if they are. */
export function compressionOf(head: Buffer): Compression | undefined {
  return compressions.find(({ begins }) => begins(head));
}
