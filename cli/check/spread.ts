/** Part of the objects that is left out at either end: one name may be wrong, and a copy has a few that follow it. */
const outliers = 0.05;

/** Over which time the names of objects tell that they were made, and over which they were written. */
export interface Spread {
  readonly namedSeconds: number;
  readonly writtenSeconds: number;
}

/** Counts the days that keys name, since 1970. */
export class NamedDays {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(day: number): void {
    this.counts.set(day, (this.counts.get(day) ?? 0) + 1);
    this.total += 1;
  }

  /** Undefined where fewer than half of the objects name a day. */
  spread(writtenAt: Uint32Array): Spread | undefined {
    if (this.total === 0 || this.total < writtenAt.length / 2) return undefined;
    const times = writtenAt.slice().sort();
    const [firstTime, lastTime] = ends(times.length);
    const [first, last] = ends(this.total);
    return {
      namedSeconds: (this.dayOf(last) - this.dayOf(first)) * 86_400,
      writtenSeconds: times[lastTime] - times[firstTime],
    };
  }

  /** The day that the name at a position tells, were the names sorted by day. */
  private dayOf(position: number): number {
    let seen = 0;
    const days = [...this.counts].sort(([one], [other]) => one - other);
    return days.find(([, count]) => (seen += count) > position)?.[0] ?? 0;
  }
}

/** Positions of the first and the last of so many that are no outliers. */
function ends(length: number): [first: number, last: number] {
  const cut = Math.floor(length * outliers);
  return [cut, length - 1 - cut];
}
