import type { Logger } from "../runtime/logger";
import { unreadable, type Checkpoint, type SourceState } from "./checkpoints/checkpoint";
import type { CheckpointTable } from "./checkpoints/checkpoint-table";
import { fetcherDefaults, type FetcherSourceSettings } from "./environment";
import { FetcherError, StreamTaken } from "./errors";
import type { BucketListing } from "./listing/bucket-listing";
import { discoverStreams, streamLimits } from "./streams/discovery";

/** How often streams are looked for, in ms: a new account or region is found after that, where nothing else finds it. */
export const discoverEveryMs = 900_000;

/** Prefixes that one line of the log names. */
const quotedPrefixes = 50;

export interface StreamsServices {
  readonly table: CheckpointTable;
  readonly listing: BucketListing;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** What is known of a source at the beginning of a run. */
export interface SourceStreams {
  readonly state: SourceState;
  readonly checkpoints: ReadonlyMap<string, Checkpoint>;
  /** Set where there are streams that the source has no room for. */
  readonly problem: FetcherError | undefined;
}

/** Reads what the table has on a source, and looks for new streams where it is time to. */
export async function sourceStreams(
  source: FetcherSourceSettings,
  services: StreamsServices,
): Promise<SourceStreams> {
  const found = await knownOrFound(source, services);
  warnOfOneStream(source, found.state, services.logger);
  warnOfUndivided(source, found.state, services.logger);
  return found;
}

async function knownOrFound(
  source: FetcherSourceSettings,
  services: StreamsServices,
): Promise<SourceStreams> {
  const { table, clock } = services;
  const known = await table.state();
  const checkpoints = new Map((await table.checkpoints()).map((one) => [one.stream, one]));
  if (known !== undefined) refuseOtherStreams(source, known);
  if (known !== undefined && clock() - known.discoveredAt < discoverEveryMs) {
    // Said in each run, until there is room: an alarm must not miss it.
    return { state: known, checkpoints, problem: known.full === true ? noRoom(source) : undefined };
  }
  // Without the state nobody knows when the first run was, and "now" would be now.
  if (known === undefined && checkpoints.size > 0)
    throw unreadable(`"state" of "${source.bucket}/${source.prefix ?? ""}"`, "it is missing");
  return { ...(await lookForStreams(source, known, services)), checkpoints };
}

/**
 * With streams told apart in another way, keys would belong to streams without a checkpoint: all of them would be shipped
 * again, or never.
 */
function refuseOtherStreams(
  { bucket, prefix = "", streams = fetcherDefaults.streams }: FetcherSourceSettings,
  { undivided, streams: known }: SourceState,
): void {
  const wasSingle = undivided.includes(prefix) && known.length === 1;
  if (streams === "auto" || wasSingle) return;
  throw new FetcherError(
    `s3://${bucket}/${prefix} was begun with "streams": "auto" and is now "single", which would ship again what was ` +
      'shipped; put "auto" back, or give the fetcher another name, so that it starts anew where "start" says',
  );
}

/** Its keys have passed one checkpoint: with streams told apart all would be shipped again. */
function warnOfOneStream(
  { bucket, prefix = "", streams = fetcherDefaults.streams }: FetcherSourceSettings,
  { single = false }: SourceState,
  logger: Logger,
): void {
  if (streams === "single" || !single) return;
  logger.warn(
    'the source was begun with "streams": "single" and stays one order, though that is now "auto"',
    {
      bucket,
      prefix,
      advice: "give the fetcher another name, so that it starts anew where start says; or put single back",
    },
  );
}

/** In each run, as there is nothing else by which anyone would learn of keys that are not found. */
function warnOfUndivided(
  { bucket, prefix = "" }: FetcherSourceSettings,
  state: SourceState,
  logger: Logger,
): void {
  const prefixes = undividedOf(state, prefix);
  if (prefixes.length === 0) return;
  logger.warn("prefixes with more folders than can be orders of their own are one order each", {
    bucket,
    prefixes: prefixes.slice(0, quotedPrefixes),
    count: prefixes.length,
    advice:
      "keys that sort further behind than lookback.keys are not found there: raise that, make the source several with " +
      "longer prefixes, or take the S3 Hook",
  });
}

/** Prefixes whose folders were too many to be told apart; none where nobody asked for that. */
export function undividedOf(
  { undivided, single = false }: Pick<SourceState, "undivided" | "single">,
  sourcePrefix: string,
): readonly string[] {
  return single ? undivided.filter((prefix) => prefix !== sourcePrefix) : undivided;
}

/** Adds streams that were met in a listing. */
export async function addStreams(
  state: SourceState,
  found: readonly string[],
  table: CheckpointTable,
): Promise<void> {
  try {
    const all = [...state.streams, ...found];
    const streams = all.slice(0, streamLimits.streams);
    const full = all.length > streams.length || state.full === true;
    await table.writeState({ ...state, streams, full, sequence: state.sequence + 1 });
  } catch (error) {
    // They will be met again.
    if (!(error instanceof StreamTaken)) throw error;
  }
}

async function lookForStreams(
  source: FetcherSourceSettings,
  known: SourceState | undefined,
  { table, listing, logger, clock }: StreamsServices,
): Promise<Omit<SourceStreams, "checkpoints">> {
  const now = clock();
  const before = known ?? { sequence: 0, firstRun: now, discoveredAt: 0, streams: [], undivided: [] };
  const { bucket, prefix = "", streams = fetcherDefaults.streams } = source;
  const { tooMany, ...found } =
    streams === "single"
      ? { streams: [prefix], undivided: [prefix], tooMany: false }
      : await discoverStreams(listing, prefix, before);
  const problem = tooMany ? noRoom(source) : undefined;
  if (problem !== undefined && known === undefined) throw problem;
  const single = known === undefined ? streams === "single" : known.single;
  const state = {
    ...before,
    ...found,
    single,
    full: tooMany,
    sequence: before.sequence + 1,
    discoveredAt: now,
  };
  const added = found.streams.filter((stream) => !before.streams.includes(stream));
  if (added.length > 0)
    logger.info("streams found", { bucket, prefix, streams: added.slice(0, quotedPrefixes) });
  try {
    await table.writeState(state);
    return { state, problem };
  } catch (error) {
    // Another invocation has looked for them at the same time.
    const theirs = error instanceof StreamTaken ? await table.state() : undefined;
    if (theirs === undefined) throw error;
    return { state: theirs, problem };
  }
}

function noRoom({ bucket, prefix = "" }: FetcherSourceSettings): FetcherError {
  return new FetcherError(
    `s3://${bucket}/${prefix} has more than ${streamLimits.streams} folders that are orders of their own, and what is in the ` +
      'others is not shipped; make it several sources with longer prefixes, or one order with "streams": "single" if ' +
      "its keys grow with time across the folders",
  );
}
