import type { Checkpoint } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import type { ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { isOld } from "../../lambdas/s3-fetcher/start";
import { streamOf } from "../../lambdas/s3-fetcher/streams/stream-names";
import { UsageError } from "../program/errors";
import { parseDate } from "../program/dates";
import type { StreamProgress } from "../../lambdas/s3-fetcher/checkpoints/stream-progress";
import { isShipped, newObjects, pagesOf, progressOf, type SourceCheckpoints } from "./streams";
import type { FetcherSource } from "./target";

/** Where a stream is to go on: behind the key, or behind all that is older than the date. */
export type ResetTarget =
  | { readonly kind: "beginning" }
  | { readonly kind: "now" }
  | { readonly kind: "date"; readonly since: number }
  | { readonly kind: "key"; readonly key: string };

export function parseTarget(text: string): ResetTarget {
  if (text === "beginning" || text === "now") return { kind: text };
  const since = parseDate(text);
  return since === undefined ? { kind: "key", key: text } : { kind: "date", since };
}

/** Objects that a move concerns. */
export interface Tally {
  readonly objects: number;
  readonly bytes: number;
  /** Of the keys in between, those that the source's `start` leaves out. */
  readonly beforeStart: number;
  /** `false`: there are more, which were not listed. */
  readonly complete: boolean;
}

/** What moving the checkpoint of one stream means. */
export interface StreamMove {
  readonly checkpoint: Checkpoint;
  /** Undefined: the stream's beginning. */
  readonly to: string | undefined;
  /** `again`: what lies between is shipped again; `left out`: it is never shipped. */
  readonly effect: "again" | "left out";
  readonly between: Tally;
}

export interface PlanSettings {
  /** Keys that are counted in each stream. */
  readonly maxKeys: number;
  readonly progress: (text: string) => void;
}

/** The streams that are meant. @throws UsageError where there is none such */
export function streamsMeant(
  source: FetcherSource,
  { checkpoints, rules }: SourceCheckpoints,
  stream: string | undefined,
  target: ResetTarget,
): readonly Checkpoint[] {
  const prefix = source.settings.prefix ?? "";
  if (target.kind === "key" && !target.key.startsWith(prefix)) {
    throw new UsageError(
      `the key "${target.key}" does not start with "${prefix}", as all keys of ${source.name} do; write beginning, now, ` +
        "a date such as 2026-01-31, or a whole key",
    );
  }
  // A key belongs to one stream alone.
  const named = stream ?? (target.kind === "key" ? streamOf(target.key, rules) : undefined);
  if (named === undefined) return checkpoints;
  const found = checkpoints.filter((one) => one.stream === named || one.stream === prefix + named);
  if (found.length > 0) return found;
  const some = checkpoints.slice(0, 10).map((one) => `"${one.stream}"`);
  throw new UsageError(
    `${source.name} has no stream "${named}"; it has ${some.join(", ")}${checkpoints.length > some.length ? ", …" : ""}`,
  );
}

/** Lists what a move means; changes nothing. */
export async function planMove(
  source: FetcherSource,
  checkpoint: Checkpoint,
  target: ResetTarget,
  read: SourceCheckpoints,
  settings: PlanSettings,
): Promise<StreamMove> {
  const progress = await progressOf(source, checkpoint, read);
  const to = await destination(source, checkpoint, progress, target, read, settings);
  const { lastKey } = checkpoint;
  const forward = to !== undefined && (lastKey === undefined || progress.space.compare(to, lastKey) >= 0);
  const between = forward
    ? await countLeftOut(source, checkpoint, progress, to, read, settings)
    : await countAgain(source, progress, to, lastKey, read, settings);
  return { checkpoint, to, effect: forward ? "left out" : "again", between };
}

async function destination(
  source: FetcherSource,
  checkpoint: Checkpoint,
  progress: StreamProgress,
  target: ResetTarget,
  { rules }: SourceCheckpoints,
  { progress: say }: PlanSettings,
): Promise<string | undefined> {
  if (target.kind === "beginning") return undefined;
  if (target.kind === "key") return target.key;
  const isBehind = (object: ListedObject): boolean =>
    target.kind === "now" || object.lastModified < target.since;
  // Behind the last key that everything up to it is old.
  let last = target.kind === "now" ? checkpoint.lastKey : undefined;
  let keys = 0;
  for await (const objects of pagesOf(source, progress, last, rules)) {
    for (const object of objects) {
      if (!isBehind(object)) return last;
      last = object.key;
    }
    keys += objects.length;
    say(`${checkpoint.stream}: ${keys.toLocaleString("en-US")} keys looked through`);
  }
  return last;
}

/** What was shipped, and is shipped again. */
async function countAgain(
  source: FetcherSource,
  progress: StreamProgress,
  from: string | undefined,
  until: string | undefined,
  read: SourceCheckpoints,
  settings: PlanSettings,
): Promise<Tally> {
  if (until === undefined) return { ...nothing, complete: true };
  const isOver = (key: string): boolean => progress.space.compare(key, until) > 0;
  // A stream that goes back is looked through for the first time once more.
  const pages = pagesOf(source, progress, from, read.rules);
  return count(source, pages, isOver, read, { firstLook: undefined }, settings);
}

/** What was not shipped, and never will be: of some writers it may sort far behind the last key of all. */
async function countLeftOut(
  source: FetcherSource,
  checkpoint: Checkpoint,
  progress: StreamProgress,
  until: string,
  read: SourceCheckpoints,
  settings: PlanSettings,
): Promise<Tally> {
  const isOver = (key: string): boolean => progress.space.compare(key, until) > 0;
  return count(source, newObjects(source, progress, read.rules), isOver, read, checkpoint, settings);
}

const nothing = { objects: 0, bytes: 0, beforeStart: 0 } as const;

async function count(
  source: FetcherSource,
  pages: AsyncIterable<readonly ListedObject[]>,
  isOver: (key: string) => boolean,
  { start }: SourceCheckpoints,
  checkpoint: Pick<Checkpoint, "firstLook">,
  { maxKeys }: PlanSettings,
): Promise<Tally> {
  const tally = { objects: 0, bytes: 0, beforeStart: 0 };
  let keys = 0;
  for await (const objects of pages) {
    for (const object of objects) {
      if (isOver(object.key)) return { ...tally, complete: true };
      if (keys++ >= maxKeys) return { ...tally, complete: false };
      if (isShipped(source, start, checkpoint, object)) {
        tally.objects++;
        tally.bytes += object.size;
      } else if (object.size > 0 && isOld(object, start, checkpoint)) tally.beforeStart++;
    }
  }
  return { ...tally, complete: true };
}
