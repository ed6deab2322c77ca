import type { Sources } from "../reading/sources";
import { ObjectGone } from "../reading/errors";
import type { ObjectReference } from "../reading/object-body";
import { compareBytes } from "../reading/key-order";
import { messageOf } from "../runtime/errors";
import { BulkRefused } from "../shipping/errors";
import {
  deliverObject,
  isListenerError,
  type Delivery,
  type DeliveryServices,
} from "../shipping/object-delivery";
import type { Checkpoint, Failing } from "./checkpoints/checkpoint";
import type { CheckpointTable } from "./checkpoints/checkpoint-table";
import { CheckpointWriter } from "./checkpoints/checkpoint-writer";
import { SeenWindow, type Lookback } from "./checkpoints/seen-window";
import { FetcherError, StreamTaken } from "./errors";
import type { BucketListing, ListedObject } from "./listing/bucket-listing";
import { streamPage } from "./listing/stream-listing";
import { objectsAhead, Prefetch } from "./prefetch";
import type { StreamRules } from "./streams/stream-names";

export interface StreamServices extends DeliveryServices {
  readonly table: CheckpointTable;
  readonly listing: BucketListing;
  readonly sources: Sources;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What a run of a stream needs to know of its source. */
export interface StreamSettings {
  readonly bucket: string;
  readonly region: string;
  readonly rules: StreamRules;
  /** Objects that were last modified before are left out, in ms since 1970. */
  readonly startsAt: number;
  readonly settleMs: number;
  readonly lookback: Lookback;
  /** In ms; undefined: a failing object holds its stream up for as long as it fails. */
  readonly setAsideAfterMs: number | undefined;
  /** Who works, and until when the others are to wait, in ms since 1970. */
  readonly lease: NonNullable<Checkpoint["lease"]>;
}

export interface StreamOutcome {
  /** `caught up`: nothing is left to ship. `time`: the time ran out. `taken`: another invocation is at it. */
  readonly end: "caught up" | "settling" | "time" | "taken" | "failed";
  readonly shipped: number;
  readonly late: number;
  /** Age of the oldest object that is left, in ms; 0 where there is none. */
  readonly lagMs: number;
  /** Streams that hold keys in between, and may not be known yet. */
  readonly others: readonly string[];
  readonly error?: Error;
}

/** Wait before a failed object is tried again: doubles from the first to the second, in ms. */
const retryWait = { first: 30_000, longest: 900_000 } as const;

/** Looks that a stream gets: less often the longer nothing was found, since each is a call. */
const idleLook = { share: 20, shortestMs: 60_000, longestMs: 300_000 } as const;

/** How often an object that was overwritten while it was being read is read anew in one run. */
const mostOverwrites = 3;

/** Ships what is new in one stream, in key order, for as long as there is time. Never throws for an object's sake. */
export async function runStream(
  checkpoint: Checkpoint,
  settings: StreamSettings,
  services: StreamServices,
): Promise<StreamOutcome> {
  return new StreamRun(checkpoint, settings, services).run();
}

class StreamRun {
  private readonly stream: string;
  private readonly others = new Set<string>();
  private readonly prefetch: Prefetch;
  private writer!: CheckpointWriter;
  private shipped = 0;
  private late = 0;
  /** Last modification of the oldest object that is left. */
  private oldestLeft: number | undefined;

  constructor(
    private readonly read: Checkpoint,
    private readonly settings: StreamSettings,
    private readonly services: StreamServices,
  ) {
    this.stream = read.stream;
    this.prefetch = new Prefetch(services.s3(settings.region), services.deadline.signal);
  }

