import { randomUUID } from "node:crypto";
import type { Sources } from "../reading/sources";
import { EnvironmentError } from "../runtime/environment";
import { messageOf } from "../runtime/errors";
import { isListenerError, type DeliveryServices } from "../shipping/object-delivery";
import type { Checkpoint, SourceState } from "./checkpoints/checkpoint";
import { CheckpointTable } from "./checkpoints/checkpoint-table";
import { fetcherDefaults, type FetcherSourceSettings } from "./environment";
import { FetcherError, StreamTaken } from "./errors";
import { BucketListing } from "./listing/bucket-listing";
import { runStream, type StreamOutcome, type StreamServices } from "./stream-run";
import { discoverStreams } from "./streams/discovery";
import type { StreamRules } from "./streams/stream-names";

export interface SourceServices extends DeliveryServices {
  readonly sources: Sources;
  /** The table's view of one source. */
  readonly table: (source: string) => CheckpointTable;
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
  readonly streams: number;
  /** Streams that another invocation worked on at the same time. */
  readonly taken: number;
  readonly shipped: number;
  readonly late: number;
  readonly lagSeconds: number;
}

/** How often streams are looked for, in ms: a new account or region is found after that. */
const discoverEveryMs = 900_000;
/** A lease outlives the invocation by this, in ms, so that nobody begins while it is being ended. */
const leaseMarginMs = 5_000;

