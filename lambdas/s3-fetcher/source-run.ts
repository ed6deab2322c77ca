import { randomUUID } from "node:crypto";
import type { Sources } from "../reading/sources";
import { DeadlineReached } from "../runtime/deadline";
import { messageOf } from "../runtime/errors";
import type { DeliveryServices } from "../shipping/delivery";
import type { Checkpoint, SourceState } from "./checkpoints/checkpoint";
import { tableSource, type CheckpointTable } from "./checkpoints/checkpoint-table";
import { fetcherDefaults, sourceName, type FetcherSourceSettings } from "./environment";
import { FetcherError } from "./errors";
import type { FullLooks } from "./full-looks";
import type { IdleLooks } from "./idle-looks";
import { inParallel } from "./in-parallel";
import { BucketListing } from "./listing/bucket-listing";
import { addStreams, sourceStreams, type SourceStreams } from "./source-streams";
import { startOf } from "./start";
import { lagOf, runStream, type StreamOutcome } from "./stream-run";
import type { StreamSettings } from "./stream-settings";
import { streamRules, type StreamRules } from "./streams/stream-names";
import { Turn } from "./turn";

export interface SourceServices extends DeliveryServices {
  readonly sources: Sources;
  /** The table's view of one source. */
  readonly table: (source: string) => CheckpointTable;
  readonly idleLooks: IdleLooks;
  readonly fullLooks: FullLooks;
  /** The function's own region. */
  readonly region: string;
  readonly instance: string;
  readonly clock: () => number;
  /** Time until the function is ended, in ms. */
  readonly remainingMs: () => number;
}

/** What a run did, for whoever invoked it. */
export interface SourceReport {
  readonly source: string;
  /** Streams that were looked at. */
  readonly streams: number;
  /** Streams that another invocation worked on at the same time. */
  readonly taken: number;
  /** Streams that there was no time left for. */
  readonly unreached: number;
  readonly shipped: number;
  readonly late: number;
  /**
   * How long the oldest object that is left has waited, as far as that is known: since it had settled, or since the
   * first run. `null`: nothing is known to be left, and not all was looked at.
   */
  readonly lagSeconds: number | null;
}

/** A lease outlives the invocation by this, in ms, so that nobody begins while it is being ended. */
const leaseMarginMs = 5_000;
/** Streams that are looked at, one of them shipped, at the same time. */
const streamsAtATime = 8;
/** Problems that the error of a run quotes; all are in the log. */
const quotedProblems = 5;

/** Ships what is new under one source, stream by stream. @throws FetcherError where a stream could not be worked */
export async function runSource(
  source: FetcherSourceSettings,
  services: SourceServices,
): Promise<SourceReport> {
  return new SourceRun(source, services).run();
}

class SourceRun {
  private readonly name: string;
  private readonly table: CheckpointTable;
  private readonly listing: BucketListing;
  private readonly turn: Turn;
  private readonly timeForWorkMs: number;
  private readonly outcomes: StreamOutcome[] = [];
  /** Of every stream that is not at rest, in ms; undefined where it is not known. */
  private readonly lags: (number | undefined)[] = [];
  private unreached = 0;
  private readonly problems: string[] = [];

  constructor(
    private readonly source: FetcherSourceSettings,
    private readonly services: SourceServices,
  ) {
    const { deadline, instance, region, s3 } = services;
    this.name = sourceName(source);
    this.table = services.table(tableSource(instance, this.name));
    this.listing = new BucketListing(s3(source.region ?? region, source), source.bucket, deadline.signal);
    this.turn = new Turn(deadline.signal);
    this.timeForWorkMs = deadline.forWorkMs;
  }

  async run(): Promise<SourceReport> {
    const { source, table } = this;
    const { logger, metrics } = this.services;
    // Said by a run that ships nothing as well: an alarm compares it with the lag.
    metrics.add("Bulks", 0);
    const { state, checkpoints, problem } = await this.streams();
    if (problem !== undefined) this.noteProblem(problem);
    const rules = streamRules(source.prefix ?? "", state.streams, state.undivided);
    const due = state.streams
      .map((stream) => checkpoints.get(stream) ?? this.newCheckpoint(stream, state))
      .filter((checkpoint) => this.isDue(checkpoint))
      // The one that was worked on last comes last, so that each gets its turn.
      .sort((a, b) => a.lastFound - b.lastFound);
    await inParallel(due, streamsAtATime, (checkpoint) => this.workStream(checkpoint, state, rules));
    const others = new Set(this.outcomes.flatMap((outcome) => outcome.others));
    const found = [...others].filter((stream) => !rules.known.has(stream));
    if (found.length > 0) await addStreams(state, found, table);
    this.warnOfLookback();
    const report = this.report();
    if (report.lagSeconds !== null) metrics.add("LagSeconds", report.lagSeconds);
    logger.info("source looked at", { ...report });
    if (this.problems.length > 0) {
      const quoted = [...new Set(this.problems)].slice(0, quotedProblems).join("; ");
      throw new FetcherError(`${this.name}: ${this.problems.length} problems: ${quoted}`);
    }
    return report;
  }

