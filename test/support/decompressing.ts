import { filesOf } from "../../lambdas/reading/decompression/files";
import { messageOf } from "../../lambdas/runtime/errors";

/** A file of an object as a test compares it. */
export interface ReadFile {
  readonly name: string;
  readonly compression: string;
  /** What came out of it, up to damage. */
  readonly content: Buffer;
  /** Why it is refused, or what is wrong with it. */
  readonly error: string | undefined;
}

export interface ReadObject {
  readonly files: readonly ReadFile[];
  /** Why the walk through the files ended early; also where a file said it. */
  readonly error: string | undefined;
  readonly warnings: readonly string[];
}

/** All files of an object whose bytes come in chunks of the lengths, used in turn. */
export async function decompress(
  bytes: Buffer,
  chunkLengths: readonly number[] = [65_536],
): Promise<ReadObject> {
  const files: ReadFile[] = [];
  const warnings: string[] = [];
  const readAgain = (from: number): AsyncGenerator<Buffer> => inChunks(bytes.subarray(from), chunkLengths);
  const found = filesOf(readAgain(0), { readAgain, warn: (warning) => warnings.push(warning) });
  let error: string | undefined;
  try {
    for await (const { name, compression, refusal, bytes: reader } of found) {
      const chunks: Buffer[] = [];
      let fault = refusal?.message;
      if (refusal === undefined) {
        try {
          for await (const chunk of reader.chunks()) chunks.push(chunk);
        } catch (thrown) {
          fault = messageOf(thrown);
        }
      }
      files.push({ name, compression, content: Buffer.concat(chunks), error: fault });
    }
  } catch (thrown) {
    error = messageOf(thrown);
  }
  return { files, error, warnings };
}

async function* inChunks(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + lengths[turn % lengths.length];
    yield await Promise.resolve(bytes.subarray(at, end));
    at = end;
  }
}
