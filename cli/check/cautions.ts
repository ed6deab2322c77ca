import { count, printable } from "../terminal/terminal";
import type { PartFinding } from "./analysis";
import type { Decision, Looked } from "./decision";
import { isTime, tokensOf } from "./key-tokens";
import { share, sum, time } from "./words";

/** What the listing leaves open, a sentence each. */
export function cautions(looked: Looked, { kind, prefixes }: Decision): string[] {
  if (looked.analysis.census.objects === 0) return [];
  return [
    ...coverage(looked),
    ...(kind === "fetcher" || kind === "split" ? fetcherCautions(looked) : []),
    ...timedPrefix(prefixes),
    ...archives(looked),
    ...overwritten(looked),
  ];
}

function coverage({ coverage: { complete, consecutive, sampled, places } }: Looked): string[] {
  if (complete) return [];
  const rest =
    places === 0
      ? "nothing of the rest"
      : `${sampled.toLocaleString("en-US")} from ${count(places, "place")} spread over the rest`;
  return [
    `There are more objects than were looked at: the first ${consecutive.toLocaleString("en-US")} keys, and ${rest}. ` +
      "A higher --max-keys looks at more.",
  ];
}

function fetcherCautions({ analysis, region }: Looked): string[] {
  const { census, order, layouts, split = [], streams } = analysis;
  const sentences: string[] = [];
  const sameSecond = sum(split.map((part) => part.order.sameSecond));
  if (sameSecond > 0) {
    sentences.push(
      `${count(sameSecond, "object")} (${share(sameSecond, census.objects)}) shared a second with one of a greater ` +
        "key. S3 tells no finer time, so which came first is not proven.",
    );
  }
  if (census.multipart > 0) {
    sentences.push(
      `${count(census.multipart, "object")} ${census.multipart === 1 ? "was" : "were"} uploaded in parts. S3 gives the ` +
        "time when such an upload began, and the object appeared when it ended: one with a greater key may have come " +
        "between, which a listing cannot show.",
    );
  }
  for (const { layout } of layouts) {
    if (layout?.order === "listing") sentences.push(`${layout.name}: ${layout.note}.`);
  }
  sentences.push(...counterCautions(analysis), ...markerCaution(split));
  const weak = split.filter(({ objects }) => objects < 100).length;
  if (order.missed > 0 && weak > 0) {
    sentences.push(
      `${weak === 1 ? "One of the prefixes has" : `${weak} of the prefixes have`} fewer than 100 objects, which is little to tell their order by.`,
    );
  }
  if (order.missed === 0 && streams.length > 1) {
    sentences.push(
      `The keys have ${streams.length.toLocaleString("en-US")} different beginnings, of which each was written when those that sort before it had ` +
        "ended. If one of these goes on, the fetcher misses what it brings.",
    );
  }
  if (order.missed > 0) {
    sentences.push(
      "A new prefix beside these, such as a further account or service, needs a configuration of its own.",
    );
  }
  if (region === undefined) {
    sentences.push("AWS did not tell the bucket's region; Logz.io's fetcher offers 15 of them.");
  }
  sentences.push(
    "The past does not prove the future: one late or additional writer, and Logz.io's fetcher misses objects without a word.",
  );
  return sentences;
}

function markerCaution(split: readonly PartFinding[]): string[] {
  const passed = sum(split.map(({ passedByMarkers }) => passedByMarkers));
  return passed === 0
    ? []
    : [
        `${count(passed, "object")} ${passed === 1 ? "was" : "were"} written after a folder marker or test file with a greater ` +
          "key. Whether Logz.io's fetcher remembers the keys of those is not documented: if it does, it misses what " +
          "sorts before them. Delete them.",
      ];
}

/** A prefix with a time in it, which the next objects will not have. */
function timedPrefix(prefixes: readonly string[]): string[] {
  return prefixes.flatMap((prefix) => {
    const time = tokensOf(prefix).find(isTime);
    return time === undefined
      ? []
      : [
          `The prefix ${printable(prefix)} names a time, ${printable(time.text)}: what comes later has another. Check with ` +
            `--prefix ${JSON.stringify(printable(prefix.slice(0, time.start)))} in its place.`,
        ];
  });
}

/** Numbers that go on to one more digit, which sorts before all that were written. */
function counterCautions({ layouts, order }: Looked["analysis"]): string[] {
  return layouts.flatMap(({ templates }) =>
    templates.flatMap(({ counter, streamCounter, text }) =>
      [counter, ...(order.missed === 0 ? [streamCounter] : [])].flatMap((one) => {
        if (one === undefined) return [];
        const { digits, greatest, padded } = one;
        // With room for zeros it takes until the last tenth to be near.
        if (padded && !greatest.startsWith("9")) return [];
        const [last, next] = ["9".repeat(digits), `1${"0".repeat(digits)}`];
        return [
          `Numbers in names (${printable(text)}) have ${count(digits, "digit")} so far, the greatest ${greatest}. If they go on to ` +
            `${next}, that sorts before ${last}, and Logz.io's fetcher misses all that comes from there on: have them ` +
            "written with more leading zeros before.",
        ];
      }),
    ),
  );
}

function archives({ analysis: { census } }: Looked): string[] {
  const { archived, newestArchived, newest } = census;
  if (archived === 0 || newestArchived === undefined || newest === undefined) return [];
  const fresh = newest - newestArchived < 86_400;
  return [
    `${count(archived, "object")} ${archived === 1 ? "is" : "are"} in GLACIER or DEEP_ARCHIVE, which nobody can read ` +
      "without restoring them first" +
      (fresh
        ? `, the newest written ${time(newestArchived)}: if objects are written there directly, neither fetcher nor hook can read them.`
        : "; that does not matter for new objects, unless they are written there directly."),
  ];
}

function overwritten({ analysis: { order } }: Looked): string[] {
  return order.missed === 0
    ? []
    : [
        "A listing shows the last time that a key was written: objects that were overwritten or copied later look late too.",
      ];
}
