/** A stretch of time, in ms since 1970; `until` is no part of it. */
export interface TimeRange {
  readonly from: number;
  readonly until: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Dates in keys, the surest first: year, month, day and, where there is one, hour. */
const patterns = [
  // AWS's folders 2026/01/05/06/, and Hive's year=2026/month=01/day=05/hour=06/.
  /(?:^|\/)(?:[a-z]+=)?((?:19|20)\d\d)\/(?:[a-z]+=)?(\d\d?)\/(?:[a-z]+=)?(\d\d?)(?:\/(?:[a-z]+=)?(\d\d))?(?=\/)/i,
  // dt=2026-01-05, app-2026-01-05.log, 2026-01-05T06:00, 2026-01-05-06-30-00-…
  /(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T_ -](\d\d)(?=[:_.-]|\d\d|Z|\/|$))?(?!\d)/,
  // 20260105, 20260105T0600Z
  /(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:[T_-]?(\d\d)(?=\d\d))?/,
];

/** The hour or day that a key names; undefined where it names none. */
export function dateOfKey(key: string): TimeRange | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(key);
    if (match === null) continue;
    const [year, month, day, hour] = match.slice(1).map(Number);
    const from = Date.UTC(year, month - 1, day);
    const read = new Date(from);
    if (read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day) continue;
    if (match.at(4) === undefined || hour > 23) return { from, until: from + dayMs };
    return { from: from + hour * hourMs, until: from + (hour + 1) * hourMs };
  }
  return undefined;
}

export function overlap(one: TimeRange, other: TimeRange): boolean {
  return one.from < other.until && other.from < one.until;
}
