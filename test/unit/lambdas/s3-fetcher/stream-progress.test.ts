import { StreamProgress } from "../../../../lambdas/s3-fetcher/checkpoints/stream-progress";
import type { DatedKey } from "../../../../lambdas/s3-fetcher/checkpoints/seen-keys";
import { KeySpace } from "../../../../lambdas/s3-fetcher/streams/key-space";

const hour = 3_600_000;
const now = Date.parse("2026-01-05T12:00:00Z");
const lookback = { keys: 800, minutes: 60 };

function object(key: string, lastModified: number): DatedKey {
  return { key, lastModified, eTag: "0123" };
}

/** One look, in which every object is new. */
function look(progress: StreamProgress, objects: readonly DatedKey[]): void {
  progress.beginLook(now, true);
  for (const one of objects) {
    progress.walked(one);
    progress.pass(one, { old: false });
  }
}

test("a look goes through more folders than a checkpoint has room for, between two writes, and closes them", () => {
  const progress = new StreamProgress(new KeySpace("lake/", false), {}, [], lookback);
  const folders = Array.from({ length: 6000 }, (_, index) => {
    const time = now - (6000 - index) * hour;
    const [day, at] = new Date(time).toISOString().split("T");
    return object(`lake/dt=${day}/hour=${at.slice(0, 2)}/part-0001.json`, time);
  });
  look(progress, folders);
  progress.endLook();
  expect(progress.tracks.ofFolders).toBeUndefined();
  // What is not over, behind the last that is.
  expect(progress.tracks.all.length).toBeLessThan(5);
  expect(folders.slice(0, -4).every(({ key }) => progress.isClosed(key))).toBe(true);
});

test("folders beyond those that a checkpoint has room for are never taken for over, and are looked at where it has come to", () => {
  const progress = new StreamProgress(new KeySpace("lake/", false), {}, [], lookback);
  const name = (number: number): string => `lake/date=${10_000 + number}-${"x".repeat(200)}/part-0001.json`;
  const old = Array.from({ length: 1500 }, (_, number) => object(name(2 * number), now - 48 * hour));
  look(progress, old);
  progress.endLook();
  progress.trim();
  expect(progress.tracks.ofFolders).toMatchObject({ start: "lake/", shared: true, period: undefined });
  expect(old.every((one) => progress.isDone(one) && !progress.isClosed(one.key))).toBe(true);
  const late = object(name(2801), now);
  expect([progress.isLate(late.key), progress.isDone(late)]).toEqual([true, false]);
  expect(progress.isDone(object(name(3001), now - 48 * hour))).toBe(false);
  expect(progress.hotStart({ recent: new Set(), left: undefined }, now)).toBe(
    progress.space.placeOf(name(2998)).period,
  );
});
