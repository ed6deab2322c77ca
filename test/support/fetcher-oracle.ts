import { compareKeys } from "../../cli/check/key-space";

/** An object as it came into a bucket, or came again: the last one is the object's. */
export interface Arrival {
  readonly key: string;
  /** When it appeared, in seconds since 1970, with fractions. */
  readonly at: number;
}

/**
 * Which keys Logz.io's fetcher never reads: it looks every so many seconds, reads what sorts behind the last key that it
 * read, in order, and remembers the last one. Source: Logz.io docs, "AWS S3 bucket", best practices. Shares no code with
 * the check but the order of keys.
 */
export function neverFetched(
  arrivals: readonly Arrival[],
  { prefix, every, phase }: { readonly prefix: string; readonly every: number; readonly phase: number },
): string[] {
  const come = arrivals.filter(({ key }) => key.startsWith(prefix)).sort((one, other) => one.at - other.at);
  const lost: string[] = [];
  let last: string | undefined;
  for (let index = 0; index < come.length;) {
    // The first look after this object appeared.
    const look = phase + Math.ceil((come[index].at - phase) / every) * every;
    const seen: string[] = [];
    while (index < come.length && come[index].at <= look) seen.push(come[index++].key);
    for (const key of seen.sort(compareKeys)) {
      if (last === undefined || compareKeys(key, last) > 0) last = key;
      else if (!seen.includes(key) || key !== last) lost.push(key);
    }
  }
  return lost;
}

/** What a listing shows of them at a time: S3 keeps whole seconds. */
export function listedAt(arrivals: readonly Arrival[], time: number): { key: string; writtenAt: number }[] {
  const objects = new Map<string, number>();
  for (const { key, at } of [...arrivals].sort((one, other) => one.at - other.at)) {
    if (at <= time) objects.set(key, Math.floor(at));
  }
  return [...objects].map(([key, writtenAt]) => ({ key, writtenAt }));
}
