import { inParallel } from "../in-parallel";
import type { BucketListing } from "../listing/bucket-listing";
import { isGrowing, streamRules } from "./stream-names";

/** The streams of a source, as they are kept in its state. */
export interface KnownStreams {
  /** Prefixes. */
  readonly streams: readonly string[];
  /** Prefixes below which no further streams are told apart: their keys are one order. */
  readonly undivided: readonly string[];
}

/** What {@link discoverStreams} found. */
export interface Discovery extends KnownStreams {
  /** Whether there are more streams than a source can have: what is new is left out. */
  readonly tooMany: boolean;
}

export interface StreamLimits {
  /** Folders of one level that become streams of their own; a level that begins with more of them is one stream. */
  readonly folders: number;
  /** Streams of one source. */
  readonly streams: number;
  /** Pages of one level that are looked through for folders. */
  readonly pages: number;
}

/** An organization of 250 accounts in 17 regions has 4,250 streams; their names fit one item of the table. */
export const streamLimits: StreamLimits = { folders: 1000, streams: 5000, pages: 20 };
/** Levels that are listed at the same time. */
const levelsAtATime = 8;

/**
 * Looks for streams below the source's prefix, folder by folder: about one call a stream. Those that are known are
 * looked into as well, since a new folder may sort before all that their own listing still reads.
 *
 * A level that was divided stays so, and one that was not as well: else keys would change their stream behind its
 * checkpoint.
 */
export async function discoverStreams(
  listing: BucketListing,
  sourcePrefix: string,
  before: KnownStreams,
  limits = streamLimits,
): Promise<Discovery> {
  const streams = new Set(before.streams);
  const undivided = new Set(before.undivided);
  const { above, known } = streamRules(sourcePrefix, before.streams, before.undivided);
  let levels = [sourcePrefix];
  let found = 0;
  while (levels.length > 0) {
    const next: string[] = [];
    await inParallel(
      levels.filter((level) => !undivided.has(level)),
      levelsAtATime,
      async (level) => {
        const { folders, objects } = await foldersOf(listing, level, limits.pages);
        const divided = folders.filter((folder) => !isGrowing(lastPart(folder)));
        const asOne = !above.has(level) && !known.has(level) && divided.length > limits.folders;
        if (asOne) undivided.add(level);
        else next.push(...divided);
        if (asOne || objects || divided.length < folders.length) streams.add(level);
      },
    );
    found += next.length;
    if (found > 2 * limits.streams || streams.size > limits.streams) return { ...before, tooMany: true };
    levels = next;
  }
  return { streams: [...streams].sort(), undivided: [...undivided].sort(), tooMany: false };
}

/** Those behind the last page, where a level has very many objects, are met where its stream is listed. */
async function foldersOf(
  listing: BucketListing,
  level: string,
  mostPages: number,
): Promise<{ readonly folders: readonly string[]; readonly objects: boolean }> {
  const folders: string[] = [];
  let objects = false;
  let after: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await listing.folders(level, after);
    folders.push(...page.folders);
    objects ||= page.objects.length > 0;
    after = page.continueAfter;
    if (after === undefined) break;
  }
  return { folders, objects };
}

function lastPart(folder: string): string {
  return folder.slice(folder.lastIndexOf("/", folder.length - 2) + 1, -1);
}
