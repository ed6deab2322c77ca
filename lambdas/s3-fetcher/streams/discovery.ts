import type { BucketListing } from "../listing/bucket-listing";
import { isGrowing } from "./stream-names";

/** The streams of a source, as they are kept in its state. */
export interface KnownStreams {
  /** Prefixes. */
  readonly streams: readonly string[];
  /** Prefixes below which no further streams are told apart. */
  readonly undivided: readonly string[];
}

/** Folders of one level that become streams of their own; with more the level stays one stream. */
export const mostFolders = 200;
/** Streams of one source: their names must fit one item of the table, which holds 400 KB. */
export const mostStreams = 1000;
/** Pages of one level that are looked through for folders; a level with more objects than that is one stream. */
const mostPages = 20;

/**
 * Looks for streams below the source's prefix, folder by folder: about one call a stream. Those that are known are
 * looked into as well, since a new folder may sort before all that their own listing still reads.
 */
export async function discoverStreams(
  listing: BucketListing,
  sourcePrefix: string,
  before: KnownStreams,
): Promise<KnownStreams> {
  const streams = new Set(before.streams);
  const undivided = new Set(before.undivided);
  const levels = [sourcePrefix];
  for (let level = levels.shift(); level !== undefined; level = levels.shift()) {
    if (undivided.has(level)) continue;
    const found = await foldersOf(listing, level);
    const divided = found.folders.filter((folder) => !isGrowing(lastPart(folder)));
    const tooMany = divided.length > mostFolders || streams.size + divided.length > mostStreams;
    if (found.cut || tooMany) undivided.add(level);
    else levels.push(...divided);
    if (found.objects || found.cut || tooMany || divided.length < found.folders.length) streams.add(level);
  }
  return { streams: [...streams], undivided: [...undivided] };
}

async function foldersOf(
  listing: BucketListing,
  level: string,
): Promise<{ readonly folders: readonly string[]; readonly objects: boolean; readonly cut: boolean }> {
  const folders: string[] = [];
  let objects = false;
  let after: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await listing.folders(level, after);
    folders.push(...page.folders);
    objects ||= page.objects.length > 0;
    after = page.continueAfter;
    if (after === undefined) return { folders, objects, cut: false };
  }
  return { folders, objects, cut: true };
}

function lastPart(folder: string): string {
  return folder.slice(folder.lastIndexOf("/", folder.length - 2) + 1, -1);
}