  private async streams(): Promise<SourceStreams> {
    const { source, services, table, listing } = this;
    try {
      return await sourceStreams(source, { ...services, table, listing });
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      throw new FetcherError(
        `${this.name}: the time ran out while folders were looked for; raise the function's timeout, or make the source several`,
      );
    }
  }

  private async workStream(checkpoint: Checkpoint, state: SourceState, rules: StreamRules): Promise<void> {
    const { services, table, listing, turn } = this;
    if (services.deadline.isReached) {
      this.unreached++;
      this.lags.push(lagOf(checkpoint, services.clock()));
      return;
    }
    const settings = this.settings(state, rules);
    const outcome = await runStream(checkpoint, settings, { ...services, table, listing, turn });
    this.outcomes.push(outcome);
    this.lags.push(outcome.lagMs);
    if (outcome.end === "caught up" && !outcome.found) {
      services.idleLooks.note(this.table.source, checkpoint, services.clock());
    }
    if (outcome.error === undefined) return;
    services.metrics.add("StreamsFailed");
    this.noteProblem(outcome.error, checkpoint.stream);
  }

  /** Beyond the lookback nothing can be seen any more: what comes near its end is the last that can be said. */
  private warnOfLookback(): void {
    const near = this.outcomes.filter(({ nearlyMissed }) => nearlyMissed > 0);
    if (near.length === 0) return;
    this.services.logger.warn("late keys sort nearly as far behind as the lookback reaches", {
      source: this.name,
      streams: near.slice(0, quotedProblems).map(({ stream }) => stream),
      lateKeys: near.reduce((sum, { nearlyMissed }) => sum + nearlyMissed, 0),
      advice:
        "others may have been missed: raise lookback.keys, or take the S3 Hook for what has no order in its names",
    });
  }

  private noteProblem(error: Error, stream?: string): void {
    this.problems.push(messageOf(error));
    this.services.logger.error("stream failed", { source: this.name, stream, error: messageOf(error) });
  }

  private newCheckpoint(stream: string, state: SourceState): Checkpoint {
    const { start } = this.source;
    const lastKey = typeof start === "object" ? start.key : undefined;
    return { stream, sequence: 0, lastKey, lastFound: state.firstRun };
  }

  private isDue(checkpoint: Checkpoint): boolean {
    const { clock, idleLooks } = this.services;
    const { lease } = checkpoint;
    const now = clock();
    if (lease !== undefined && lease.expiresAt > now) {
      this.lags.push(lagOf(checkpoint, now));
      return false;
    }
    return idleLooks.isDue(this.table.source, checkpoint, now);
  }

  private settings(state: SourceState, rules: StreamRules): StreamSettings {
    const { source, services, timeForWorkMs } = this;
    const { setAsideAfterMinutes, settleSeconds = fetcherDefaults.settleSeconds } = source;
    return {
      bucket: source.bucket,
      region: source.region ?? services.region,
      source,
      rules,
      start: startOf(source, state),
      settleMs: settleSeconds * 1000,
      firstRun: state.firstRun,
      lookback: source.lookback ?? fetcherDefaults.lookback,
      setAsideAfterMs: setAsideAfterMinutes === undefined ? undefined : setAsideAfterMinutes * 60_000,
      timeForWorkMs,
      lease: {
        owner: randomUUID(),
        expiresAt: services.clock() + services.remainingMs() + leaseMarginMs,
      },
    };
  }

  private report(): SourceReport {
    const sum = (of: (outcome: StreamOutcome) => number): number =>
      this.outcomes.reduce((total, outcome) => total + of(outcome), 0);
    return {
      source: this.name,
      streams: this.outcomes.length,
      taken: sum(({ end }) => (end === "taken" ? 1 : 0)),
      unreached: this.unreached,
      shipped: sum(({ shipped }) => shipped),
      late: sum(({ late }) => late),
      lagSeconds: this.lagSeconds(),
    };
  }

  private lagSeconds(): number | null {
    const known = this.lags.filter((lag) => lag !== undefined);
    const seconds = Math.round(Math.max(0, ...known) / 1000);
    // The lag of what was not looked at may be any: more than the highest that is known, but that is no reason for none.
    return seconds === 0 && known.length < this.lags.length ? null : seconds;
  }
}
