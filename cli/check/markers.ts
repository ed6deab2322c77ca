import type { WriteTimes } from "./order";

interface Marker {
  readonly key: string;
  readonly writtenAt: number;
  /** Objects before it in the listing. */
  readonly position: number;
}

/** More markers than tell anything new. */
const mostMarkers = 10_000;

/** Folder markers and trial files, which hold no logs. Whether a fetcher remembers their keys is not documented. */
export class Markers {
  count = 0;
  private readonly kept: Marker[] = [];

  add(key: string, writtenAt: number, position: number): void {
    this.count += 1;
    if (this.kept.length === mostMarkers) return;
    // A copy: the string would hold on to the page that it was cut from.
    this.kept.push({ key: Buffer.from(key).toString(), writtenAt, position });
  }

  /** Objects from `start` to before `end`, all that start with a prefix, which were written after a greater marker. */
  passed(times: WriteTimes, { prefix, start, end }: { prefix: string; start: number; end: number }): number {
    const inside = this.kept.filter(
      ({ key, position }) => position >= start && position <= end && key.startsWith(prefix),
    );
    if (inside.length === 0) return 0;
    let first = Infinity;
    let passed = 0;
    for (let index = end - 1; index >= start; index--) {
      for (let last = inside.at(-1); last !== undefined && last.position > index; last = inside.at(-1)) {
        first = Math.min(first, last.writtenAt);
        inside.pop();
      }
      if (times.writtenAt[index] > first && times.hasContent(index)) passed += 1;
    }
    return passed;
  }
}
