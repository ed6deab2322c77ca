/** When the objects of a listing were written, in the order of their keys. */
export interface WriteTimes {
  /** In seconds since 1970. */
  readonly writtenAt: ArrayLike<number>;
  /** Whether there is anything in the object that could be lost. */
  readonly hasContent: (index: number) => boolean;
  /** Whether nothing in its key tells if an object came before the one of the same second that stands before it. */
  readonly isTied: (index: number) => boolean;
}

/** An object that a fetcher which remembers its last key would never have read. */
export interface Missed {
  readonly index: number;
  /** The object with a greater key that was written first. */
  readonly passedBy: number;
  /** From then until the missed object was written. */
  readonly delaySeconds: number;
}

export interface OrderFinding {
  readonly missed: number;
  /** The one that came the longest after a greater key. */
  readonly worst?: Missed;
  /** The one that was written last. */
  readonly latest?: Missed;
  /** Objects that were written in the same second as one with a greater key. */
  readonly sameSecond: number;
  /** Of these, the ones of which their names do not tell either whether they came first. */
  readonly tied: number;
  /** When the first and the last were written. Infinity and 0 where there are none. */
  readonly oldest: number;
  readonly newest: number;
}

/**
 * Which objects from `start` to before `end` a fetcher would have missed that looks all the time, reads what sorts
 * behind the last key it read, and remembers that key: those that were written later than an object with a greater
 * key. What was written in one second is taken for written at once, since S3's times tell no more.
 */
export function findMissed(
  { writtenAt, hasContent, isTied }: WriteTimes,
  start: number,
  end: number,
  found?: (missed: Missed) => void,
): OrderFinding {
  let first = Infinity;
  let passedBy = -1;
  let missed = 0;
  let sameSecond = 0;
  let tied = 0;
  let newest = 0;
  let worst: Missed | undefined;
  let latest: Missed | undefined;
  for (let index = end - 1; index >= start; index--) {
    const time = writtenAt[index];
    newest = Math.max(newest, time);
    if (time < first) {
      first = time;
      passedBy = index;
    } else if (time === first) {
      sameSecond += 1;
      if (index + 1 < end && hasContent(index) && isTied(index + 1)) tied += 1;
    } else if (hasContent(index)) {
      const one = { index, passedBy, delaySeconds: time - first };
      missed += 1;
      if (worst === undefined || one.delaySeconds > worst.delaySeconds) worst = one;
      if (latest === undefined || time > writtenAt[latest.index]) latest = one;
      found?.(one);
    }
  }
  return {
    missed,
    sameSecond,
    tied,
    oldest: first,
    newest,
    ...(worst === undefined ? {} : { worst }),
    ...(latest === undefined ? {} : { latest }),
  };
}
