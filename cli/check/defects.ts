import { count, printable } from "../terminal/terminal";
import type { Analysis } from "./analysis";
import { fetcherObjectBytes } from "./census";
import { fetcherRegions, isFetcherRegion } from "../../constructs/access/fetcher-regions";
import type { KeyTemplate } from "./templates";
import type { Looked } from "./verdict";
import { share, size, sum } from "./words";

/** Of objects that share a second with a greater key and end in a random part: so many may be missed by chance. */
const tolerableSameSecond = 0.001;

/** What rules Logz.io's fetcher out whatever the objects' times say, a sentence each. */
export function defects({ analysis, region }: Looked): string[] {
  return [
    ...regionDefect(region),
    ...layoutDefects(analysis),
    ...nameDefects(analysis),
    ...sizeDefect(analysis),
    ...sameSecondDefect(analysis),
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

function nameDefects({ layouts }: Analysis): string[] {
  // What is known of a layout has been said.
  const templates = layouts
    .filter(({ layout }) => layout?.order !== "never")
    .flatMap((finding) => finding.templates);
  const first = (wanted: (template: KeyTemplate) => boolean): KeyTemplate | undefined =>
    templates.find(wanted);
  const sentences: string[] = [];
  const dayFirst = first(({ dateDefect }) => dateDefect === "day first");
  if (dayFirst !== undefined) {
    sentences.push(
      `Dates begin with the day (${shown(dayFirst)}), so that keys start over with every month: 01-02 sorts before 31-01.`,
    );
  }
  const notPadded = first(({ dateDefect }) => dateDefect === "not padded");
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

function sameSecondDefect({ census, layouts, split }: Analysis): string[] {
  // Without prefixes that are in order, objects are missed for certain.
  const objects = sum(split?.map(({ order }) => order.sameSecond) ?? []);
  const random = layouts.some(({ templates }) => templates.some(({ randomTail }) => randomTail));
  if (!random || objects === 0 || objects < census.objects * tolerableSameSecond) return [];
  return [
    `${count(objects, "object")} (${share(objects, census.objects)}) ${was(objects)} written in the same second as one ` +
      "with a greater key, and names go on with a random part behind their time: a fetcher that looks between two of " +
      "them misses the second.",
  ];
}

function was(objects: number): string {
  return objects === 1 ? "was" : "were";
}

function shown({ text }: KeyTemplate): string {
  return printable(text);
}
