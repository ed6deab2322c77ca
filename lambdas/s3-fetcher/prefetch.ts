import type { S3Client } from "@aws-sdk/client-s3";
import {
  discardAnswer,
  requestObject,
  type ObjectAnswer,
  type ObjectReference,
} from "../reading/object-body";

/**
 * Objects that are asked for while one before them is shipped. Small objects would otherwise cost S3's first byte
 * each, 100 to 200 ms (S3 user guide, "Performance design patterns"): eight at a time make 40 a second and more.
 */
export const objectsAhead = 8;

/**
 * Asks S3 for the next objects of a stream ahead of their turn. What waits is an answer whose body is not read: some
 * 64 KB of it in a buffer, the rest at S3.
 */
export class Prefetch {
  private readonly answers = new Map<string, Promise<ObjectAnswer>>();
  private readonly closing = new AbortController();

  constructor(
    private readonly s3: S3Client,
    private readonly signal: AbortSignal,
  ) {}

  /** Asks for the objects that come next, unless they were asked for already. */
  ahead(objects: readonly ObjectReference[]): void {
    for (const object of objects.slice(0, objectsAhead)) {
      if (this.answers.has(object.key)) continue;
      const signal = AbortSignal.any([this.signal, this.closing.signal]);
      const answer = requestObject(this.s3, object, signal);
      // A failure is told to whoever takes the answer.
      answer.catch(() => undefined);
      this.answers.set(object.key, answer);
    }
  }

  /** The answer for an object whose turn has come; undefined where it was not asked for. */
  take(key: string): Promise<ObjectAnswer> | undefined {
    const answer = this.answers.get(key);
    this.answers.delete(key);
    return answer;
  }

  /** Lets go of everything that was not taken. */
  close(): void {
    this.closing.abort(new Error("the objects ahead are not wanted any more"));
    for (const answer of this.answers.values()) void answer.then(discardAnswer, () => undefined);
    this.answers.clear();
  }
}
