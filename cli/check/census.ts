import type { ListedObject } from "./listing";

/**
 * Largest object that Logz.io's fetcher is documented to take ("50 MB"). Whether that means 50,000,000 bytes or
 * 52,428,800 (50 MiB) is not documented; the smaller is the one that both readings allow.
 * Source: Logz.io docs, "AWS S3 bucket", best practices.
 */
export const fetcherObjectBytes = 50_000_000;

/** Nobody can read an object of these without restoring it first. Source: S3 user guide, "Storage classes". */
const archived: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** Running counts over the objects of a listing. */
export class Census {
  objects = 0;
  bytes = 0;
  largestBytes = 0;
  overLimit = 0;
  /** Key of the first object over the limit. */
  overLimitExample: string | undefined;
  empty = 0;
  multipart = 0;
  archived = 0;
  /** When the last object was written that is in an archive now. */
  newestArchived: number | undefined;
  oldest: number | undefined;
  newest: number | undefined;
  firstKey: string | undefined;
  lastKey: string | undefined;
  readonly storageClasses = new Map<string, number>();

  add({ key, bytes, writtenAt, storageClass, multipart }: ListedObject): void {
    this.objects += 1;
    this.bytes += bytes;
    this.largestBytes = Math.max(this.largestBytes, bytes);
    if (bytes > fetcherObjectBytes) {
      this.overLimit += 1;
      this.overLimitExample ??= key;
    }
    if (bytes === 0) this.empty += 1;
    if (multipart) this.multipart += 1;
    if (archived.has(storageClass)) {
      this.archived += 1;
      this.newestArchived = Math.max(this.newestArchived ?? 0, writtenAt);
    }
    this.storageClasses.set(storageClass, (this.storageClasses.get(storageClass) ?? 0) + 1);
    this.oldest = Math.min(this.oldest ?? writtenAt, writtenAt);
    this.newest = Math.max(this.newest ?? writtenAt, writtenAt);
    this.firstKey ??= key;
    this.lastKey = key;
  }
}
