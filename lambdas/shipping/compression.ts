import { promisify } from "node:util";
import { createGzip, gunzip } from "node:zlib";
import { releaseMemory } from "../runtime/release";

const runGunzip = promisify(gunzip);

/**
 * Pieces in which the output comes. With zlib's default of 16 KB it goes to a thread and back a hundred times a bulk, with
 * this a few times.
 */
const chunkSize = 256 * 1024;

/** Documents as they are sent. */
export interface CompressedDocuments {
  /** One gzip member, in pieces: joining them would copy it, and leave as much garbage again. */
  readonly body: readonly Buffer[];
  readonly documents: number;
}

/**
 * Compresses documents on a thread of Node's own. The bytes must stay as they are until then, and may change from then on.
 * Level 1: compression is what a core spends most of its time on, and higher levels halve its speed.
 */
export async function compressDocuments(bytes: Buffer, documents: number): Promise<CompressedDocuments> {
  const engine = createGzip({ level: 1, chunkSize });
  engine.end(bytes);
  const body: Buffer[] = [];
  for await (const piece of engine) body.push(piece as Buffer);
  return { body, documents };
}

/** Gives the memory of what was compressed back; it is read no more. */
export function releaseDocuments({ body }: CompressedDocuments): void {
  for (const memory of new Set(body.map(({ buffer }) => buffer))) releaseMemory(memory);
}

/** The documents again, where they have to be sent in another way. */
export function decompressDocuments({ body }: CompressedDocuments): Promise<Buffer> {
  return runGunzip(Buffer.concat(body), { chunkSize });
}
