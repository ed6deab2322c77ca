import type { Transform } from "node:stream";
import type { ZlibOptions } from "node:zlib";
import { releaseChunk } from "../../runtime/release";
import { behind, ByteReader } from "../byte-reader";

/** A decompressor of Node's, made anew for each run. */
export type CreateEngine = (options: ZlibOptions) => Transform & { readonly bytesWritten: number };

/**
 * Twice as fast as zlib's default of 16 KB; beyond it, memory grows and speed does not. An engine that holds no more than
 * one output chunk begins no call while an output waits to be read, so that none is lost where the next call fails; and it
 * makes the next output, on a thread of its own, while the last one is worked.
 */
const engineOptions: ZlibOptions & { readonly readableHighWaterMark: number } = {
  chunkSize: 256 * 1024,
  readableHighWaterMark: 1,
};

/** The bytes are none that the engine can go on with. */
export class EngineFailure extends Error {
  /** Whether the bytes end too early. Nothing is kept back then: the engine fails in a call of its own. */
  readonly isAtTheEnd: boolean;

  /** @param used bytes that the calls before the failed one used up, which {@link runEngine} makes one of a single byte */
  constructor(
    error: Error,
    readonly used: number,
  ) {
    super(error.message);
    this.isAtTheEnd = (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";
  }
}

/** One run of an engine over what a reader holds. */
class EngineRun {
  /** Bytes that came out. */
  emitted = 0;
  private readonly engine: ReturnType<CreateEngine>;

  constructor(
    createEngine: CreateEngine,
    private readonly reader: ByteReader,
  ) {
    this.engine = createEngine(engineOptions);
  }

  /** Bytes that the engine has used up, but for those of a call that failed. */
  get used(): number {
    return this.engine.bytesWritten;
  }

  /**
   * What comes out, up to the end of the compressed data, behind which the reader then is; all of it before an error.
   * Not a `pipeline()`: an engine that ends before its source does (zero padding, the next zip entry) makes it fail.
   * @throws EngineFailure, or what the reader throws
   */
  async *output(): AsyncGenerator<Buffer, void> {
    const { engine, reader } = this;
    let written = 0;
    let last: Buffer | undefined;
    let isBusy = false;
    let failure: Error | undefined;
    let wake = (): void => undefined;
    engine.on("readable", () => wake());
    engine.on("end", () => wake());
    engine.on("error", (error) => {
      failure = error;
      wake();
    });
    try {
      for (;;) {
        const chunk = engine.read() as Buffer | null;
        if (chunk !== null) {
          this.emitted += chunk.length;
          yield chunk;
          continue;
        }
        if (failure !== undefined) throw new EngineFailure(failure, this.used);
        if (engine.readableEnded) break;
        // What it does not use up is behind the end of the compressed data, and its own end is near.
        if (!isBusy && !engine.writableEnded && this.used === written) {
          if (last !== undefined) releaseChunk(last);
          last = await reader.takeChunk();
          if (last === undefined) engine.end();
          else {
            written += last.length;
            isBusy = true;
            engine.write(last, () => {
              isBusy = false;
              wake();
            });
          }
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (last !== undefined && this.used < written) reader.putBack(last.subarray(this.used - written));
    } finally {
      engine.destroy();
    }
  }
}

/**
 * Runs an engine over the reader's bytes, and puts back what follows the end of the compressed data. A call of an engine
 * that fails keeps what it had made until then, up to 256 KB. That is had by reading again from where the engine began,
 * in ever smaller pieces behind where the last good call ended: at the end byte by byte.
 * @throws EngineFailure behind the last byte that can be had, or what the reader throws
 */
export async function* runEngine(
  createEngine: CreateEngine,
  reader: ByteReader,
): AsyncGenerator<Buffer, void> {
  const start = reader.taken;
  let run = new EngineRun(createEngine, reader);
  let failure: EngineFailure;
  try {
    yield* run.output();
    return;
  } catch (error) {
    if (!(error instanceof EngineFailure) || error.isAtTheEnd) throw error;
    failure = error;
  }
  let emitted = run.emitted;
  for (const pieceBytes of [512, 1]) {
    const again = reader.again(start);
    if (again === undefined) break;
    run = new EngineRun(createEngine, new ByteReader(inPieces(again, run.used, pieceBytes)));
    try {
      yield* behind(run.output(), emitted);
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      failure = error;
    } finally {
      await again.close();
    }
    emitted = Math.max(emitted, run.emitted);
  }
  throw failure;
}

/** Whether the bytes without the last one are whole compressed data, of which the engine says nothing by itself. */
export async function isWholeWithoutLast(
  createEngine: CreateEngine,
  reader: ByteReader,
  start: number,
): Promise<boolean> {
  const again = reader.again(start);
  if (again === undefined) return false;
  const run = new EngineRun(createEngine, new ByteReader(upTo(again, reader.taken - start - 1)));
  const output = run.output();
  try {
    while (!(await output.next()).done);
    return true;
  } catch (error) {
    if (error instanceof EngineFailure) return false;
    throw error;
  } finally {
    await again.close();
  }
}

async function* inPieces(
  reader: ByteReader,
  whole: number,
  pieceBytes: number,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of upTo(reader, whole)) yield chunk;
  for await (const chunk of reader.chunks())
    for (let at = 0; at < chunk.length; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes);
}

async function* upTo(reader: ByteReader, end: number): AsyncGenerator<Buffer, void> {
  for (let left = end; left > 0;) {
    const chunk = await reader.takeChunk();
    if (chunk === undefined) return;
    const mine = chunk.subarray(0, left);
    reader.putBack(chunk.subarray(mine.length));
    left -= mine.length;
    yield mine;
  }
}
