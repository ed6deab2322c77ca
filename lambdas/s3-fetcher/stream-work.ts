import { objectsAhead, type Prefetch } from "../reading/prefetch";
import { messageOf } from "../runtime/errors";
import type { Checkpoint, Failing } from "./checkpoints/checkpoint";
import type { CheckpointWriter } from "./checkpoints/checkpoint-writer";
import type { StreamProgress } from "./checkpoints/stream-progress";
import { FetcherError } from "./errors";
import type { FullLook } from "./full-looks";
import type { ListedObject } from "./listing/bucket-listing";
import { walkHot, walkStream, type WalkedPage } from "./listing/stream-walk";
import { LateObjects } from "./late-objects";
import { LeftObjects } from "./left-objects";
import { isArchived, ObjectShipping } from "./object-shipping";
import type { StreamServices, StreamSettings } from "./stream-settings";
import { WantedObjects } from "./wanted-objects";

/** `caught up`: nothing is left. `settling`: what is left is too young. `time`: the time ran out. */
export type WorkEnd = "caught up" | "settling" | "time";

/** Looks through one stream, and ships what is new in it. */
export class StreamWork {
  readonly others = new Set<string>();
  shipped = 0;
  private readonly shipping: ObjectShipping;
  private endTurn: (() => void) | undefined;
  private readonly progress: StreamProgress;
  readonly late: LateObjects;
  private readonly left: LeftObjects;
  private readonly wanted: WantedObjects;
  /** The last one that came to its end. */
  private fullLook: FullLook | undefined;
  /** Whether what is left is known, and too young. */
  private isSettling = false;

  constructor(
    private readonly read: Checkpoint,
    private readonly settings: StreamSettings,
    private readonly services: StreamServices,
    private readonly writer: CheckpointWriter,
    private readonly prefetch: Prefetch,
  ) {
    this.shipping = new ObjectShipping(settings, services, writer, prefetch);
    this.progress = writer.progress;
    this.late = new LateObjects(this.progress, services);
    this.left = new LeftObjects(settings, this.progress, services.clock);
    this.wanted = new WantedObjects(settings, services.sources, writer);
  }

  get found(): boolean {
    return this.writer.hasLease;
  }

  /** Since when the oldest object that is known to be left could have been shipped, in ms since 1970. */
  get behindSince(): number | undefined {
    return this.left.since ?? this.writer.behindSince;
  }

  async work(): Promise<WorkEnd> {
    const { failing, underWay } = this.read;
    if (failing !== undefined && this.services.clock() < failing.notBefore) this.wait(failing);
    if (underWay !== undefined) {
      const end = await this.resume(underWay.key);
      if (end !== undefined) return end;
    }
    for (;;) {
      const end = await this.look();
      if (end !== undefined) return end;
      // What was written behind its writer's last key, while that moved, is found before the stream is left.
      if (this.progress.passed > 0) continue;
      this.isSettling = this.left.since !== undefined;
      if (this.isSettling) return "settling";
      await this.forget();
      return "caught up";
    }
  }

  /**
   * Lets the others in, and keeps what was confirmed, even after an error. Where that fails, the lease runs out by
   * itself.
   */
  async release(): Promise<Error | undefined> {
    const { writer, services } = this;
    const { stream } = this.read;
    this.late.say();
    try {
      if (writer.hasLease) {
        writer.noteBehind(this.behindSince);
        await writer.release();
      }
      const look = this.left.since === undefined || this.isSettling ? this.fullLook : undefined;
      services.fullLooks.note(services.table.source, { stream, sequence: writer.sequence }, look);
      return undefined;
    } catch (error) {
      services.logger.warn("the checkpoint was not written", {
        stream,
        error: messageOf(error),
      });
      return error as Error;
    } finally {
      this.endTurn?.();
    }
  }

  /** An object is known to fail: the stream waits for it, and says so in each run. */
  private wait({ key, since, attempts, reason }: Failing): never {
    this.left.since = Math.min(since, this.read.behindSince ?? since);
    throw new FetcherError(
      `${key} has failed ${attempts} times since ${new Date(since).toISOString()}, and its stream waits for it: ${reason}`,
    );
  }

  /** Nothing is left: what the stream waited for is shipped, or not there any more. */
  private async forget(): Promise<void> {
    const { writer, read } = this;
    const isFailing = read.failing !== undefined && writer.failingOf(read.failing.key) !== undefined;
    const { at } = this.settings.start;
    const now = this.services.clock();
    const isFirst = at > 0 && now >= at && writer.firstLook === undefined;
    if (!isFailing && !isFirst && writer.behindSince === undefined) return;
    await writer.takeLease();
    if (isFirst) writer.noteFirstLook(now);
    if (isFailing) writer.noteFailing(undefined);
    writer.noteBehind(undefined);
  }

