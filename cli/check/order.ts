/** When the objects of a listing were written, in the order of their keys. */
export interface WriteTimes {
  /** In seconds since 1970. */
  readonly writtenAt: ArrayLike<number>;
  /** Whether there is anything in the object that could be lost. */
  readonly hasContent: (index: number) => boolean;
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
  /** Objects that were written in the same second as one with a greater key: nobody can tell which came first. */
  readonly sameSecond: number;
}

/**
 * Which objects from `start` to before `end` a fetcher would have missed that looks all the time, reads what sorts
 * behind the last key it read, and remembers that key: those that were written later than an object with a greater
 * key. What was written in one second is taken for written at once, since S3's times tell no more.
 */
export function findMissed(
  { writtenAt, hasContent }: WriteTimes,
  start: number,
  end: number,
  found?: (missed: Missed) => void,
): OrderFinding {
  let first = Infinity;
  let passedBy = -1;
  let missed = 0;
  let sameSecond = 0;
  let worst: Missed | undefined;
  let latest: Missed | undefined;
  for (let index = end - 1; index >= start; index--) {
    const time = writtenAt[index];
    if (time < first) {
      first = time;
      passedBy = index;
    } else if (time === first) {
      sameSecond += 1;
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
    ...(worst === undefined ? {} : { worst }),
    ...(latest === undefined ? {} : { latest }),
  };
}
