import { setTimeout as wait } from "node:timers/promises";
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
  type _Object,
} from "@aws-sdk/client-s3";
import { Backoff } from "../../lambdas/runtime/backoff";
import { CommandError } from "../program/errors";
import type { Target } from "./target";

export interface ListedObject {
  readonly key: string;
  /** LastModified, in whole seconds since 1970: S3 tells no more. */
  readonly writtenAt: number;
  readonly bytes: number;
  readonly storageClass: string;
  /** Whether it was uploaded in parts; then LastModified is when the upload began, and the object appeared later. */
  readonly multipart: boolean;
}

export interface Page {
  readonly objects: readonly ListedObject[];
  /** Whether there are greater keys. */
  readonly truncated: boolean;
}

export interface Level {
  readonly folders: readonly string[];
  readonly objects: readonly ListedObject[];
}

/** Keys that S3 lists at once. Source: S3 API, ListObjectsV2. */
export const pageKeys = 1000;

/** The keys of a bucket, a page at a time, in the order of their UTF-8 bytes. */
export class BucketListing {
  private readonly retries = new Backoff({ attempts: 4, baseMs: 500, capMs: 5_000 });

  constructor(
    private readonly client: S3Client,
    readonly target: Target,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The keys after one, which need not exist. A page is asked for by key and not by continuation token, so that it can
   * be asked for again.
   */
  async after(key: string | undefined, limit = pageKeys): Promise<Page> {
    const { Contents = [], IsTruncated = false } = await this.request({
      Prefix: this.target.prefix,
      MaxKeys: limit,
      ...(key === undefined ? {} : { StartAfter: key }),
    });
    return { objects: Contents.map(listedObject), truncated: IsTruncated };
  }

  /** What is right below a prefix behind a key, folders with their "/". Undefined where it is too much for a page. */
  async level(prefix: string, key: string): Promise<Level | undefined> {
    const {
      CommonPrefixes = [],
      Contents = [],
      IsTruncated,
    } = await this.request({ Prefix: prefix, Delimiter: "/", StartAfter: key });
    if (IsTruncated === true) return undefined;
    return {
      folders: CommonPrefixes.map(({ Prefix = "" }) => decoded(Prefix)),
      objects: Contents.map(listedObject),
    };
  }

  private async request(
    input: Omit<ListObjectsV2CommandInput, "Bucket">,
  ): Promise<ListObjectsV2CommandOutput> {
    // XML cannot carry every character that a key may have.
    const command = new ListObjectsV2Command({
      Bucket: this.target.bucket,
      EncodingType: "url",
      ...input,
    });
    for (let attempt = 1; ; attempt++) {
      this.signal.throwIfAborted();
      try {
        const output = await this.client.send(command, { abortSignal: this.signal });
        if (output.IsTruncated !== undefined) return output;
        throw new Error("the listing broke off");
      } catch (error) {
        // The client has tried again where AWS said so; this is for answers that broke off.
        if (this.signal.aborted || wasRefused(error) || attempt >= this.retries.attempts) throw error;
        await wait(this.retries.delayMs(attempt), undefined, { signal: this.signal });
      }
    }
  }
}

function wasRefused(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 300 && status !== 408;
}

function listedObject({ Key = "", LastModified, Size = 0, StorageClass, ETag = "" }: _Object): ListedObject {
  return {
    key: decoded(Key),
    writtenAt: Math.floor((LastModified?.getTime() ?? 0) / 1000),
    bytes: Size,
    storageClass: StorageClass ?? "STANDARD",
    multipart: /-\d+"?$/.test(ETag),
  };
}

/** @throws CommandError for bytes that are no text: the listing could not be gone on with behind such a key */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new CommandError(
      `a key of the bucket is not UTF-8, as keys of S3 are (${text}); check a --prefix that it does not start with, ` +
        "or copy the object to another key and delete this one",
    );
  }
}
