import type { KeySpace } from "./key-space";
import { isNear } from "./periods";

/** Of the last so many dated folders all are open: clocks that are not UTC, and writers that come late. */
const alwaysOpen = 2;

/** When what lies in a dated folder was modified, in ms since 1970, as far as a look has seen it. */
export interface ModifiedDates {
  readonly oldest: number;
  readonly newest: number;
}

/**
 * The last of the dated folders that nothing is written to any more; undefined where there is none. A folder whose time
 * nobody can tell is never over, and none behind it is: what comes next may sort before it. A number tells the time only
 * where what lies in the folder was modified about then.
 * @param periods starts of their keys, in the order of time
 * @param by a folder is over where its time ended before, in ms since 1970, and nothing was written to it since then: a
 *   number may be no hour
 */
export function lastOver(
  periods: readonly string[],
  by: number,
  space: KeySpace,
  modifiedIn: (period: string) => ModifiedDates | undefined,
): string | undefined {
  let last: string | undefined;
  for (const period of periods.slice(0, -alwaysOpen)) {
    // That of a whole year is not over because one of its days is.
    if (periods.some((other) => other !== period && other.startsWith(period))) continue;
    const span = space.spanOf(period);
    const modified = modifiedIn(period);
    if (span === undefined || span.end > by || Number(modified?.newest) > by) break;
    if (span.isNumber && (modified === undefined || !isNear(modified.oldest, span))) break;
    last = period;
  }
  return last;
}
