import { alphabetOf } from "./key-space";
import { pageKeys, type BucketListing, type ListedObject } from "./listing";
import { evenly, Places } from "./places";
import { scanStreams } from "./stream-scan";

export interface SurveyOptions {
  /** Keys that are listed one after the other. */
  readonly maxKeys: number;
  /** Hears how many keys have been listed, and the last of them. */
  readonly progress: (keys: number, key: string) => void;
}

/** What was looked at. */
export interface Coverage {
  /** Whether every key was. */
  readonly complete: boolean;
  /** Keys that were listed one after the other, from the first on. */
  readonly consecutive: number;
  /** Keys from places spread over the rest. */
  readonly sampled: number;
  /** How many places that were. */
  readonly places: number;
  /** Whether every prefix is known that names a stream. */
  readonly allStreams: boolean;
}

/** Places behind the consecutive keys that are looked at. */
export const mostPlaces = 50;
/** Streams whose newest keys are looked at besides: each may be a prefix of a split, or else there is none. */
const mostEnds = 20;
const fewEnds = 5;
/** Fewest keys of a place. */
const leastPlaceKeys = 100;

/**
 * Lists the objects in order of their keys. Where there are more than `maxKeys`, pages from places spread over the rest
 * follow, the greatest keys among them, and those of each stream: the first keys alone would show one account, or years
 * long past.
 */
export async function survey(
  listing: BucketListing,
  { maxKeys, progress }: SurveyOptions,
  visit: (object: ListedObject) => void,
): Promise<Coverage> {
  const characters = new Set("0123456789");
  let consecutive = 0;
  let last: string | undefined;
  while (consecutive < maxKeys) {
    const { objects, truncated } = await listing.after(last, Math.min(pageKeys, maxKeys - consecutive));
    objects.forEach(visit);
    consecutive += objects.length;
    last = objects.at(-1)?.key ?? last;
    if (!truncated || last === undefined) {
      return { complete: true, consecutive, sampled: 0, places: 0, allStreams: true };
    }
    for (const character of last) characters.add(character);
    progress(consecutive, last);
  }
  const start = last ?? "";
  const places = new Places(listing, {
    start,
    alphabet: alphabetOf(characters),
    placeKeys: Math.max(leastPlaceKeys, Math.min(pageKeys, Math.floor(maxKeys / mostPlaces))),
    progress: (keys, key) => progress(consecutive + keys, key),
  });
  await places.lookInto(listing.target.prefix, mostPlaces);
  const scan = await scanStreams(listing, start);
  places.keep(scan.objects);
  // The end of the last one has been looked for.
  const ends = scan.streams.length > mostEnds ? evenly(scan.streams, fewEnds) : scan.streams;
  for (const { prefix, to } of ends.slice(0, -1)) {
    await places.lookInto(prefix, 1, { atEnd: true, to });
  }
  const objects = places.inOrder();
  objects.forEach(visit);
  return {
    complete: false,
    consecutive,
    sampled: objects.length,
    places: places.count,
    allStreams: scan.complete,
  };
}
