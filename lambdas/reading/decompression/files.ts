import { ByteReader } from "../byte-reader";
import { gunzip } from "./inflate";
import { unzip } from "./zip";

/** How an object is compressed, told by its first bytes; its name and headers are often wrong. */
export type Compression = "none" | "gzip" | "zip";

/** A file in an object: the object itself, or an entry of an archive. */
export interface ObjectFile {
  /** Number of the file in its object, from 0. */
  readonly index: number;
  /** Its path in the archive; "" for the object itself. */
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** The decompressed files of an object. */
export class DecompressedObject {
  private constructor(
    readonly compression: Compression,
    private readonly reader: ByteReader,
  ) {}

  static async open(chunks: AsyncIterable<Buffer>): Promise<DecompressedObject> {
    const reader = new ByteReader(chunks);
    return new DecompressedObject(compressionOf(await reader.peek(4)), reader);
  }

  /** The rest of an object that is known not to be compressed: its middle may look like anything. */
  static plain(chunks: AsyncIterable<Buffer>): DecompressedObject {
    return new DecompressedObject("none", new ByteReader(chunks));
  }

  /** The files in their order; each must be read to its end before the next one is asked for. */
  async *files(): AsyncGenerator<ObjectFile, void> {
    if (this.compression === "none") yield { index: 0, name: "", chunks: this.reader.chunks() };
    else if (this.compression === "gzip") yield { index: 0, name: "", chunks: gunzip(this.reader) };
    else {
      let index = 0;
      for await (const { name, chunks } of unzip(this.reader)) yield { index: index++, name, chunks };
    }
  }
}

function compressionOf(start: Buffer): Compression {
  if (start.length >= 2 && start[0] === 0x1f && start[1] === 0x8b) return "gzip";
  const signature = start.toString("latin1");
  return signature === "PK\x03\x04" || signature === "PK\x05\x06" ? "zip" : "none";
}
