import { EnvironmentError } from "../runtime/environment";
import type { Checkpoint, SourceState } from "./checkpoints/checkpoint";
import { fetcherDefaults, type FetcherSourceSettings } from "./environment";
import { isUploadInParts, type ListedObject } from "./listing/bucket-listing";

/** Which objects are from before a source's start. */
export interface SourceStart {
  /** Those last modified before are left out, in ms since 1970. */
  readonly at: number;
  /** Of these, uploads in parts that were begun since then are not, in ms since 1970: they may have been completed later. */
  readonly uploadsSince: number;
}

/**
 * An upload in parts is dated by when it was begun (S3 user guide, "System-defined object metadata", `Last-Modified`): one
 * that was begun before the first run may be completed behind it. While the first look through a stream goes on, nothing
 * tells such an object from one that was there; so this much too many are shipped, rather than one too few.
 */
const longestUploadMs = 3_600_000;

/** @throws EnvironmentError for an unknown start */
export function startOf(
  { start = fetcherDefaults.start }: Pick<FetcherSourceSettings, "start">,
  { firstRun }: Pick<SourceState, "firstRun">,
): SourceStart {
  if (typeof start === "object" || start === "beginning") return { at: 0, uploadsSince: 0 };
  if (start === "now") {
    // S3 knows whole seconds: an object of the first run's own second counts as new.
    const at = Math.floor(firstRun / 1000) * 1000;
    return { at, uploadsSince: at - longestUploadMs };
  }
  const date = Date.parse(start);
  if (Number.isNaN(date)) {
    throw new EnvironmentError(
      `"start" is "${start}"; write "now", "beginning", a date such as 2026-01-31T00:00:00Z, or {"key": "…"}`,
    );
  }
  return { at: date, uploadsSince: date };
}

/** Whether an object was there before the source's start, as far as its stream's checkpoint and S3 can tell. */
export function isOld(
  { lastModified, eTag }: Pick<ListedObject, "lastModified" | "eTag">,
  { at, uploadsSince }: SourceStart,
  { firstLook }: Pick<Checkpoint, "firstLook">,
): boolean {
  if (lastModified >= at) return false;
  // All that was there has been passed by then, and this was not.
  if (firstLook !== undefined && firstLook >= at) return false;
  return lastModified < uploadsSince || !isUploadInParts(eTag);
}
