import type { KeySpace } from "./key-space";

/** Of the last so many dated folders all are open: clocks that are not UTC, and writers that come late. */
const alwaysOpen = 2;

/**
 * The last of the dated folders that nothing is written to any more; undefined where there is none. A folder whose time
 * nobody can tell is never over, and none behind it is: what comes next may sort before it.
 * @param periods starts of their keys, in the order of time
 * @param by a folder is over where its time ended before, in ms since 1970
 * @param isWritten whether something was written to the folder since then, whatever its time is: a number may be no hour
 */
export function lastOver(
  periods: readonly string[],
  by: number,
  space: KeySpace,
  isWritten: (period: string) => boolean,
): string | undefined {
  let last: string | undefined;
  for (const period of periods.slice(0, -alwaysOpen)) {
    // That of a whole year is not over because one of its days is.
    if (periods.some((other) => other !== period && other.startsWith(period))) continue;
    const span = space.spanOf(period);
    if (span === undefined || span.end > by || isWritten(period)) break;
    last = period;
  }
  return last;
}
