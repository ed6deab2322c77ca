import { KeyTokenizer } from "./key-tokens";
import type { BucketListing, ListedObject } from "./listing";
import { streamLength } from "./streams";

/** Sorts behind every key that starts with the text before it. */
const behindAll = "\u{10ffff}";
/** More than anyone configures one by one. */
const mostStreams = 50;

/** Objects whose keys share what names their writer, and stand together. */
export interface Stream {
  readonly prefix: string;
  /** The first key behind it. Undefined for the last one. */
  readonly to: string | undefined;
}

export interface StreamScan {
  /** The streams behind the listed keys, the one of the last of these first. */
  readonly streams: readonly Stream[];
  /** The first object of each but the first. */
  readonly objects: readonly ListedObject[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/**
 * Which streams there are from a key on: the first key behind a stream is of the next one, so that a request or two find
 * it, however many keys lie between.
 */
export async function scanStreams(listing: BucketListing, start: string): Promise<StreamScan> {
  const tokenizer = new KeyTokenizer();
  const prefixOf = (key: string): string =>
    key.slice(0, Math.max(streamLength(key, tokenizer.tokensOf(key)), listing.target.prefix.length));
  const firstBehind = async (key: string): Promise<ListedObject | undefined> =>
    (await listing.after(key, 1)).objects.at(0);
  const streams: Stream[] = [];
  const objects: ListedObject[] = [];
  let [key, prefix] = [start, prefixOf(start)];
  while (streams.length < mostStreams) {
    // Behind the times or numbers of one stream there may be others that begin with the same: web-1 and web-a-1.
    const digit = /\d/.test(key.charAt(prefix.length));
    let next = await firstBehind(`${prefix}${digit ? "9" : ""}${behindAll}`);
    if (digit && next !== undefined && prefixOf(next.key) === prefix)
      next = await firstBehind(`${prefix}${behindAll}`);
    streams.push({ prefix, to: next?.key });
    if (next === undefined) return { streams, objects, complete: true };
    objects.push(next);
    [key, prefix] = [next.key, prefixOf(next.key)];
  }
  return { streams, objects, complete: false };
}
