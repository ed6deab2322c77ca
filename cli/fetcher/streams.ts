import type { Checkpoint, SourceState } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import { isOld, startOf, type SourceStart } from "../../lambdas/s3-fetcher/start";
import type { ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { cursorAt, streamPage, type Cursor } from "../../lambdas/s3-fetcher/listing/stream-listing";
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

/** The objects of a stream behind a key, page by page, as the fetcher lists them. */
export async function* pagesOf(
  source: FetcherSource,
  { stream }: Pick<Checkpoint, "stream">,
  after: string | undefined,
  rules: StreamRules,
): AsyncGenerator<readonly ListedObject[], void> {
  let cursor: Cursor | undefined = cursorAt(stream, after, rules);
  while (cursor !== undefined) {
    const page = await streamPage(source.listing, stream, cursor, rules);
    yield page.objects;
    cursor = page.next;
  }
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
