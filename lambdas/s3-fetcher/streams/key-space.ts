import { compareBytes } from "../../reading/key-order";
import type { StreamRules } from "./stream-names";
import { isNear, padded, periodOf, spanOf, type Span } from "./periods";

/** Whose a key is among those that share a stream. */
export interface KeyPlace {
  /** Start of the keys of the same period, with the stream's prefix; undefined outside of dated folders. */
  readonly period: string | undefined;
  /** Start of the keys of the same writer, in the same period. */
  readonly start: string;
  /** What the writer calls itself, whatever the period. */
  readonly writer: string;
  /** Whether names of this writer carry their time, and so are in the order of their making. */
  readonly ordered: boolean;
}

/** Dates as names have them: 20260105, 2026-01-05, with a time or without. Twelve digits are an account. */
const date =
  /(?<![0-9A-Za-z])((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:T\d{2}[\d:.-]*Z?|\d{6}Z?)?(?![0-9A-Za-z])/g;
/** Unix time in seconds or milliseconds, from 2020 to 2033. */
const unixTime = /(?<![0-9A-Za-z])1[6-9]\d{8}(?:\d{3})?(?![0-9A-Za-z])/g;
const dayMs = 86_400_000;

/**
 * Tells the keys of one stream apart by their writer: what stands in a name before its time, such as the load balancer
 * in `…_app.shop.50dc6c495c0c9188_20260105T0005Z_….log.gz`. Several writers share a folder, and each has an order of
 * its own: the keys of all but the last would always be behind a common checkpoint.
 */
export class KeySpace {
  private lastKey: string | undefined;
  private lastPlace: KeyPlace | undefined;

  /**
   * @param stream its prefix
   * @param plain whether all its keys are one order, by their bytes
   */
  constructor(
    readonly stream: string,
    readonly plain: boolean,
  ) {}

  placeOf(key: string): KeyPlace {
    // Asked for several times in a row.
    if (this.lastPlace === undefined || key !== this.lastKey) {
      this.lastPlace = this.plain
        ? { period: undefined, start: this.stream, writer: "", ordered: false }
        : placeIn(this.stream, key);
      this.lastKey = key;
    }
    return this.lastPlace;
  }

  /** The order in which keys are visited: that of time where dated folders are unpadded, else that of their bytes. */
  compare(a: string, b: string): number {
    return this.plain ? compareBytes(a, b) : compareBytes(padded(this.stream, a), padded(this.stream, b));
  }

  /** Whether the key is in a folder such as `2026/1/9/`, which S3 lists in another order than that of time. */
  isUnpadded(key: string): boolean {
    return !this.plain && padded(this.stream, key) !== key;
  }

  /** @param period start of its keys, with the stream's prefix */
  spanOf(period: string): Span | undefined {
    return spanOf(period.slice(this.stream.length));
  }
}

function placeIn(stream: string, key: string): KeyPlace {
  const period = periodOf(key.slice(stream.length));
  const nameStart = stream.length + period.length;
  const name = key.slice(nameStart);
  const time = timeIn(name, spanOf(period));
  return {
    period: period === "" ? undefined : stream + period,
    start: key.slice(0, nameStart + (time ?? 0)),
    writer: name.slice(0, time ?? 0),
    ordered: time !== undefined,
  };
}

interface NamedTime {
  /** Where it begins in the name. */
  readonly index: number;
  /** In ms since 1970. */
  readonly time: number;
}

/** Where a name's time begins: the first one that goes with the folder, as a writer may have a date in its own name. */
function timeIn(name: string, folder: Span | undefined): number | undefined {
  // Of a number nobody knows, it may be an ID in both.
  const span = folder?.isNumber === true ? undefined : folder;
  const dates = [...name.matchAll(date)].map((match): NamedTime => ({
    index: match.index,
    time: Date.UTC(Number(match[1]), Number(match[3]) - 1, Number(match[4])),
  }));
  const numbers = [...name.matchAll(unixTime)]
    .map((match): NamedTime => ({ index: match.index, time: Number(match[0].slice(0, 10)) * 1000 }))
    .filter(({ time }) => goesWith(time, span, dates));
  const found = [...dates, ...numbers].sort((a, b) => a.index - b.index);
  const near = found.find(({ time }) => span === undefined || isNear(time, span));
  return (near ?? found.at(0))?.index;
}

/** Whether a number is a time as far as can be told: customers' IDs have ten digits as well. */
function goesWith(time: number, span: Span | undefined, dates: readonly NamedTime[]): boolean {
  if (span !== undefined) return isNear(time, span);
  return dates.length === 0 || dates.some((day) => isNear(time, { start: day.time, end: day.time + dayMs }));
}

/** The keys of a stream: one order where its source is one, or a prefix has so many folders that it is. */
export function keySpaceOf(stream: string, { undivided }: StreamRules): KeySpace {
  return new KeySpace(stream, undivided.has(stream));
}
