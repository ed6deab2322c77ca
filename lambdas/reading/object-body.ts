import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Backoff, type BackoffOptions } from "../runtime/backoff";
import { messageOf } from "../runtime/errors";
import { ObjectUnreadable } from "./errors";
import { placeOf, type ObjectReference } from "./object-reference";
import { readingError } from "./reading-errors";
import { SocketReads } from "./socket-reads";

export interface ReadOptions {
  /** First byte to read. @default 0 */
  readonly from?: number;
  /** Ends the reading at once; the iteration then throws the signal's reason. */
  readonly signal: AbortSignal;
  /** How long the body may be silent while it is being waited for, in ms. @default 20000 */
  readonly idleTimeoutMs?: number;
  /** How often a body is resumed that breaks again within a megabyte, before the object fails. @default 8 */
  readonly maximumResumes?: number;
  /** How long to wait before a body is resumed. @default 100 ms, doubling up to 5 s */
  readonly resumeBackoff?: Pick<BackoffOptions, "baseMs" | "capMs">;
  /** S3's answer, where it was asked for ahead by {@link requestObject}; for reading from the first byte. */
  readonly answer?: Promise<ObjectAnswer> | undefined;
  /** Told each time a broken body is resumed. */
  readonly onResume?: (reason: string, position: number) => void;
}

/** An object that is being read. */
export interface OpenObject {
  /** Size of the whole object in bytes; infinite where S3 does not say, and the body's end is all there is. */
  readonly size: number;
  /** Of the version that is read, without quotes. */
  readonly eTag: string | undefined;
  readonly chunks: AsyncIterable<Buffer>;
}

/** A body that got this far before it broke again is getting somewhere. */
const resumeProgressBytes = 1_000_000;

/**
 * Opens an object for streaming, by its version where the reference has one, and with `If-Match` on its ETag.
 * A body that breaks, stalls or ends short is resumed with `Range` from the byte reached, on the same ETag.
 *
 * @throws ObjectGone where the version or ETag is no longer there
 * @throws ObjectArchived where it has to be restored first
 * @throws ObjectUnreadable for anything else that S3 refuses
 */
export async function openObject(
  client: S3Client,
  reference: ObjectReference,
  options: ReadOptions,
): Promise<OpenObject> {
  const from = options.from ?? 0;
  const first = await (options.answer ?? getObject(client, reference, from, reference.eTag, options.signal));
  const size = totalSize(first);
  const eTag = first.ETag?.replaceAll('"', "") ?? reference.eTag;
  return { size, eTag, chunks: resumingChunks(client, { ...reference, eTag }, first, from, size, options) };
}

/** S3's answer to a request for an object, whose body waits to be read. */
export type ObjectAnswer = GetObjectCommandOutput;

/** Asks for an object ahead of its reading. @throws as {@link openObject} */
export function requestObject(
  client: S3Client,
  reference: ObjectReference,
  signal: AbortSignal,
): Promise<ObjectAnswer> {
  return getObject(client, reference, 0, reference.eTag, signal);
}

/** Lets go of an answer that nobody is going to read. */
export function discardAnswer(answer: ObjectAnswer): void {
  (answer.Body as Readable | undefined)?.destroy();
}

async function* resumingChunks(
  client: S3Client,
  reference: ObjectReference,
  first: GetObjectCommandOutput,
  from: number,
  size: number,
  options: ReadOptions,
): AsyncGenerator<Buffer, void> {
  const { signal, idleTimeoutMs = 20_000, maximumResumes = 8, resumeBackoff } = options;
  const backoff = new Backoff({ baseMs: 100, capMs: 5_000, ...resumeBackoff });
  let position = from;
  let output = first;
  let resumes = 0;
  for (;;) {
    const startedAt = position;
    const body = output.Body as Readable;
    try {
      for await (const chunk of bodyChunks(body, idleTimeoutMs, signal)) {
        const wanted = position + chunk.length > size ? chunk.subarray(0, size - position) : chunk;
        position += wanted.length;
        if (wanted.length > 0) yield wanted;
      }
      if (position >= size || size === Infinity) return;
      throw new Error(`the body ended ${size - position} bytes short`);
    } catch (error) {
      signal.throwIfAborted();
      if (position >= size) return;
      const reason = messageOf(error);
      if (position - startedAt >= resumeProgressBytes) resumes = 0;
      if (++resumes > maximumResumes) {
        throw new ObjectUnreadable(
          `${placeOf(reference)} broke off ${resumes} times in a row, last at byte ${position} of ${size} (${reason})`,
        );
      }
      options.onResume?.(reason, position);
    } finally {
      body.destroy();
    }
    await sleep(backoff.delayMs(resumes), undefined, { signal }).catch(() => signal.throwIfAborted());
    output = await getObject(client, reference, position, reference.eTag, signal);
  }
}

/** The body's chunks; throws where none comes in time. Waiting for the consumer does not count. */
async function* bodyChunks(
  body: Readable,
  idleTimeoutMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const abort = (): void => void body.destroy(new Error("aborted"));
  signal.addEventListener("abort", abort, { once: true });
  const reads = new SocketReads(body);
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    signal.throwIfAborted();
    for (;;) {
      const timer = setTimeout(
        () => body.destroy(new Error(`the body was silent for ${idleTimeoutMs / 1000} s`)),
        idleTimeoutMs,
      );
      let step: IteratorResult<Buffer>;
      try {
        step = await chunks.next();
      } finally {
        clearTimeout(timer);
      }
      if (step.done) return;
      reads.releaseBehind(step.value);
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    reads.close();
  }
}

async function getObject(
  client: S3Client,
  reference: ObjectReference,
  from: number,
  eTag: string | undefined,
  signal: AbortSignal,
): Promise<GetObjectCommandOutput> {
  const { bucket, key, versionId } = reference;
  // Beside a version as well: the version "null" of a bucket whose versioning is suspended can be overwritten.
  const condition = { VersionId: versionId, IfMatch: eTag && `"${eTag}"` };
  const range = from > 0 ? { Range: `bytes=${from}-` } : {};
  let output: GetObjectCommandOutput;
  try {
    output = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...condition, ...range }), {
      abortSignal: signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    // Nothing is left where an earlier run stopped behind the last byte.
    if (from > 0 && (error as Error).name === "InvalidRange") {
      return { $metadata: {}, ContentRange: `bytes ${from}-/${from}`, Body: emptyBody(), ETag: eTag };
    }
    throw readingError(reference, error);
  }
  if (from > 0 && !output.ContentRange?.startsWith(`bytes ${from}-`)) {
    (output.Body as Readable).destroy();
    throw new ObjectUnreadable(
      `${placeOf(reference)} was answered without the range from byte ${from}; whatever stands between this function and S3 must pass Range on`,
    );
  }
  return output;
}

function emptyBody(): GetObjectCommandOutput["Body"] {
  return Readable.from([]) as unknown as GetObjectCommandOutput["Body"];
}

function totalSize(output: GetObjectCommandOutput): number {
  const ofRange = output.ContentRange?.split("/")[1];
  return ofRange === undefined ? (output.ContentLength ?? Infinity) : Number(ofRange);
}
