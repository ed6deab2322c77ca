import type { Analysis } from "./analysis";
import { cautions } from "./cautions";
import type { Decision, Looked } from "./decision";
import { defects, tiedDefect } from "./defects";
import type { OrderFinding } from "./order";
import { share, span, sum, time } from "./words";
import { count, printable } from "../terminal/terminal";

export interface Verdict extends Decision {
  /** What was not proven, or may change, a sentence each. */
  readonly cautions: readonly string[];
}

/** Fewer objects, written in fewer seconds, or in a shorter time, prove no order. */
const leastObjects = 100;
const leastSeconds = 3_600;
/** More configurations than these are more to keep than one hook; the limit is ours. */
const mostPrefixes = 20;
/** Part of their time that prefixes which follow one another may be written beside earlier ones. The limit is ours. */
const longestBeside = 0.25;

export function judge(looked: Looked): Verdict {
  const decision = decide(looked);
  return { ...decision, cautions: cautions(looked, decision) };
}

function decide(looked: Looked): Decision {
  const { analysis } = looked;
  const { census, order, split, commonPrefix, commonFolder } = analysis;
  const whole = [settable(commonFolder)];
  if (census.objects === 0) {
    const reason =
      commonPrefix === ""
        ? "There is no object to judge by."
        : `There is no object to judge by: no key of a log starts with ${JSON.stringify(printable(commonPrefix))}.`;
    return { kind: "unknown", prefixes: whole, reasons: [reason] };
  }
  const found = defects(looked);
  const missed = order.missed > 0;
  const hookFor = (reasons: readonly string[]): Decision => {
    const seen = missed ? [missedSentence(analysis), noSplit(looked)] : [];
    return { kind: "hook", prefixes: whole, reasons: [...seen, ...reasons].filter((text) => text !== "") };
  };
  const tooLittle = littleEvidence(looked, missed);
  if (found.length > 0) return hookFor([...found, ...(tooLittle === undefined ? tiedDefect(analysis) : [])]);
  if (tooLittle !== undefined) {
    const reasons = missed ? [missedSentence(analysis), tooLittle] : [tooLittle];
    return { kind: "unknown", prefixes: whole, reasons };
  }
  const tied = tiedDefect(analysis);
  if (tied.length > 0) return hookFor(tied);
  if (!missed) {
    return { kind: "fetcher", prefixes: [settable(commonPrefix)], reasons: [noneMissed(analysis)] };
  }
  if (split !== undefined && splitObstacle(looked) === undefined) {
    const prefixes = split.map(({ prefix }) => prefix);
    return { kind: "split", prefixes, reasons: [missedSentence(analysis), splitSentence(looked)] };
  }
  return hookFor(layoutNotes(analysis));
}

/** A prefix as logzio.yaml takes it: none that begins with "/", so that then the whole bucket it is. */
function settable(prefix: string): string {
  return prefix.startsWith("/") ? "" : prefix;
}

/** Why these objects do not prove anything, where they do not. */
function littleEvidence({ analysis, coverage }: Looked, missed: boolean): string | undefined {
  const { census, spread, split } = analysis;
  const seconds = (census.newest ?? 0) - (census.oldest ?? 0);
  // One name may be a day late; a copy brings the names of months within hours.
  if (
    spread !== undefined &&
    spread.namedSeconds > 2 * 86_400 &&
    spread.writtenSeconds < spread.namedSeconds / 10
  ) {
    return (
      `Most names tell of ${span(spread.namedSeconds)}, but were written within ${span(spread.writtenSeconds)}: they were ` +
      "copied here, and nothing tells in which order they were first written. Check the bucket that they come from, or " +
      "the prefix under which new ones arrive."
    );
  }
  if (seconds < leastSeconds) {
    return (
      `All were written within ${span(seconds)}, which may have been a copy and proves no order; it takes ` +
      `${leastObjects} objects written over an hour or more. Check again when more have arrived.`
    );
  }
  // That objects were missed is proven by one of them.
  if (missed && split === undefined) return undefined;
  if (census.objects < leastObjects) {
    return (
      `${count(census.objects, "object")} ${census.objects === 1 ? "is" : "are"} too few to tell: it takes ` +
      `${leastObjects}, written over an hour or more. Check again when more have arrived.`
    );
  }
  const moments = census.objects - sum(split?.map(({ order }) => order.sameSecond) ?? []);
  if (moments < leastObjects) {
    return (
      `They were written in ${count(moments, "different second")}, which is too little to tell their order by: it takes ` +
      `${leastObjects}. Check again when more have arrived.`
    );
  }
  return coverage.complete || coverage.places > 0
    ? undefined
    : "Behind the first keys there are more, none of which was found; look at more with --max-keys.";
}

