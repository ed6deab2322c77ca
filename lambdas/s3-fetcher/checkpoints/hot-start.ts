import type { FullLook } from "../full-looks";
import type { KeySpace } from "../streams/key-space";
import type { Track } from "./track";
import type { Tracks } from "./tracks";

/** Starts of the keys of the dated folders that tracks are in, in the order of time. */
export function periodsOf(tracks: readonly Track[], space: KeySpace): readonly string[] {
  const periods = tracks.flatMap(({ period }) => (period === undefined ? [] : [period]));
  return [...new Set(periods)].sort((a, b) => space.compare(a, b));
}

/**
 * Where a look begins that goes through what is being written: the last dated folder, those that have just ended, the
 * tracks named, and what was left.
 * @param since folders that ended before have not just ended, in ms since 1970
 */
export function hotStart(
  tracks: Tracks,
  space: KeySpace,
  { recent, left }: Pick<FullLook, "recent" | "left">,
  since: number,
): string | undefined {
  const { all, ofFolders } = tracks;
  // The folder that the stream has come to in those that share a track.
  const shared = ofFolders === undefined ? undefined : space.placeOf(ofFolders.last).period;
  const newest = [...periodsOf(all, space), ...(shared === undefined ? [] : [shared])]
    .sort((a, b) => space.compare(a, b))
    .at(-1);
  const starts = all.flatMap((track) => {
    const { period, start, bound } = track;
    if (track === ofFolders) return shared === newest && shared !== undefined ? [shared] : [];
    if (period === undefined || period === newest) return [bound ?? start];
    if (Number(space.spanOf(period)?.end) > since) return [period];
    return recent.has(start) ? [bound ?? start] : [];
  });
  if (left !== undefined) starts.push(tracks.of(left)?.bound ?? space.placeOf(left).start);
  return starts.reduce<string | undefined>(
    (first, start) => (first === undefined || space.compare(start, first) < 0 ? start : first),
    undefined,
  );
}
