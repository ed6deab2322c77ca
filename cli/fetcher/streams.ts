import type { Checkpoint, SourceState } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import { isOld, startOf, type SourceStart } from "../../lambdas/s3-fetcher/start";
import type { ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { walkStream } from "../../lambdas/s3-fetcher/listing/stream-walk";
import { StreamProgress } from "../../lambdas/s3-fetcher/checkpoints/stream-progress";
import { fetcherDefaults } from "../../lambdas/s3-fetcher/environment";
import { keySpaceOf } from "../../lambdas/s3-fetcher/streams/key-space";
import { streamRules, type StreamRules } from "../../lambdas/s3-fetcher/streams/stream-names";
import { UsageError } from "../program/errors";
import type { FetcherSource } from "./target";

/** What the table says of a source. */
export interface SourceCheckpoints {
  readonly state: SourceState;
  /** Of every stream, also of those that were not begun yet. */
  readonly checkpoints: readonly Checkpoint[];
  readonly rules: StreamRules;
  readonly start: SourceStart;
}

/** Undefined where the source was never looked at. */
export async function readCheckpoints(source: FetcherSource): Promise<SourceCheckpoints | undefined> {
  const state = await source.table.state();
  if (state === undefined) return undefined;
  const begun = new Map((await source.table.checkpoints()).map((one) => [one.stream, one]));
  const streams = [...new Set([...state.streams, ...begun.keys()])].sort();
  return {
    state,
    checkpoints: streams.map((stream) => begun.get(stream) ?? notBegun(stream, source, state)),
    rules: streamRules(source.settings.prefix ?? "", state.streams, state.undivided),
    start: startOf(source.settings, state),
  };
}

/** {@link readCheckpoints} for what changes them. @throws UsageError where there is nothing to change */
export async function existingCheckpoints(source: FetcherSource): Promise<SourceCheckpoints> {
  const read = await readCheckpoints(source);
  if (read !== undefined) return read;
  throw new UsageError(
    `the fetcher has not looked at ${source.name} yet, so there is nothing to change; is it written as in logzio.yaml?`,
  );
}

function notBegun(
  stream: string,
  { settings: { start } }: FetcherSource,
  { firstRun }: SourceState,
): Checkpoint {
  const lastKey = typeof start === "object" ? start.key : undefined;
  return { stream, sequence: 0, lastKey, lastFound: firstRun };
}

/** What the fetcher knows of a stream. */
export async function progressOf(
  { table, settings }: FetcherSource,
  checkpoint: Checkpoint,
  { rules }: Pick<SourceCheckpoints, "rules">,
): Promise<StreamProgress> {
  const { stream } = checkpoint;
  const lookback = settings.lookback ?? fetcherDefaults.lookback;
  return new StreamProgress(keySpaceOf(stream, rules), checkpoint, await table.seen(stream), lookback);
}

/** The objects of a stream behind a key, page by page, as the fetcher lists them. */
export async function* pagesOf(
  source: FetcherSource,
  progress: StreamProgress,
  after: string | undefined,
  rules: StreamRules,
  { skip = false } = {},
): AsyncGenerator<readonly ListedObject[], void> {
  const { space } = progress;
  const walked = {
    listing: source.listing,
    space,
    rules,
    unpadded: progress.isUnpadded,
    skipFrom: (key: string) => (skip ? progress.skipFrom(key) : undefined),
  };
  let last = after;
  for await (const { objects } of walkStream(walked, after)) {
    if (!progress.isUnpadded && objects.some(({ key }) => space.isUnpadded(key))) {
      progress.noteUnpadded();
      return yield* pagesOf(source, progress, last, rules, { skip });
    }
    yield objects;
    last = objects.at(-1)?.key ?? last;
  }
}

/** What the fetcher has not dealt with yet; a page may be empty. */
export async function* newObjects(
  source: FetcherSource,
  progress: StreamProgress,
  rules: StreamRules,
): AsyncGenerator<readonly ListedObject[], void> {
  for await (const objects of pagesOf(source, progress, progress.beginning, rules, { skip: true }))
    yield objects.filter((object) => !progress.isClosed(object.key) && !progress.isDone(object));
}

/** Whether the fetcher ships an object of a stream, rather than passing it by. */
export function isShipped(
  source: FetcherSource,
  start: SourceStart,
  checkpoint: Pick<Checkpoint, "firstLook">,
  object: ListedObject,
): boolean {
  if (object.size === 0 || isOld(object, start, checkpoint)) return false;
  const { settings, sources } = source;
  const match = sources.find(settings.bucket, object.key);
  // A longer prefix of another source takes the key.
  return "source" in match && (match.source.prefix ?? "") === (settings.prefix ?? "");
}

export function isHeld({ lease }: Checkpoint, now: number): boolean {
  return lease !== undefined && lease.expiresAt > now;
}
