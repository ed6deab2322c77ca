import { behindPrefix, compareBytes } from "../../reading/key-order";
import type { KeySpace } from "../streams/key-space";
import { periodOf } from "../streams/periods";
import { streamOf, type StreamRules } from "../streams/stream-names";
import type { BucketListing, ListedObject } from "./bucket-listing";
import { cursorAt, streamPage, type Cursor } from "./stream-listing";

/** What a walk goes through. */
export interface WalkedStream {
  readonly listing: BucketListing;
  readonly space: KeySpace;
  readonly rules: StreamRules;
  /** Whether its dated folders are not padded, and so to be visited one by one. */
  readonly unpadded: boolean;
  /** Behind a key, the first place that is to be visited; undefined where that is the next key. */
  readonly skipFrom: (key: string) => string | undefined;
}

export interface WalkedPage {
  /** In the order of visits. */
  readonly objects: readonly ListedObject[];
  /** Streams below this one that hold keys in between. */
  readonly others: readonly string[];
}

/** The objects of a stream behind `after`, page by page, in the order of visits. */
export function walkStream(
  stream: WalkedStream,
  after: string | undefined,
): AsyncGenerator<WalkedPage, void> {
  return stream.unpadded ? unpaddedPages(stream, stream.space.stream, after) : paddedPages(stream, after);
}

/**
 * {@link walkStream} for what is being written alone: with unpadded folders, those beside the one that `after` is in are
 * asked for, and none above.
 */
export function walkHot(stream: WalkedStream, after: string): AsyncGenerator<WalkedPage, void> {
  if (!stream.unpadded) return paddedPages(stream, after);
  const prefix = stream.space.stream;
  const period = periodOf(after.slice(prefix.length));
  const above = period.slice(0, period.lastIndexOf("/", period.length - 2) + 1);
  return unpaddedPages(stream, prefix + above, after);
}

async function* paddedPages(
  { listing, space, rules, skipFrom }: WalkedStream,
  after: string | undefined,
): AsyncGenerator<WalkedPage, void> {
  let cursor: Cursor | undefined = cursorAt(space.stream, after, rules);
  while (cursor !== undefined) {
    const page = await streamPage(listing, space.stream, cursor, rules);
    yield page;
    cursor = page.next;
    const last = page.objects.at(-1)?.key;
    const target = cursor === undefined || last === undefined ? undefined : skipFrom(last);
    const place = cursor?.after ?? cursor?.inside ?? "";
    if (target !== undefined && compareBytes(target, place) > 0)
      cursor = cursorAt(space.stream, target, rules);
  }
}

/** S3 lists `2026/1/10/` before `2026/1/9/`: each level of dated folders is listed by itself, and put in order. */
async function* unpaddedPages(
  stream: WalkedStream,
  level: string,
  after: string | undefined,
): AsyncGenerator<WalkedPage, void> {
  const { listing, space, rules } = stream;
  const { objects, folders } = await wholeLevel(listing, level);
  const others = new Set<string>();
  const steps: (readonly [string, ListedObject | undefined])[] = [
    ...objects.map((object) => [object.key, object] as const),
    ...folders.map((folder) => [folder, undefined] as const),
  ];
  steps.sort(([a], [b]) => space.compare(a, b));
  const behind = (place: string): boolean => after === undefined || space.compare(place, after) > 0;
  let found: ListedObject[] = [];
  for (const [name, object] of steps) {
    if (object !== undefined) {
      if (behind(name)) found.push(object);
      continue;
    }
    const owner = streamOf(name, rules);
    if (owner !== space.stream) {
      others.add(owner);
      continue;
    }
    if (!behind(behindPrefix(name)) || isSkipped(stream, name)) continue;
    if (found.length > 0) yield { objects: found, others: [] };
    found = [];
    yield* isDated(stream, level, name) ? datedPages(stream, name, after) : folderPages(stream, name, after);
  }
  yield { objects: found, others: [...others] };
}

/** A day's folder holds objects, and seldom folders for its hours. */
async function* datedPages(
  stream: WalkedStream,
  folder: string,
  after: string | undefined,
): AsyncGenerator<WalkedPage, void> {
  const { space, listing } = stream;
  const depth = folder.slice(space.stream.length).split("/").length - 1;
  if (depth >= 3) {
    const first = await listing.keys(folder, undefined);
    const deeper = first.objects.some(
      ({ key }) => periodOf(key.slice(space.stream.length)) !== periodOf(folder.slice(space.stream.length)),
    );
    if (!deeper) return yield* folderPages(stream, folder, after);
  }
  yield* unpaddedPages(stream, folder, after);
}

/** A folder whose keys are in the order of their bytes. */
async function* folderPages(
  { listing, space, skipFrom }: WalkedStream,
  folder: string,
  after: string | undefined,
): AsyncGenerator<WalkedPage, void> {
  let place = after?.startsWith(folder) === true ? after : undefined;
  for (;;) {
    const { objects, continueAfter } = await listing.keys(folder, place);
    yield { objects, others: [] };
    if (continueAfter === undefined) return;
    const last = objects.at(-1)?.key;
    const target = last === undefined ? undefined : skipFrom(last);
    if (target !== undefined && !target.startsWith(folder) && space.compare(target, folder) > 0) return;
    place = target !== undefined && compareBytes(target, continueAfter) > 0 ? target : continueAfter;
  }
}

/** Whether nothing in the folder is to be visited. */
function isSkipped({ skipFrom, space }: WalkedStream, folder: string): boolean {
  const target = skipFrom(folder);
  return target !== undefined && space.compare(target, behindPrefix(folder)) >= 0;
}

function isDated({ space }: WalkedStream, level: string, folder: string): boolean {
  const { length } = space.stream;
  return periodOf(folder.slice(length)).length > periodOf(level.slice(length)).length;
}

async function wholeLevel(
  listing: BucketListing,
  level: string,
): Promise<{ readonly objects: ListedObject[]; readonly folders: string[] }> {
  const objects: ListedObject[] = [];
  const folders: string[] = [];
  let after: string | undefined;
  do {
    const page = await listing.folders(level, after);
    objects.push(...page.objects);
    folders.push(...page.folders);
    after = page.continueAfter;
  } while (after !== undefined);
  return { objects, folders };
}