  async run(): Promise<StreamOutcome> {
    let end: StreamOutcome["end"];
    let error: Error | undefined;
    try {
      const { table, clock } = this.services;
      const window = new SeenWindow(await table.seen(this.stream));
      this.writer = new CheckpointWriter(table, this.read, window, this.settings, clock);
      end = await this.work();
      await this.release(end);
    } catch (thrown) {
      end = thrown instanceof StreamTaken ? "taken" : this.services.deadline.isReached ? "time" : "failed";
      error = end === "failed" ? asError(thrown) : undefined;
      await this.letGo();
    } finally {
      this.prefetch.close();
    }
    const { clock } = this.services;
    return {
      end,
      shipped: this.shipped,
      late: this.late,
      lagMs: this.oldestLeft === undefined ? 0 : Math.max(0, clock() - this.oldestLeft),
      others: [...this.others],
      ...(error === undefined ? {} : { error }),
    };
  }

  private async work(): Promise<StreamOutcome["end"]> {
    const { failing, underWay } = this.read;
    if (failing !== undefined && this.services.clock() < failing.notBefore) this.wait(failing);
    if (underWay !== undefined) {
      const end = await this.resume(underWay.key);
      if (end !== undefined) return end;
    }
    let after = this.writer.window.lowerBound(this.writer.lastKey);
    for (;;) {
      const page = await streamPage(this.services.listing, this.stream, after, this.settings.rules);
      for (const other of page.others) this.others.add(other);
      const end = await this.workPage(page.objects);
      if (end !== undefined) return end;
      if (page.continueAfter === undefined) return this.oldestLeft === undefined ? "caught up" : "settling";
      after = page.continueAfter;
    }
  }

  /** An object is known to fail: the stream waits for it, and says so in each run. */
  private wait({ key, since, attempts, reason }: Failing): never {
    this.oldestLeft = since;
    throw new FetcherError(
      `${key} has failed ${attempts} times since ${new Date(since).toISOString()}, and its stream waits for it: ${reason}`,
    );
  }

  /** What an earlier run left in the middle of an object. */
  private async resume(key: string): Promise<StreamOutcome["end"] | undefined> {
    const object = await this.services.listing.find(key);
    if (object === undefined) {
      this.services.logger.warn("object is gone before all of it was shipped", { key });
      return undefined;
    }
    return this.workObject(object);
  }

