import { count, printable } from "../terminal/terminal";
import type { Analysis } from "./analysis";
import { fetcherObjectBytes } from "./census";
import { fetcherRegions, isFetcherRegion } from "../../constructs/access/fetcher-regions";
import type { Looked } from "./decision";
import type { DateDefect } from "./key-tokens";
import type { KeyTemplate } from "./templates";
import { share, size, sum } from "./words";

/** Of objects that share a second with a greater key, and whose names do not tell which came first: so many may. */
const tolerableTied = 0.001;
/** A date that is the same in all names for longer than this is none that goes with the time. */
const longestDaySeconds = 2 * 86_400;
const longestMonthSeconds = 32 * 86_400;

/** What rules Logz.io's fetcher out whatever the objects' times say, a sentence each. */
export function defects({ analysis, region }: Looked): string[] {
  return [
    ...regionDefect(region),
    ...layoutDefects(analysis),
    ...nameDefects(analysis),
    ...sizeDefect(analysis),
    ...fixedNameDefect(analysis),
  ];
}

function regionDefect(region: string | undefined): string[] {
  if (region === undefined || isFetcherRegion(region)) return [];
  return [
    `The bucket is in ${region}, which Logz.io's fetcher does not offer: its API takes buckets of ${Object.keys(fetcherRegions).length} regions.`,
  ];
}

function layoutDefects({ layouts }: Analysis): string[] {
  return layouts.flatMap(({ layout, objects, missed }) => {
    if (layout?.order !== "never") return [];
    const seen =
      missed > 0
        ? ""
        : ` That none is missed among these ${objects.toLocaleString("en-US")} is luck, and no promise of AWS.`;
    return [`${count(objects, "object")} of ${layout.name}: ${layout.note}.${seen}`];
  });
}

function nameDefects({ layouts, order }: Analysis): string[] {
  // What is known of a layout has been said.
  const templates = layouts
    .filter(({ layout }) => layout?.order !== "never")
    .flatMap((finding) => finding.templates);
  const first = (wanted: (template: KeyTemplate) => boolean): KeyTemplate | undefined =>
    templates.find(wanted);
  const seconds = order.newest - order.oldest;
  const date = (wanted: DateDefect): KeyTemplate | undefined =>
    first(({ dateDefect: { kind, varied, namesDay } = {} }) => {
      const longest = namesDay === true ? longestDaySeconds : longestMonthSeconds;
      return kind === wanted && (varied === true || seconds < longest);
    });
  const sentences: string[] = [];
  const yearLast = date("year not first");
  if (yearLast !== undefined) {
    sentences.push(
      `Dates do not begin with the year (${shown(yearLast)}), so that keys start over with every month or year: ` +
        "01-02-2027 sorts before 31-12-2026.",
    );
  }
  const named = date("month by name");
  if (named !== undefined) {
    sentences.push(
      `Months have their names (${shown(named)}), which sort by their letters: what is written in August ` +
        "sorts before July.",
    );
  }
  const notPadded = date("not padded");
  if (notPadded !== undefined) {
    sentences.push(
      `Dates have no leading zeros (${shown(notPadded)}), so that "10" sorts before "9" and what is written in October is missed.`,
    );
  }
  const counter = first(({ leading }) => leading === "unpadded number");
  if (counter !== undefined) {
    sentences.push(
      `Numbers have no leading zeros (${shown(counter)}), so that "10" sorts before "9": each further digit starts over.`,
    );
  }
  const random = first(({ leading }) => leading === "random");
  if (random !== undefined) {
    sentences.push(
      `Names begin with a random part (${shown(random)}), so that a new object may sort anywhere among the old.`,
    );
  }
  return sentences;
}

function sizeDefect({ census }: Analysis): string[] {
  const { overLimit, overLimitExample, largestBytes } = census;
  if (overLimit === 0) return [];
  return [
    `${count(overLimit, "object")} ${overLimit === 1 ? "is" : "are"} over 50 MB (${fetcherObjectBytes.toLocaleString("en-US")} bytes), the largest ` +
      `${size(largestBytes)}: Logz.io promises to fetch none above that; the hook has no such limit. ` +
      `One is ${printable(overLimitExample ?? "")}`,
  ];
}

/** What rules it out where objects were not just copied together. */
export function tiedDefect({ census, split }: Analysis): string[] {
  // Without prefixes that are in order, objects are missed for certain.
  const objects = sum(split?.map(({ order }) => order.tied) ?? []);
  if (objects === 0 || objects < census.objects * tolerableTied) return [];
  return [
    `${count(objects, "object")} (${share(objects, census.objects)}) ${was(objects)} written in the same second as one ` +
      "with a greater key, and their names do not tell which came first: a fetcher that looks between two of them " +
      "misses the second where it has the lesser key.",
  ];
}

function fixedNameDefect({ split = [] }: Analysis): string[] {
  const key = split.find(({ fixedLast }) => fixedLast !== undefined)?.fixedLast;
  if (key === undefined) return [];
  return [
    `${printable(key)} has neither time nor number in its name and sorts behind names that have: once the fetcher has ` +
      "read it, it misses all that comes with those. Move it out of the prefix, or check again with a --prefix that it " +
      "does not start with.",
  ];
}

function was(objects: number): string {
  return objects === 1 ? "was" : "were";
}

function shown({ text }: KeyTemplate): string {
  return printable(text);
}
