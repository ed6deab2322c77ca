import { KeyTokenizer } from "./key-tokens";
import type { BucketListing, ListedObject } from "./listing";
import { streamLength } from "./streams";

/** Sorts behind every key that starts with the text before it. */
const behindStream = "\u{10ffff}";
/** More than anyone configures one by one. */
const mostStreams = 50;

export interface StreamScan {
  /** Prefixes of the streams behind the listed keys, the one of the last of these first. */
  readonly streams: readonly string[];
  /** The first object of each but the first. */
  readonly objects: readonly ListedObject[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/**
 * Which streams there are from a key on: the first key behind a stream is of the next one, so that a request finds it,
 * however many keys lie between.
 */
export async function scanStreams(listing: BucketListing, start: string): Promise<StreamScan> {
  const tokenizer = new KeyTokenizer();
  const streamOf = (key: string): string =>
    key.slice(0, Math.max(streamLength(key, tokenizer.tokensOf(key)), listing.target.prefix.length));
  const streams = [streamOf(start)];
  const objects: ListedObject[] = [];
  for (let stream = streams[0]; streams.length <= mostStreams;) {
    const { objects: found } = await listing.after(`${stream}${behindStream}`, 1);
    const first = found.at(0);
    if (first === undefined) return { streams, objects, complete: true };
    stream = streamOf(first.key);
    streams.push(stream);
    objects.push(first);
  }
  return { streams, objects, complete: false };
}
