import type { S3Client } from "@aws-sdk/client-s3";
import { discardAnswer, requestObject, type ObjectAnswer } from "./object-body";
import type { ObjectReference } from "./object-reference";

/**
 * Objects that are asked for while one before them is shipped. Small objects would otherwise cost S3's first byte
 * each, 100 to 200 ms (S3 user guide, "Performance design patterns"): eight at a time make 40 a second and more.
 */
export const objectsAhead = 8;

/** An object that is wanted from its first byte on, and the client that may read it. */
export interface WantedObject {
  readonly s3: S3Client;
  readonly object: ObjectReference;
}

/**
 * Asks S3 for the next objects ahead of their turn. What waits is an answer whose body is not read: some 64 KB of it in a
 * buffer, the rest at S3. A body that S3 gives up on until its turn comes is resumed like any other that breaks.
 */
export class Prefetch {
  private readonly answers = new Map<string, Promise<ObjectAnswer>>();
  private readonly closing = new AbortController();
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.closing.signal]);
  }

  /** Asks for the objects that come next, unless they were asked for already. */
  ahead(wanted: readonly WantedObject[]): void {
    for (const { s3, object } of wanted.slice(0, objectsAhead)) {
      const name = nameOf(object);
      if (this.answers.has(name)) continue;
      const answer = requestObject(s3, object, this.signal);
      // A failure is told to whoever takes the answer.
      answer.catch(() => undefined);
      this.answers.set(name, answer);
    }
  }

  /** The answer for an object whose turn has come; undefined where it was not asked for in this version. */
  take(object: ObjectReference): Promise<ObjectAnswer> | undefined {
    const name = nameOf(object);
    const answer = this.answers.get(name);
    this.answers.delete(name);
    return answer;
  }

  /** Lets go of everything that was not taken. */
  close(): void {
    this.closing.abort(new Error("the objects ahead are not wanted any more"));
    for (const answer of this.answers.values()) void answer.then(discardAnswer, () => undefined);
    this.answers.clear();
  }
}

function nameOf({ bucket, key, versionId, eTag }: ObjectReference): string {
  return JSON.stringify([bucket, key, versionId, eTag]);
}
