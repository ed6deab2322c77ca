import { isGrowing } from "./stream-names";

/** Folders below one that grows that go on with it: `01` of `2026/01`, `hour=12` of `dt=2026-01-05/hour=12`. */
const goesOn = /^(\d{1,2}|(month|mm|m|day|dd|d|hour|hh|h|minute|min)=\d{1,2})$/i;

/**
 * The folders of a key that stand for a stretch of time, such as `2026/01/05/`, with the slash behind the last; empty
 * where there are none.
 *
 * @param rest the key behind its stream's prefix
 */
export function periodOf(rest: string): string {
  let end = 0;
  for (let slash = rest.indexOf("/"); slash >= 0; slash = rest.indexOf("/", end)) {
    const part = rest.slice(end, slash);
    if (!isGrowing(part) && (end === 0 || !goesOn.test(part))) break;
    end = slash + 1;
  }
  return rest.slice(0, end);
}

/** A stretch of time, in ms since 1970; `end` is outside. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Whether a number alone says so, which may as well be the ID of a customer: `1767614400/`. */
  readonly isNumber: boolean;
}

/** A name's time and its folder's, or its object's, are at most so far apart: files are delivered after midnight, and elsewhere. */
const nearMs = 2 * 86_400_000;

/** Whether a time goes with a stretch of time. */
export function isNear(time: number, { start, end }: Pick<Span, "start" | "end">): boolean {
  return time > start - nearMs && time < end + nearMs;
}

/** A digit that stands alone: a month, day or hour that is not padded. */
const loneDigit = /(?<!\d)\d(?!\d)/g;
const dayMs = 86_400_000;

/** The time that a period stands for, in UTC; undefined where it cannot be told, as of `date=05-01-2026`. */
export function spanOf(period: string): Span | undefined {
  const values = period.replaceAll(/(?<=^|\/)[^=/]*=/g, "");
  if (!/^\d{4}/.test(values)) return undefined;
  const digits = values.replaceAll(loneDigit, "0$&").replaceAll(/\D/g, "");
  // Whatever the program takes for one folder, hours or a day.
  if (/^1\d{9}(\d{3})?$/.test(digits)) {
    const start = Number(digits.slice(0, 10)) * 1000;
    return { start, end: start + dayMs, isNumber: true };
  }
  const parts = /^((?:19|20)\d\d)(0[1-9]|1[0-2])?(\d\d)?(?:(\d\d)(?:(\d\d)\d*)?)?$/.exec(digits)?.slice(1) as
    readonly (string | undefined)[] | undefined;
  if (parts === undefined) return undefined;
  const numbers = parts.filter((part) => part !== undefined).map(Number);
  const end = timeOf([...numbers.slice(0, -1), Number(numbers.at(-1)) + 1]);
  return { start: timeOf(numbers), end, isNumber: false };
}

function timeOf([year = 1970, month = 1, day = 1, hour = 0, minute = 0]: readonly number[]): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

/**
 * The key as it sorts by time: with folders such as `2026/1/9/` as `2026/01/09/`, and `month=1/` as `month=01/`. S3 lists
 * `2026/1/10/` before `2026/1/9/`.
 */
export function padded(stream: string, key: string): string {
  const rest = key.slice(stream.length);
  if (!/(?<!\d)\d(?:\/|-\d+\/)/.test(rest)) return key;
  const period = periodOf(rest);
  return `${stream}${period.replaceAll(loneDigit, "0$&")}${rest.slice(period.length)}`;
}