  private async workPage(listed: readonly ListedObject[]): Promise<StreamOutcome["end"] | undefined> {
    const objects = listed.filter((object) => !this.isDone(object.key));
    for (const [index, object] of objects.entries()) {
      if (this.services.deadline.isReached) return this.leave(object, "time");
      if (!this.isSettled(object)) {
        // What sorts behind it waits as well: something may still come in between.
        if (!this.isLate(object.key)) return this.leave(object, "settling");
        this.leave(object, "settling");
        continue;
      }
      const next = objects
        .slice(index + 1, index + 2 * objectsAhead)
        .filter((one) => this.isWanted(one) && this.isSettled(one));
      if (this.isWanted(object)) this.prefetch.ahead([object, ...next].map((one) => this.reference(one)));
      const end = await this.workObject(object);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  private async workObject(object: ListedObject): Promise<StreamOutcome["end"] | undefined> {
    const late = this.isLate(object.key);
    const wanted = this.isWanted(object);
    await this.writer.takeLease();
    if (wanted) {
      const end = await this.ship(object, late);
      if (end !== undefined) return end;
    } else if (object.lastModified >= this.settings.startsAt) this.services.metrics.add("ObjectsSkipped");
    await this.writer.pass(object.key, { shipped: wanted });
    return undefined;
  }

  /** Undefined where the stream may go on. */
  private async ship(listed: ListedObject, late: boolean): Promise<StreamOutcome["end"] | undefined> {
    const { services, writer } = this;
    const match = services.sources.find(this.settings.bucket, listed.key);
    if (!("source" in match)) return undefined;
    let object = listed;
    for (let overwrites = 0; ; overwrites++) {
      const from = writer.positionIn(object.key, object.eTag);
      const delivery = await deliverObject(
        {
          object: this.reference(object),
          source: match.source,
          from,
          answer: from === undefined ? this.prefetch.take(object.key) : undefined,
          onConfirmed: (position) => writer.noteUnderWay({ key: object.key, eTag: object.eTag, position }),
        },
        services,
      );
      if (delivery.outcome === "shipped") {
        this.shipped++;
        if (late) this.countLate(object);
        return undefined;
      }
      if (delivery.outcome === "gone") {
        const now = await services.listing.find(object.key);
        if (now === undefined) return undefined;
        if (overwrites < mostOverwrites && now.eTag !== object.eTag) {
          object = now;
          continue;
        }
      }
      if (delivery.outcome === "unfinished") return this.leave(object, "time");
      return this.fail(object, delivery);
    }
  }

  /** @throws where it is not the object's fault */
  private async fail(object: ListedObject, delivery: Delivery): Promise<StreamOutcome["end"] | undefined> {
    const { clock, metrics, logger, table } = this.services;
    const error = delivery.error ?? new ObjectGone(`${object.key} changes faster than it can be read`);
    this.oldestLeft = object.lastModified;
    if (isListenerError(error) && !(error instanceof BulkRefused)) throw asError(error);
    const before = this.read.failing?.key === object.key ? this.read.failing : undefined;
    const attempts = (before?.attempts ?? 0) + 1;
    const since = before?.since ?? clock();
    const reason = messageOf(error);
    const { setAsideAfterMs } = this.settings;
    if (setAsideAfterMs !== undefined && clock() - since >= setAsideAfterMs) {
      await table.setAside({ key: object.key, eTag: object.eTag, reason, since });
      metrics.add("ObjectsSetAside");
      logger.error("object set aside", {
        key: object.key,
        attempts,
        since: new Date(since).toISOString(),
        reason,
      });
      return undefined;
    }
    const wait = Math.min(retryWait.longest, retryWait.first * 2 ** (attempts - 1));
    this.writer.noteFailing({ key: object.key, since, attempts, notBefore: clock() + wait, reason });
    throw asError(error);
  }

  private countLate(object: ListedObject): void {
    this.late++;
    this.services.metrics.add("ObjectsLate");
    this.services.logger.info("object came late", { key: object.key, checkpoint: this.writer.lastKey });
  }

  private leave(object: ListedObject, end: StreamOutcome["end"]): StreamOutcome["end"] {
    this.oldestLeft = Math.min(this.oldestLeft ?? Infinity, object.lastModified);
    return end;
  }

  private isLate(key: string): boolean {
    const { lastKey } = this.writer;
    return lastKey !== undefined && compareBytes(key, lastKey) <= 0;
  }

  private isDone(key: string): boolean {
    return this.isLate(key) && this.writer.window.has(key);
  }

  private isSettled(object: ListedObject): boolean {
    return object.lastModified + this.settings.settleMs <= this.services.clock();
  }

  /** Neither empty, nor a folder's marker, nor from before the start, nor left out by the source. */
  private isWanted({ key, size, lastModified }: ListedObject): boolean {
    if (size === 0 || lastModified < this.settings.startsAt) return false;
    return "source" in this.services.sources.find(this.settings.bucket, key);
  }

  private reference({ key, eTag }: ListedObject): ObjectReference {
    const { bucket, region } = this.settings;
    return { bucket, key, region, eTag };
  }

  private async release(end: StreamOutcome["end"]): Promise<void> {
    const { clock } = this.services;
    const found = this.writer.hasLease;
    const idle = clock() - this.read.lastFound;
    const wait = found || end !== "caught up" ? 0 : Math.min(idleLook.longestMs, idle / idleLook.share);
    // A write that changes nothing worth knowing would cost as much as the look itself.
    if (found || wait >= idleLook.shortestMs) await this.writer.release(clock() + wait, found);
  }

  /** After an error what was confirmed is still worth keeping; if that fails too, the lease runs out by itself. */
  private async letGo(): Promise<void> {
    try {
      if ((this.writer as CheckpointWriter | undefined)?.hasLease)
        await this.writer.release(this.services.clock(), true);
    } catch (error) {
      this.services.logger.warn("the checkpoint was not written", {
        stream: this.stream,
        error: messageOf(error),
      });
    }
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
}
