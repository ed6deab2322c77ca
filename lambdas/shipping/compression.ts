import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const runGzip = promisify(gzip);
const runGunzip = promisify(gunzip);

/**
 * Pieces in which the output comes. zlib's default of 16 KB goes to a thread and back a hundred times a bulk; with this
 * it is once or twice.
 */
const chunkSize = 1024 * 1024;

/** Documents as they are sent. */
export interface CompressedDocuments {
  readonly body: Buffer;
  readonly documents: number;
}

/**
 * Compresses documents on a thread of Node's own. The bytes must stay as they are until then, and may change from then on.
 * Level 1: compression is what a core spends most of its time on, and higher levels halve its speed.
 */
export async function compressDocuments(bytes: Buffer, documents: number): Promise<CompressedDocuments> {
  return { body: await runGzip(bytes, { level: 1, chunkSize }), documents };
}

/** The documents again, where they have to be sent in another way. */
export function decompressDocuments({ body }: CompressedDocuments): Promise<Buffer> {
  return runGunzip(body, { chunkSize });
}