function missedSentence({ census, order: { missed, worst } }: Analysis): string {
  const [were, them] = missed === 1 ? ["was", "it"] : ["were", "them"];
  const delay = span(worst?.delaySeconds ?? 0);
  return (
    `${missed.toLocaleString("en-US")} of ${count(census.objects, "object")} (${share(missed, census.objects)}) ${were} ` +
    `written after an object with a greater key, ${missed === 1 ? delay : `up to ${delay}`} later: a fetcher that looked in ` +
    `between, and remembers the last key it read, would never have read ${them}.`
  );
}

function noneMissed({ census }: Analysis): string {
  return (
    `None of the ${census.objects.toLocaleString("en-US")} objects was written after one with a greater key: from ` +
    `${time(census.oldest ?? 0)} to ${time(census.newest ?? 0)} UTC, a fetcher that remembers the last key it read ` +
    "would have read them all."
  );
}

function splitSentence({ analysis: { split = [] }, coverage }: Looked): string {
  const none = coverage.complete ? "none" : "none of those that were looked at";
  return (
    `These ${split.length} prefixes hold all objects, and ${none} is missed where each is fetched by itself: the keys of ` +
    "one are in order, and only those of different prefixes are not."
  );
}

/** Why prefixes that are in order each are nothing to configure, as the end of a sentence. */
function splitObstacle({ analysis: { split = [] }, coverage }: Looked): string | undefined {
  if (split.length > mostPrefixes) {
    return `each of which needs a configuration; over ${mostPrefixes} of them, one hook is less to keep.`;
  }
  if (split.some(({ prefix }) => prefix.startsWith("/"))) {
    return 'which begin with "/"; logzio.yaml takes no such prefix.';
  }
  if (!coverage.allStreams) return "but there are more, not all of which were looked for.";
  return followOneAnother(split.map(({ order }) => order))
    ? "but these were written one after the other: the next will be one that no configuration names."
    : undefined;
}

/** Whether they are like batch-9/ and batch-10/, of which one begins when the last has ended. Streams are side by side. */
function followOneAnother(parts: readonly OrderFinding[]): boolean {
  const [first, ...later] = [...parts].sort((one, other) => one.oldest - other.oldest);
  let ended = first.newest;
  let beside = 0;
  for (const { oldest, newest } of later) {
    beside += Math.max(0, Math.min(ended, newest) - oldest);
    ended = Math.max(ended, newest);
  }
  return beside <= sum(later.map(({ oldest, newest }) => newest - oldest)) * longestBeside;
}

/** What comes of narrower prefixes, where there are any. */
function noSplit(looked: Looked): string {
  const { streams, split } = looked.analysis;
  if (streams.length === 1) return "";
  if (split !== undefined) {
    const obstacle = splitObstacle(looked);
    return obstacle === undefined
      ? `Fetched by ${split.length} narrower prefixes they would be in order, but that is not all:`
      : `They are in order under ${split.length} narrower prefixes by themselves, ${obstacle}`;
  }
  const inOrder = streams.filter(({ order }) => order.missed === 0).length;
  const worst = Math.max(...streams.map(({ order }) => order.worst?.delaySeconds ?? 0));
  const missed = sum(streams.map(({ order }) => order.missed));
  return (
    `Narrower prefixes do not help: with a configuration for each of ${streams.length}, ` +
    `${count(missed, "object")} would still be missed, up to ${span(worst)} late` +
    (inOrder === 0 ? "." : `; ${inOrder} of the prefixes ${inOrder === 1 ? "is" : "are"} in order.`)
  );
}

/** Why objects of the known layouts were missed. */
function layoutNotes({ layouts }: Analysis): string[] {
  return layouts.flatMap(({ layout, missed, objects }) =>
    layout === undefined || missed === 0
      ? []
      : [`${count(objects, "object")} of ${layout.name}: ${layout.note}.`],
  );
}
