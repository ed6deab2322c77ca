import { behindAll, between, compareKeys, sharedStart, type Alphabet } from "./key-space";
import type { BucketListing, ListedObject } from "./listing";

export interface PlacesOptions {
  /** Keys up to this one are known. */
  readonly start: string;
  readonly alphabet: Alphabet;
  /** Keys that are listed at a place. */
  readonly placeKeys: number;
  /** Hears how many keys have been listed, and the last of them. */
  readonly progress: (keys: number, key: string) => void;
}

interface Bounds {
  readonly atEnd: boolean;
  readonly to?: string | undefined;
}

/** Keys of which nothing is known yet. */
interface Gap {
  readonly from: string;
  readonly to: string | undefined;
  /** Whether no key lies behind it. */
  readonly atEnd: boolean;
  /** Where to look first, in place of half way. */
  readonly guess?: string;
  /** How often there was nothing in its upper half. */
  readonly misses?: number;
}

/** Requests, for a place and besides, that find the end: where a gap is halved, there may be nothing in the half. */
const probesPerPlace = 2;
const extraProbes = 60;
/** A gap inside of which nothing was found so often is given up: some three for each character that keys share. */
const mostMisses = 12;

/**
 * Places spread over the keys behind those that are known, up to the end. Folders, which name accounts, regions and
 * days, are shared out evenly; in a folder without any, the space between two keys is halved.
 */
export class Places {
  private keys = 0;
  private readonly found: (readonly ListedObject[])[] = [];

  constructor(
    private readonly listing: BucketListing,
    private readonly options: PlacesOptions,
  ) {}

  get count(): number {
    return this.found.length;
  }

  /** The objects of all places in order, each once: where the end of a stream was looked for, places may overlap. */
  inOrder(): readonly ListedObject[] {
    const sorted = this.found.flat().sort((one, other) => compareKeys(one.key, other.key));
    return sorted.filter(({ key }, index) => index === 0 || key !== sorted[index - 1].key);
  }

  /**
   * Looks at so many places below a prefix, and `atEnd` at its greatest keys, where the newest are; `to` is the first key
   * that is none of its own.
   */
  async lookInto(prefix: string, places: number, { atEnd, to }: Bounds = { atEnd: true }): Promise<void> {
    const level = await this.listing.level(prefix, this.options.start);
    if (level === undefined) {
      await this.halve(prefix, places, to);
      return;
    }
    const isInside = (key: string): boolean => to === undefined || compareKeys(key, to) < 0;
    const folders = level.folders.filter(isInside);
    this.keep(level.objects.filter(({ key }) => isInside(key)));
    if (folders.length === 0) return;
    const chosen = evenly(folders, places);
    const share = Math.floor(places / chosen.length);
    for (const [index, folder] of chosen.entries()) {
      const last = index === chosen.length - 1;
      const its = last ? places - share * index : share;
      if (its > 1 || (last && atEnd)) await this.lookInto(folder, its, { atEnd: last && atEnd, to });
      else await this.take(folder, this.behindStart(folder));
    }
  }

  /** Halves the gaps in a folder without folders until its end and so many places have been looked at; the end first. */
  private async halve(prefix: string, places: number, end: string | undefined): Promise<void> {
    const gaps: Gap[] = [{ from: this.behindStart(prefix), to: end, atEnd: true }];
    const probes = places * probesPerPlace + extraProbes;
    let ended = false;
    for (let probe = 0, looked = 0; probe < probes && (looked < places || !ended); probe++) {
      const gap = gaps.shift();
      if (gap === undefined) return;
      const { from, to, atEnd, guess, misses = 0 } = gap;
      const middle = guess ?? between(from, to, prefix, this.options.alphabet);
      if (middle === undefined) {
        ended ||= atEnd;
        continue;
      }
      const { first, last, more } = await this.take(prefix, middle, to);
      if (first === undefined || last === undefined) {
        const lower = { from, to: middle, atEnd };
        if (atEnd) gaps.unshift(lower);
        else if (misses < mostMisses) gaps.push({ ...lower, misses: misses + 1 });
        continue;
      }
      looked += 1;
      ended ||= atEnd && !more;
      // What these keys share, those behind them mostly share too: halving would have to find that out bit by bit.
      const guessed = `${sharedStart(first, last)}${behindAll}`;
      const useful = guess === undefined && (to === undefined || compareKeys(guessed, to) < 0);
      if (more && atEnd) gaps.unshift({ from: last, to, atEnd, ...(useful ? { guess: guessed } : {}) });
      else if (more) gaps.push({ from: last, to, atEnd });
      gaps.push({ from, to: middle, atEnd: false });
    }
  }

  /** Keeps the keys that start with the prefix and lie between two. Tells the last, and whether more follow. */
  private async take(
    prefix: string,
    from: string,
    to?: string,
  ): Promise<{
    readonly first: string | undefined;
    readonly last: string | undefined;
    readonly more: boolean;
  }> {
    const { objects, truncated } = await this.listing.after(from, this.options.placeKeys);
    const inside = objects.filter(
      ({ key }) => key.startsWith(prefix) && (to === undefined || compareKeys(key, to) < 0),
    );
    this.keep(inside);
    return {
      first: inside.at(0)?.key,
      last: inside.at(-1)?.key,
      more: truncated && inside.length === objects.length,
    };
  }

  keep(objects: readonly ListedObject[]): void {
    const last = objects.at(-1);
    if (last === undefined) return;
    this.found.push(objects);
    this.keys += objects.length;
    this.options.progress(this.keys, last.key);
  }

  private behindStart(prefix: string): string {
    const { start } = this.options;
    return compareKeys(prefix, start) < 0 ? start : prefix;
  }
}

/** So many of them, the last always. */
export function evenly<One>(all: readonly One[], number: number): readonly One[] {
  if (all.length <= number) return all;
  if (number === 1) return all.slice(-1);
  return Array.from(
    { length: number },
    (_, index) => all[Math.round((index * (all.length - 1)) / (number - 1))],
  );
}
