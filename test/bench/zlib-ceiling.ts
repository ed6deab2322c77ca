// A program of its own, so that it runs on the function's Node and core: what zlib alone takes for an object and for
// the documents that were made of it. Arguments: the object's file, the file of the bodies that were sent.
import { readFileSync } from "node:fs";
import { constants, createGunzip, gunzipSync, gzipSync } from "node:zlib";

const { Z_SYNC_FLUSH } = constants;
const bulkBytes = 10_485_759;

/** Seconds of processor time. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function streamed(object: Buffer): Promise<number> {
  const before = process.cpuUsage();
  const engine = createGunzip({ chunkSize: 256 * 1024, finishFlush: Z_SYNC_FLUSH });
  engine.end(object);
  let bytes = 0;
  for await (const chunk of engine) bytes += (chunk as Buffer).length;
  const { user, system } = process.cpuUsage(before);
  if (bytes === 0) throw new Error("the object is empty");
  return (user + system) / 1e6;
}

async function main(): Promise<void> {
  const [objectPath = "", bodiesPath = ""] = process.argv.slice(2);
  const object = readFileSync(objectPath);
  const documents = gunzipSync(readFileSync(bodiesPath), { chunkSize: 1 << 20 });
  // Of Node's ways to decompress, the quicker one: in one call the memory for the whole costs more than the stream.
  const gunzip = Math.min(
    await streamed(object),
    timed(() => gunzipSync(object, { chunkSize: 1 << 20 })),
  );
  const gzip = timed(() => {
    for (let at = 0; at < documents.length; at += bulkBytes)
      gzipSync(documents.subarray(at, at + bulkBytes), { level: 1, chunkSize: 1 << 20 });
  });
  process.stdout.write(JSON.stringify({ gunzip, gzip, documentBytes: documents.length }));
}

void main();
