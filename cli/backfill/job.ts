import { createHash } from "node:crypto";
import type { ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { dateOfKey, overlap, type TimeRange } from "./key-date";

/** Which date of an object counts: when it was last modified, or the one that its key names. */
export const datesToGoBy = ["modified", "key-date"] as const;
export type GoBy = (typeof datesToGoBy)[number];

/** What is to be shipped, and where to; what the same command line asks for again. */
export interface Job {
  readonly bucket: string;
  readonly prefix: string;
  /** As they were written; absent where there is no such end. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly by: GoBy;
  /** Origin of the listener, or URL of the hook's queue. */
  readonly target: string;
}

/** A name for the file of a job's state: the same for the same job alone. */
export function stateFileName(job: Job): string {
  const identity = JSON.stringify([job.bucket, job.prefix, job.from, job.to, job.by, job.target]);
  return `logzio-backfill-${job.bucket}-${createHash("sha256").update(identity).digest("hex").slice(0, 8)}.json`;
}

export type Place = "in" | "out" | "undated";

/** Whether an object lies in the time that is asked for. */
export function placeOf(object: ListedObject, by: GoBy, range: TimeRange): Place {
  if (by === "modified") {
    const { lastModified } = object;
    return lastModified >= range.from && lastModified < range.until ? "in" : "out";
  }
  const date = dateOfKey(object.key);
  if (date === undefined) return "undated";
  return overlap(date, range) ? "in" : "out";
}