/** How a source is named in schedules and in the table. */
export function sourceName({
  bucket,
  prefix = "",
}: Pick<FetcherSourceSettings, "bucket" | "prefix">): string {
  return `${bucket}/${prefix}`;
}

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
  private readonly outcomes: StreamOutcome[] = [];

  constructor(
    private readonly source: FetcherSourceSettings,
    private readonly services: SourceServices,
  ) {
    const { deadline, instance, region, s3 } = services;
    this.name = sourceName(source);
    this.table = services.table(`${instance} ${this.name}`);
    this.listing = new BucketListing(s3(source.region ?? region), source.bucket, deadline.signal);
  }

  async run(): Promise<SourceReport> {
    const state = await this.currentState();
    const checkpoints = new Map((await this.table.checkpoints()).map((one) => [one.stream, one]));
    const due = state.streams
      .map((stream) => checkpoints.get(stream) ?? this.newCheckpoint(stream, state))
      .filter((checkpoint) => this.isDue(checkpoint))
      .sort((a, b) => a.nextLook - b.nextLook);
    const rules = this.rules(state);
    const found = new Set<string>();
    const problems: string[] = [];
    for (const checkpoint of due) {
      if (this.services.deadline.isReached) break;
      const outcome = await runStream(checkpoint, this.settings(state, rules), this.streamServices());
      this.outcomes.push(outcome);
      for (const other of outcome.others) if (!rules.known.has(other)) found.add(other);
      if (outcome.error !== undefined) {
        this.services.metrics.add("StreamsFailed");
        problems.push(`${checkpoint.stream}: ${messageOf(outcome.error)}`);
        this.services.logger.error("stream failed", {
          stream: checkpoint.stream,
          error: messageOf(outcome.error),
        });
        // The other streams would meet the same listener.
        if (isListenerError(outcome.error)) break;
      }
    }
    if (found.size > 0) await this.addStreams(state, [...found]);
    const report = this.report();
    this.services.metrics.add("LagSeconds", report.lagSeconds);
    this.services.logger.info("source looked at", { ...report });
    if (problems.length > 0) {
      throw new FetcherError(
        `${problems.length} of ${due.length} streams failed: ${problems.slice(0, 5).join("; ")}`,
      );
    }
    return report;
  }

  /** With streams looked for where it is time to. */
  private async currentState(): Promise<SourceState> {
    const { clock } = this.services;
    const known = await this.table.state();
    if (known !== undefined && clock() - known.discoveredAt < discoverEveryMs) return known;
    const before = known ?? { sequence: 0, firstRun: clock(), discoveredAt: 0, streams: [], undivided: [] };
    const { prefix = "", streams = fetcherDefaults.streams } = this.source;
    const found =
      streams === "single"
        ? { streams: [prefix], undivided: [prefix] }
        : await discoverStreams(this.listing, prefix, before);
    const state = { ...before, ...found, sequence: before.sequence + 1, discoveredAt: clock() };
    const added = state.streams.filter((stream) => !before.streams.includes(stream));
    if (added.length > 0) this.services.logger.info("streams found", { source: this.name, streams: added });
    try {
      await this.table.writeState(state);
      return state;
    } catch (error) {
      // Another invocation has looked for them at the same time.
      const theirs = error instanceof StreamTaken ? await this.table.state() : undefined;
      if (theirs === undefined) throw error;
      return theirs;
    }
  }

  private async addStreams(state: SourceState, found: readonly string[]): Promise<void> {
    try {
      const streams = [...state.streams, ...found];
      await this.table.writeState({ ...state, streams, sequence: state.sequence + 1 });
    } catch (error) {
      // They will be found again.
      if (!(error instanceof StreamTaken)) throw error;
    }
  }

  private rules({ streams, undivided }: SourceState): StreamRules {
    return { sourcePrefix: this.source.prefix ?? "", undivided: new Set(undivided), known: new Set(streams) };
  }

  private newCheckpoint(stream: string, state: SourceState): Checkpoint {
    const { start } = this.source;
    const lastKey = typeof start === "object" ? start.key : undefined;
    return { stream, sequence: 0, lastKey, nextLook: 0, lastFound: state.firstRun };
  }

  private isDue({ lease, nextLook }: Checkpoint): boolean {
    const now = this.services.clock();
    return nextLook <= now && (lease === undefined || lease.expiresAt <= now);
  }

  private settings(state: SourceState, rules: StreamRules): Parameters<typeof runStream>[1] {
    const { source, services } = this;
    const { setAsideAfterMinutes, settleSeconds = fetcherDefaults.settleSeconds } = source;
    return {
      bucket: source.bucket,
      region: source.region ?? services.region,
      rules,
      startsAt: startOf(source, state),
      settleMs: settleSeconds * 1000,
      lookback: source.lookback ?? fetcherDefaults.lookback,
      setAsideAfterMs: setAsideAfterMinutes === undefined ? undefined : setAsideAfterMinutes * 60_000,
      lease: {
        owner: randomUUID(),
        expiresAt: services.clock() + services.remainingMs() + leaseMarginMs,
      },
    };
  }

  private streamServices(): StreamServices {
    return { ...this.services, table: this.table, listing: this.listing };
  }

  private report(): SourceReport {
    const sum = (of: (outcome: StreamOutcome) => number): number =>
      this.outcomes.reduce((total, outcome) => total + of(outcome), 0);
    return {
      source: this.name,
      streams: this.outcomes.length,
      taken: sum(({ end }) => (end === "taken" ? 1 : 0)),
      shipped: sum(({ shipped }) => shipped),
      late: sum(({ late }) => late),
      lagSeconds: Math.round(Math.max(0, ...this.outcomes.map(({ lagMs }) => lagMs)) / 1000),
    };
  }
}

/** Objects that were modified before are left out, in ms since 1970. @throws EnvironmentError for an unknown start */
function startOf(
  { start = fetcherDefaults.start }: FetcherSourceSettings,
  { firstRun }: SourceState,
): number {
  if (typeof start === "object" || start === "beginning") return 0;
  // S3 knows whole seconds: an object of the first run's own second counts as new.
  if (start === "now") return Math.floor(firstRun / 1000) * 1000;
  const date = Date.parse(start);
  if (Number.isNaN(date)) {
    throw new EnvironmentError(
      `"start" is "${start}"; write "now", "beginning", a date such as 2026-01-31T00:00:00Z, or {"key": "…"}`,
    );
  }
  return date;
}
