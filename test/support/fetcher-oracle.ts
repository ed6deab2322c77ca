/** An object as it came into a bucket, or came again: the last one is the object's. */
export interface Arrival {
  readonly key: string;
  /** When it appeared, in seconds since 1970, with fractions. */
  readonly at: number;
}

interface Rhythm {
  readonly prefix: string;
  /** Seconds between two looks. */
  readonly every: number;
  /** When the first look is. */
  readonly phase: number;
}

/**
 * Which keys Logz.io's fetcher never reads: it looks every so many seconds, reads what sorts behind the last key that it
 * read, in order, and remembers the last one. Source: Logz.io docs, "AWS S3 bucket", best practices. Shares no code with
 * the check.
 */
export function fetcherOf(arrivals: readonly Arrival[]): (rhythm: Rhythm) => string[] {
  const bytes = [...new Set(arrivals.map(({ key }) => key))].map((key) => Buffer.from(key));
  const ranks = new Map(
    bytes.sort((one, other) => one.compare(other)).map((key, rank) => [key.toString(), rank]),
  );
  const inTime = [...arrivals].sort((one, other) => one.at - other.at);
  return ({ prefix, every, phase }) => {
    const come = inTime.filter(({ key }) => key.startsWith(prefix));
    const lost: string[] = [];
    let last = -1;
    for (let index = 0; index < come.length;) {
      const look = phase + Math.ceil((come[index].at - phase) / every) * every;
      let greatest = last;
      for (; index < come.length && come[index].at <= look; index++) {
        const { key } = come[index];
        const rank = ranks.get(key) ?? -1;
        if (rank <= last) lost.push(key);
        greatest = Math.max(greatest, rank);
      }
      last = greatest;
    }
    return lost;
  };
}

/** What a listing shows of them at a time: S3 keeps whole seconds. */
export function listedAt(arrivals: readonly Arrival[], time: number): { key: string; writtenAt: number }[] {
  const objects = new Map<string, number>();
  for (const { key, at } of [...arrivals].sort((one, other) => one.at - other.at)) {
    if (at <= time) objects.set(key, Math.floor(at));
  }
  return [...objects].map(([key, writtenAt]) => ({ key, writtenAt }));
}
