import { ListObjectsV2Command, type ListObjectsV2CommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { behindPrefix, compareBytes } from "../../reading/key-order";
import { messageOf } from "../../runtime/errors";
import { FetcherError } from "../errors";

/** An object as a listing has it. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly eTag: string;
  readonly size: number;
  /** Milliseconds since 1970; S3 knows whole seconds. */
  readonly lastModified: number;
  readonly storageClass: string | undefined;
}

/** Behind a hash, the ETag of an upload in parts has their number. Source: S3 user guide, "Checking object integrity". */
export function isUploadInParts(eTag: string): boolean {
  return /-\d+$/.test(eTag);
}

export interface ListedPage {
  /** In byte order. */
  readonly objects: readonly ListedObject[];
  /** Folders, where the listing was asked to stop at them. */
  readonly folders: readonly string[];
  /** The last key or folder that S3 looked at; undefined where nothing follows. */
  readonly continueAfter: string | undefined;
}

/** Lists one bucket. A page is asked for by the key that it starts behind, so it can be asked for in any run. */
export class BucketListing {
  constructor(
    private readonly s3: S3Client,
    readonly bucket: string,
    private readonly signal: AbortSignal,
  ) {}

  /** The keys with a prefix that sort behind `after`, at most 1,000. @throws FetcherError */
  keys(prefix: string, after: string | undefined): Promise<ListedPage> {
    return this.page(prefix, after, undefined);
  }

  /** One object as it is now; undefined where it is gone. @throws FetcherError */
  async find(key: string): Promise<ListedObject | undefined> {
    // The key itself sorts first among those that start with it.
    const first = (await this.page(key, undefined, undefined, 1)).objects.at(0);
    return first?.key === key ? first : undefined;
  }

  /** {@link keys}, with everything below a folder as that folder alone. @throws FetcherError */
  folders(prefix: string, after: string | undefined): Promise<ListedPage> {
    return this.page(prefix, after, "/");
  }

  private async page(
    prefix: string,
    after: string | undefined,
    delimiter: string | undefined,
    mostKeys?: number,
  ): Promise<ListedPage> {
    let output: ListObjectsV2CommandOutput;
    try {
      output = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          // StartAfter rather than the continuation token, which does not outlive a broken listing.
          StartAfter: after,
          Delimiter: delimiter,
          MaxKeys: mostKeys,
          // XML has no way to write some characters that keys may hold.
          EncodingType: "url",
        }),
        { abortSignal: this.signal },
      );
    } catch (error) {
      this.signal.throwIfAborted();
      throw listingError(this.bucket, prefix, error);
    }
    const objects = (output.Contents ?? []).map((object) => ({
      key: decodeKey(object.Key ?? ""),
      eTag: (object.ETag ?? "").replaceAll('"', ""),
      size: object.Size ?? 0,
      lastModified: object.LastModified?.getTime() ?? 0,
      storageClass: object.StorageClass,
    }));
    const folders = (output.CommonPrefixes ?? []).map(({ Prefix = "" }) => decodeKey(Prefix));
    return { objects, folders, continueAfter: output.IsTruncated ? lastOf(objects, folders) : undefined };
  }
}

/** S3 writes a space as a plus sign, and a plus sign as %2B. */
function decodeKey(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/** Behind a folder means behind all that is in it: S3 takes StartAfter as a key, not as a folder. */
function lastOf(objects: readonly ListedObject[], folders: readonly string[]): string | undefined {
  const [key, folder] = [objects.at(-1)?.key, folders.at(-1)];
  if (folder === undefined) return key;
  const behind = behindPrefix(folder);
  return key === undefined || compareBytes(key, behind) < 0 ? behind : key;
}

function listingError(bucket: string, prefix: string, error: unknown): FetcherError {
  const { name = "error", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const advice =
    $metadata?.httpStatusCode === 403
      ? "; allow the function s3:ListBucket on the bucket"
      : name === "NoSuchBucket"
        ? "; the bucket does not exist any more: take its source out of the configuration"
        : "";
  return new FetcherError(
    `s3://${bucket}/${prefix} cannot be listed (${name}: ${messageOf(error)})${advice}`,
  );
}