  /** What an earlier run left in the middle of an object. */
  private async resume(key: string): Promise<WorkEnd | undefined> {
    const object = await this.services.listing.find(key);
    if (object !== undefined) return this.workObject(object, []);
    await this.writer.takeLease();
    this.writer.forgetUnderWay();
    this.services.logger.warn("object is gone before all of it was shipped", { key });
    return undefined;
  }

  /** Through all that can still be written, or, where that was done lately, through what is being written. */
  private async look(): Promise<WorkEnd | undefined> {
    const { progress, services, read } = this;
    const at = services.clock();
    const last = (this.fullLook ??= services.fullLooks.last(services.table.source, read, at));
    // A failing object may be anywhere.
    const hot = last === undefined || read.failing !== undefined ? undefined : progress.hotStart(last, at);
    const full = last === undefined || hot === undefined;
    this.left.clear();
    progress.beginLook(at, full);
    for await (const page of this.pages(hot)) {
      for (const other of page.others) this.others.add(other);
      if (!progress.isUnpadded && page.objects.some(({ key }) => progress.space.isUnpadded(key))) {
        progress.noteUnpadded();
        return this.look();
      }
      const end = await this.workPage(page.objects);
      if (end !== undefined) return end;
    }
    progress.endLook();
    const left = this.left.first;
    this.fullLook = full ? { at, recent: progress.recent(at), left } : { ...last, left };
    this.late.say();
    return undefined;
  }

  private pages(hot: string | undefined): AsyncGenerator<WalkedPage, void> {
    const { progress, services, settings } = this;
    const walked = {
      listing: services.listing,
      space: progress.space,
      rules: settings.rules,
      unpadded: progress.isUnpadded,
      skipFrom: (key: string) => progress.skipFrom(key),
    };
    return hot === undefined ? walkStream(walked, progress.beginning) : walkHot(walked, hot);
  }

  private async workPage(listed: readonly ListedObject[]): Promise<WorkEnd | undefined> {
    const { progress, services } = this;
    const objects = listed.filter(({ key }) => !progress.isClosed(key));
    const isNew = objects.map((object) => !progress.isDone(object));
    for (const [index, object] of objects.entries()) {
      if (!isNew[index]) {
        progress.walked(object);
        continue;
      }
      if (services.deadline.isReached) return this.leave(object);
      if (this.left.isHeld(object)) {
        this.left.add(object);
        progress.left(object);
        continue;
      }
      progress.walked(object);
      const first = index + 1;
      const next = objects.slice(first, first + 4 * objectsAhead).filter((_, place) => isNew[first + place]);
      const end = await this.workObject(object, next);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  private async workObject(
    object: ListedObject,
    next: readonly ListedObject[],
  ): Promise<WorkEnd | undefined> {
    const old = this.wanted.isOld(object);
    if (this.wanted.has(object)) {
      // Before it waits for anything: the time may be over, or the stream be another's, when its turn comes.
      this.writer.noteBehind(this.left.sinceWith(object));
      this.endTurn ??= await this.services.turn.take();
      await this.writer.takeLease();
      const ahead = next.filter(
        (one) => this.wanted.has(one) && this.left.isSettled(one) && !isArchived(one),
      );
      const begun = this.writer.positionIn(object.key, object.eTag) !== undefined;
      this.prefetch.ahead(
        (begun || isArchived(object) ? ahead : [object, ...ahead]).map((one) => ({
          s3: this.services.s3(this.settings.region, this.settings.source),
          object: this.shipping.reference(one),
        })),
      );
      const late = this.progress.isLate(object.key);
      const outcome = await this.ship(object);
      if (outcome === "time") return this.leave(object);
      if (outcome === "set aside") return undefined;
      if (outcome === "shipped") this.shipped++;
      if (outcome === "shipped" && late) {
        this.late.shipped++;
        this.progress.noteLate(object);
      }
    } else {
      await this.writer.takeLease();
      if (!old) this.services.metrics.add("ObjectsSkipped");
    }
    await this.writer.pass(object, { old });
    return undefined;
  }

  private async ship(object: ListedObject): ReturnType<ObjectShipping["ship"]> {
    try {
      return await this.shipping.ship(object);
    } catch (error) {
      this.left.add(object);
      throw error;
    }
  }

  /** There is no time for it any more. */
  private leave(object: ListedObject): WorkEnd {
    this.left.add(object);
    return "time";
  }
}
