import { ObjectArchived, ObjectDamaged, ObjectGone } from "../reading/errors";
import type { ObjectReference } from "../reading/object-reference";
import type { Prefetch } from "../reading/prefetch";
import type { SourceSettings } from "../runtime/environment";
import { DeliveryError, messageOf } from "../runtime/errors";
import { TokenUnreadable } from "../runtime/token";
import { ListenerUnavailable, TokenRefused } from "../shipping/errors";
import type { Delivery, DeliveryServices } from "../shipping/delivery";
import { deliverObject } from "../shipping/object-delivery";
import type { CheckpointTable } from "./checkpoints/checkpoint-table";
import type { CheckpointWriter } from "./checkpoints/checkpoint-writer";
import { FetcherError } from "./errors";
import type { BucketListing, ListedObject } from "./listing/bucket-listing";
import type { Position } from "../shipping/position";

export interface ObjectServices extends DeliveryServices {
  readonly table: CheckpointTable;
  readonly listing: BucketListing;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export interface ObjectSettings {
  readonly bucket: string;
  readonly region: string;
  readonly source: SourceSettings;
  /** In ms; undefined: a failing object holds its stream up for as long as it fails. */
  readonly setAsideAfterMs: number | undefined;
  /** What the invocation has for work as a whole, in ms. */
  readonly timeForWorkMs: number;
}

/**
 * `shipped`: go on behind it. `gone`: go on as well. `set aside`: the writer has moved behind it already. `time`: the
 * time is over.
 */
export type ObjectOutcome = "shipped" | "gone" | "set aside" | "time";

/** Wait before a failed object is tried again: doubles from the first to the longest, in ms. */
const retryWait = { first: 30_000, longest: 900_000 } as const;
/** How often an object that was overwritten while it was being read is read anew in one run. */
const mostOverwrites = 3;
/** Runs without progress after which an object counts as failed: the same place twice is a livelock. */
const longestStall = 2;
/** What a run counts of which an object got the end alone. */
const endOfRunStall = 0.2;

/**
 * Storage classes whose objects cannot be read before they are restored; those of the archive tiers of
 * INTELLIGENT_TIERING are told by S3's answer alone. Source: S3 user guide, "Working with archived objects".
 */
const archives: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

export function isArchived({ storageClass }: ListedObject): boolean {
  return storageClass !== undefined && archives.has(storageClass);
}

/** Errors that any other object would meet as well. */
export function isListenersFault(error: unknown): boolean {
  return (
    error instanceof ListenerUnavailable || error instanceof TokenRefused || error instanceof TokenUnreadable
  );
}

/** Ships the objects of one stream, one at a time, and says what becomes of those that fail. */
export class ObjectShipping {
  constructor(
    private readonly settings: ObjectSettings,
    private readonly services: ObjectServices,
    private readonly writer: CheckpointWriter,
    private readonly prefetch: Prefetch,
  ) {}

  /** @throws where the stream is to wait: for the object, the listener, or the table */
  async ship(listed: ListedObject): Promise<ObjectOutcome> {
    const { deadline, listing } = this.services;
    const shareLeft = deadline.forWorkMs / this.settings.timeForWorkMs;
    if (isArchived(listed)) return this.setAsideArchived(listed);
    await this.writer.noteAsides();
    let object = listed;
    for (let overwrites = 0; ; overwrites++) {
      const delivery = await this.deliver(object);
      if (delivery.outcome === "shipped") return "shipped";
      if (delivery.outcome === "unfinished") return this.interrupted(object, delivery, shareLeft);
      if (delivery.outcome === "failed" && delivery.error instanceof ObjectArchived)
        return this.setAsideArchived(object, delivery.reached);
      if (delivery.outcome === "failed") return this.fail(object, delivery, delivery.error);
      const now = await listing.find(object.key);
      if (now === undefined) return "gone";
      const again = overwrites < mostOverwrites && now.eTag !== object.eTag;
      const error = new ObjectGone(`${object.key} changes faster than it can be read`);
      if (!again) return this.fail(object, delivery, error);
      object = now;
    }
  }

  reference({ key, eTag }: ListedObject): ObjectReference {
    const { bucket, region } = this.settings;
    return { bucket, key, region, eTag };
  }

  private deliver(object: ListedObject): Promise<Delivery> {
    const { key, eTag } = object;
    const from = this.writer.positionIn(key, eTag);
    const reference = this.reference(object);
    return deliverObject(
      {
        object: reference,
        source: this.settings.source,
        from,
        answer: this.prefetch.take(reference),
        onConfirmed: (position) => this.writer.noteUnderWay({ key, eTag, position }),
      },
      this.services,
    );
  }

  /** It stays unreadable until somebody restores it, which takes hours: its stream does not wait for that. */
  private async setAsideArchived(
    { key, eTag, storageClass = "an archive" }: ListedObject,
    position?: Position,
  ): Promise<ObjectOutcome> {
    const { clock, metrics, logger } = this.services;
    const reason = `it is archived (${storageClass}): restore it, then ship it with logzio-s3 fetcher replay`;
    await this.writer.setAside({ key, eTag, reason, since: clock(), position }, () => {
      metrics.add("ObjectsSetAside");
      logger.warn("object set aside", { key, reason });
    });
    return "set aside";
  }

  private async interrupted(
    object: ListedObject,
    delivery: Delivery,
    shareLeft: number,
  ): Promise<ObjectOutcome> {
    if (delivery.progressed) return "time";
    const runs = this.writer.stallsOf(object.key) + (shareLeft > 0.5 ? 1 : endOfRunStall);
    this.writer.noteStall(object.key, runs);
    if (runs < longestStall) return "time";
    const error = new DeliveryError(
      `${object.key} got no further in ${longestStall} runs: raise the function's timeout or memory`,
    );
    return this.fail(object, delivery, error);
  }

  private async fail(
    { key, eTag }: ListedObject,
    delivery: Delivery,
    error: unknown,
  ): Promise<ObjectOutcome> {
    // These count against no object: it is not set aside for them.
    if (isListenersFault(error) || error instanceof FetcherError) throw error;
    const { clock, metrics, logger } = this.services;
    const before = this.writer.failingOf(key);
    const attempts = (before?.attempts ?? 0) + 1;
    const since = before?.since ?? clock();
    const reason = messageOf(error);
    const { setAsideAfterMs } = this.settings;
    // Damage never changes: a stream that waited for it would wait for ever.
    const isHopeless = error instanceof ObjectDamaged;
    if (isHopeless || (setAsideAfterMs !== undefined && clock() - since >= setAsideAfterMs)) {
      await this.writer.setAside({ key, eTag, reason, since, position: delivery.reached }, () => {
        metrics.add("ObjectsSetAside");
        logger.error("object set aside", { key, attempts, since: new Date(since).toISOString(), reason });
      });
      await this.writer.noteAsides();
      return "set aside";
    }
    const wait = Math.min(retryWait.longest, retryWait.first * 2 ** (attempts - 1));
    this.writer.noteFailing({ key, since, attempts, notBefore: clock() + wait, reason });
    throw error;
  }
}
