import { behindPrefix, compareBytes } from "../../reading/key-order";
import { streamOf, type StreamRules } from "../streams/stream-names";
import type { BucketListing, ListedObject } from "./bucket-listing";

/** One page of a stream, and what was seen of others on the way. */
export interface StreamPage {
  readonly objects: readonly ListedObject[];
  /** Streams below this one that hold keys in between. */
  readonly others: readonly string[];
  readonly continueAfter: string | undefined;
}

/** The keys of one stream in byte order, without those of the streams below it, whose folders are stepped over. */
export async function streamPage(
  listing: BucketListing,
  stream: string,
  after: string | undefined,
  rules: StreamRules,
): Promise<StreamPage> {
  const page = await listing.keys(stream, after);
  const objects: ListedObject[] = [];
  const others = new Set<string>();
  let steppedOver: string | undefined;
  for (const object of page.objects) {
    if (steppedOver !== undefined && compareBytes(object.key, steppedOver) < 0) continue;
    const owner = streamOf(object.key, rules);
    if (owner === stream) objects.push(object);
    else {
      others.add(owner);
      steppedOver = behindPrefix(folderBelow(stream, object.key));
    }
  }
  const last = page.continueAfter;
  // The rest of a folder that is not ours may be millions of keys.
  const behind = last !== undefined && steppedOver !== undefined && compareBytes(last, steppedOver) < 0;
  return { objects, others: [...others], continueAfter: behind ? steppedOver : last };
}

function folderBelow(stream: string, key: string): string {
  return key.slice(0, key.indexOf("/", stream.length) + 1);
}
