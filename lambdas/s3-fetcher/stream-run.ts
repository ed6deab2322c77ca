import { DeadlineReached } from "../runtime/deadline";
import { messageOf } from "../runtime/errors";
import type { Checkpoint } from "./checkpoints/checkpoint";
import { CheckpointWriter } from "./checkpoints/checkpoint-writer";
import { StreamProgress } from "./checkpoints/stream-progress";
import { FetcherError, StreamTaken } from "./errors";
import { isListenersFault } from "./object-shipping";
import { Prefetch } from "../reading/prefetch";
import { keySpaceOf } from "./streams/key-space";
import type { StreamServices, StreamSettings } from "./stream-settings";
import { StreamWork, type WorkEnd } from "./stream-work";

/** Share of a run's time; what had less of it may have begun too late. */
const mostOfTheTime = 0.5;

export interface StreamOutcome {
  readonly stream: string;
  /** `taken`: another invocation is at it. */
  readonly end: WorkEnd | "taken" | "failed";
  /** Whether there was anything to do. */
  readonly found: boolean;
  readonly shipped: number;
  readonly late: number;
  /** Of those, the ones that were nearly further behind than the lookback reaches. */
  readonly nearlyMissed: number;
  /** Since when the oldest object that is left could have been shipped; see {@link lagOf}. */
  readonly lagMs: number | undefined;
  /** Streams that hold keys in between, and may not be known yet. */
  readonly others: readonly string[];
  readonly error?: Error;
}

/** Ships what is new in one stream, in key order, for as long as there is time. Never throws. */
export async function runStream(
  checkpoint: Checkpoint,
  settings: StreamSettings,
  services: StreamServices,
): Promise<StreamOutcome> {
  const { table, clock, deadline } = services;
  const prefetch = new Prefetch(deadline.signal);
  let run: StreamWork | undefined;
  let end: StreamOutcome["end"];
  let error: Error | undefined;
  const { stream } = checkpoint;
  const shareLeft = deadline.forWorkMs / settings.timeForWorkMs;
  try {
    const progress = new StreamProgress(
      keySpaceOf(stream, settings.rules),
      checkpoint,
      await table.seen(stream),
      settings.lookback,
    );
    const writer = new CheckpointWriter(table, checkpoint, progress, settings, clock);
    run = new StreamWork(checkpoint, settings, services, writer, prefetch);
    end = await run.work();
  } catch (thrown) {
    end = thrown instanceof StreamTaken ? "taken" : thrown instanceof DeadlineReached ? "time" : "failed";
    if (end === "failed") error = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
    // Before the turn is given up: the others would meet the same listener.
    if (error !== undefined && isListenersFault(error)) services.turn.close(error);
  }
  // Nothing is known to be left, so that no lag would ever tell of what lies behind.
  if (end === "time" && run?.found === false && run.behindSince === undefined && shareLeft > mostOfTheTime) {
    end = "failed";
    error = new FetcherError(
      `the listing of s3://${settings.bucket}/${stream} takes longer than a run, and what lies behind its end is not ` +
        "shipped: raise the function's timeout, or let the keys' folders grow with time",
    );
  }
  prefetch.close();
  const releaseError = await run?.release();
  if (end !== "failed" && releaseError instanceof StreamTaken) end = "taken";
  else if (releaseError !== undefined && error === undefined && end !== "taken") {
    end = "failed";
    error = releaseError;
  }
  const { found = false, shipped = 0, late, behindSince = checkpoint.behindSince, others = [] } = run ?? {};
  return {
    stream: checkpoint.stream,
    end,
    found,
    shipped,
    late: late?.shipped ?? 0,
    nearlyMissed: late?.nearlyMissed ?? 0,
    lagMs: end === "caught up" ? 0 : lagOf({ behindSince }, clock()),
    others: [...others],
    ...(error === undefined ? {} : { error }),
  };
}

/** How long objects have waited, in ms; undefined where nobody knows whether any do. Never 0 for want of knowledge. */
export function lagOf({ behindSince }: Pick<Checkpoint, "behindSince">, now: number): number | undefined {
  return behindSince === undefined ? undefined : Math.max(0, now - behindSince);
}
