import { behindPrefix, compareBytes } from "../../reading/key-order";
import { streamOf, type StreamRules } from "../streams/stream-names";
import type { BucketListing, ListedObject, ListedPage } from "./bucket-listing";

/** A place in the listing of a stream. */
export interface Cursor {
  readonly after: string | undefined;
  /** A folder of the stream's own in which the place is, where it has folders of others beside. */
  readonly inside?: string | undefined;
}

/** One page of a stream, and what was seen of others on the way. */
export interface StreamPage {
  readonly objects: readonly ListedObject[];
  /** Streams below this one that hold keys in between. */
  readonly others: readonly string[];
  /** Undefined where nothing follows. */
  readonly next: Cursor | undefined;
}

/** Where the keys of a stream behind `after` begin. */
export function cursorAt(stream: string, after: string | undefined, rules: StreamRules): Cursor {
  if (after === undefined || !rules.above.has(stream) || !after.startsWith(stream)) return { after };
  const folder = folderBelow(stream, after);
  return { after, inside: folder !== undefined && streamOf(after, rules) === stream ? folder : undefined };
}

/** The keys of one stream in byte order, without those of the streams below it, whose folders are stepped over. */
export async function streamPage(
  listing: BucketListing,
  stream: string,
  { after, inside }: Cursor,
  rules: StreamRules,
): Promise<StreamPage> {
  if (inside !== undefined) {
    const page = await listing.keys(inside, after);
    const rest = page.continueAfter;
    const next = rest === undefined ? { after: behindPrefix(inside) } : { after: rest, inside };
    return { objects: page.objects, others: [], next };
  }
  // One call for up to a thousand folders of others, of which each may hold millions of keys.
  if (rules.above.has(stream)) return levelPage(await listing.folders(stream, after), stream, rules);
  return keyPage(await listing.keys(stream, after), stream, rules);
}

/** Objects up to the first folder of the stream's own. */
function levelPage(page: ListedPage, stream: string, rules: StreamRules): StreamPage {
  const own = page.folders.find((folder) => streamOf(folder, rules) === stream);
  const objects = page.objects.filter(({ key }) => own === undefined || compareBytes(key, own) < 0);
  const rest = page.continueAfter;
  const next =
    own === undefined
      ? rest === undefined
        ? undefined
        : { after: rest }
      : { after: undefined, inside: own };
  return { objects, others: [], next };
}

function keyPage(page: ListedPage, stream: string, rules: StreamRules): StreamPage {
  const objects: ListedObject[] = [];
  const others = new Set<string>();
  let steppedOver: string | undefined;
  for (const object of page.objects) {
    if (steppedOver !== undefined && compareBytes(object.key, steppedOver) < 0) continue;
    const owner = streamOf(object.key, rules);
    if (owner === stream) objects.push(object);
    else {
      others.add(owner);
      steppedOver = behindPrefix(folderBelow(stream, object.key) ?? object.key);
    }
  }
  const last = page.continueAfter;
  // The rest of a folder that is not ours may be millions of keys.
  const behind = last !== undefined && steppedOver !== undefined && compareBytes(last, steppedOver) < 0;
  const after = behind ? steppedOver : last;
  return { objects, others: [...others], next: after === undefined ? undefined : { after } };
}

function folderBelow(stream: string, key: string): string | undefined {
  const slash = key.indexOf("/", stream.length);
  return slash < 0 ? undefined : key.slice(0, slash + 1);
}
