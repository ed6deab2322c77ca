/** An object as a listing shows it. */
export interface ListingEntry {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
  /** @default STANDARD */
  readonly storageClass?: string | undefined;
}

/** What there is to list, in byte order; an array is one. */
export interface Listing {
  readonly length: number;
  at(index: number): ListingEntry | undefined;
}

/** S3's answer to ListObjectsV2, of entries in byte order. Keys are URL-encoded where that is asked for. */
export function listingXml(bucket: string, entries: Listing, query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const most = Math.min(1000, Number(query.get("max-keys") ?? 1000));
  const encode = query.get("encoding-type") === "url" ? encodeURIComponent : escapeXml;
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const contents: string[] = [];
  const folders: string[] = [];
  let taken = 0;
  let last = "";
  let truncated = false;
  for (let index = firstBehind(entries, after, prefix); index < entries.length; index++) {
    const { key, etag, size, lastModified, storageClass = "STANDARD" } = entryAt(entries, index);
    if (!key.startsWith(prefix)) break;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const folder = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (folder !== undefined && (folder === folders.at(-1) || folder === after)) continue;
    if (taken === most) {
      truncated = true;
      break;
    }
    taken++;
    last = folder ?? key;
    if (folder !== undefined) folders.push(folder);
    else {
      contents.push(
        `<Contents><Key>${encode(key)}</Key><LastModified>${wholeSecond(lastModified)}</LastModified>` +
          `<ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>${storageClass}</StorageClass></Contents>`,
      );
    }
  }
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix><KeyCount>${taken}</KeyCount><MaxKeys>${most}</MaxKeys>` +
    `<IsTruncated>${truncated}</IsTruncated>${contents.join("")}` +
    folders.map((folder) => `<CommonPrefixes><Prefix>${encode(folder)}</Prefix></CommonPrefixes>`).join("") +
    `${truncated ? `<NextContinuationToken>${escapeXml(last)}</NextContinuationToken>` : ""}</ListBucketResult>`
  );
}

export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function firstBehind(entries: Listing, after: string, prefix: string): number {
  let [low, high] = [0, entries.length];
  const isBefore = (key: string): boolean =>
    (after !== "" && compareKeys(key, after) <= 0) || compareKeys(key, prefix) < 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(entryAt(entries, middle).key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entryAt(entries: Listing, index: number): ListingEntry {
  const entry = entries.at(index);
  if (entry === undefined) throw new Error(`no entry ${index}`);
  return entry;
}

/** S3 keeps whole seconds. */
function wholeSecond(date: Date): string {
  return new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString();
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
