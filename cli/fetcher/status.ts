import { messageOf } from "../../lambdas/runtime/errors";
import type { Checkpoint, Failing, UnderWay } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import type { AsideObject } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import { CheckpointUnreadable } from "../../lambdas/s3-fetcher/errors";
import { inParallel } from "../../lambdas/s3-fetcher/in-parallel";
import { undividedOf } from "../../lambdas/s3-fetcher/source-streams";
import {
  isHeld,
  isShipped,
  newObjects,
  progressOf,
  readCheckpoints,
  type SourceCheckpoints,
} from "./streams";
import type { FetcherSource } from "./target";

/** What is left to ship of a stream, as far as it was listed. */
export interface Lag {
  readonly objects: number;
  readonly bytes: number;
  /** Age of the oldest object that is left; 0 where there is none. */
  readonly seconds: number;
  /** Of the objects, those behind the checkpoint, which came late. */
  readonly late: number;
  /** `false`: more than `--max-keys` keys are left, and all of it is at least so much. */
  readonly complete: boolean;
}

export interface StreamStatus {
  /** Prefix of the stream. */
  readonly stream: string;
  /** `null` before the first object. */
  readonly lastKey: string | null;
  readonly lag: Lag;
  readonly underWay: UnderWay | null;
  /** The object that the stream waits for. */
  readonly failing: Failing | null;
  /** Until when a run has the stream for itself, in ms since 1970; `null` where none works on it. */
  readonly workedOnUntil: number | null;
}

export interface SourceStatus {
  readonly source: string;
  /** Why nothing can be said of the streams; `null` where all is well with the source itself. */
  readonly problem: string | null;
  /** When the fetcher last looked for streams, which is every 15 minutes, in ms since 1970. */
  readonly lastLook: number | null;
  readonly streams: readonly StreamStatus[];
  /** Prefixes with more folders than can be streams of their own: each is one order, by its bytes. */
  readonly undivided: readonly string[];
  readonly setAside: readonly AsideObject[];
}

export interface StatusSettings {
  /** Keys that are listed in each stream to tell the lag. */
  readonly maxKeys: number;
  readonly now: number;
  readonly progress: (text: string) => void;
}

/** Lists that are asked for at the same time. */
const atOnce = 8;
/** A fetcher that runs looks for streams every 15 minutes, a run takes up to 15, and schedules may be sparse. */
const longestSilenceMs = 45 * 60_000;

/** What is known of the streams of a source before it is looked at. */
const nothing = { lastLook: null, streams: [], undivided: [] } as const;

/** Where a source stands. Reads the table and lists the bucket; changes nothing. */
export async function sourceStatus(source: FetcherSource, settings: StatusSettings): Promise<SourceStatus> {
  let read: SourceCheckpoints | undefined;
  let setAside: AsideObject[];
  try {
    read = await readCheckpoints(source);
    setAside = await source.table.aside();
  } catch (error) {
    if (!(error instanceof CheckpointUnreadable)) throw error;
    return { ...nothing, source: source.name, problem: messageOf(error), setAside: [] };
  }
  if (read === undefined) {
    const problem = "the fetcher has not looked at it yet; is its schedule on?";
    return { ...nothing, source: source.name, problem, setAside };
  }
  const { state, checkpoints } = read;
  let looked = 0;
  const streams = new Array<StreamStatus>(checkpoints.length);
  await inParallel([...checkpoints.entries()], atOnce, async ([index, checkpoint]) => {
    streams[index] = await streamStatus(source, checkpoint, read, settings);
    settings.progress(`${source.name}: ${++looked} of ${checkpoints.length} streams`);
  });
  const silentMs = settings.now - state.discoveredAt;
  const problem =
    silentMs <= longestSilenceMs
      ? null
      : `the fetcher has not run since ${new Date(state.discoveredAt).toISOString()}; is its schedule on?`;
  const undivided = undividedOf(state, source.settings.prefix ?? "");
  return { source: source.name, problem, lastLook: state.discoveredAt, streams, undivided, setAside };
}

async function streamStatus(
  source: FetcherSource,
  checkpoint: Checkpoint,
  read: SourceCheckpoints,
  settings: StatusSettings,
): Promise<StreamStatus> {
  const { stream, lastKey, underWay, failing, lease } = checkpoint;
  return {
    stream,
    lastKey: lastKey ?? null,
    lag: await lagOf(source, checkpoint, read, settings),
    underWay: underWay ?? null,
    failing: failing ?? null,
    workedOnUntil: isHeld(checkpoint, settings.now) ? (lease?.expiresAt ?? null) : null,
  };
}

/** Lists what the fetcher would list in its next whole look. */
async function lagOf(
  source: FetcherSource,
  checkpoint: Checkpoint,
  read: SourceCheckpoints,
  { maxKeys, now }: StatusSettings,
): Promise<Lag> {
  const { rules, start } = read;
  const progress = await progressOf(source, checkpoint, read);
  const lag = { objects: 0, bytes: 0, late: 0 };
  let oldest = now;
  let keys = 0;
  let complete = true;
  for await (const objects of newObjects(source, progress, rules)) {
    if (keys >= maxKeys) {
      complete = false;
      break;
    }
    for (const object of objects) {
      const late = progress.isLate(object.key);
      if (!late) keys++;
      if (!isShipped(source, start, checkpoint, object)) continue;
      lag.objects++;
      lag.bytes += object.size;
      if (late) lag.late++;
      oldest = Math.min(oldest, object.lastModified);
    }
  }
  return { ...lag, seconds: Math.round((now - oldest) / 1000), complete };
}

/** Whether a stream fails, or is further behind than the limit. */
export function isInTrouble({ failing, lag }: StreamStatus, lagLimitSeconds: number): boolean {
  return failing !== null || lag.seconds > lagLimitSeconds;
}

export function isSourceInTrouble({ problem, streams }: SourceStatus, lagLimitSeconds: number): boolean {
  return problem !== null || streams.some((stream) => isInTrouble(stream, lagLimitSeconds));
}
