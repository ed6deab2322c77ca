import { compareBytes } from "../reading/key-order";
import type { Sources } from "../reading/sources";
import { messageOf } from "../runtime/errors";
import type { Checkpoint, Failing } from "./checkpoints/checkpoint";
import type { CheckpointWriter, WriterSettings } from "./checkpoints/checkpoint-writer";
import { FetcherError } from "./errors";
import type { ListedObject } from "./listing/bucket-listing";
import { cursorAt, streamPage, type Cursor } from "./listing/stream-listing";
import { ObjectShipping, type ObjectServices, type ObjectSettings } from "./object-shipping";
import { objectsAhead, type Prefetch } from "./prefetch";
import { isOld, type SourceStart } from "./start";
import type { StreamRules } from "./streams/stream-names";
import type { Turn } from "./turn";

export interface StreamServices extends ObjectServices {
  readonly sources: Sources;
  readonly turn: Turn;
}

/** What a run of a stream needs to know of its source. */
export interface StreamSettings extends ObjectSettings, WriterSettings {
  readonly rules: StreamRules;
  readonly start: SourceStart;
  readonly settleMs: number;
  /** The source's first run, in ms since 1970: what is older did not wait for the fetcher before. */
  readonly firstRun: number;
}

/** `caught up`: nothing is left. `settling`: what is left is too young. `time`: the time ran out. */
export type WorkEnd = "caught up" | "settling" | "time";

/** Behind so many keys a run looks back, before it goes on: a page of a listing. */
const lookBackAfter = 1000;

/** Looks through one stream, and ships what is new in it. */
export class StreamWork {
  readonly others = new Set<string>();
  shipped = 0;
  late = 0;
  /** Since when the oldest object that was left could have been shipped; ahead of the clock while it settles. */
  private leftSince: number | undefined;
  private readonly shipping: ObjectShipping;
  private endTurn: (() => void) | undefined;
  /** When the look that goes on began, until the window was looked through. */
  private lookBegan: number | undefined;

  constructor(
    private readonly read: Checkpoint,
    private readonly settings: StreamSettings,
    private readonly services: StreamServices,
    private readonly writer: CheckpointWriter,
    private readonly prefetch: Prefetch,
  ) {
    this.shipping = new ObjectShipping(settings, services, writer, prefetch);
  }

  get found(): boolean {
    return this.writer.hasLease;
  }

  /** Since when the oldest object that is known to be left could have been shipped, in ms since 1970. */
  get behindSince(): number | undefined {
    return this.leftSince ?? this.writer.behindSince;
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
      // What was written behind the checkpoint while it moved is found before the stream is left.
      if (this.writer.window.sinceLook > 0) continue;
      if (this.leftSince !== undefined) return "settling";
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
    try {
      if (writer.hasLease) {
        writer.noteBehind(this.behindSince);
        await writer.release();
      }
      return undefined;
    } catch (error) {
      services.logger.warn("the checkpoint was not written", {
        stream: this.read.stream,
        error: messageOf(error),
      });
      return error as Error;
    } finally {
      this.endTurn?.();
    }
  }

  /** An object is known to fail: the stream waits for it, and says so in each run. */
  private wait({ key, since, attempts, reason }: Failing): never {
    this.leftSince = Math.min(since, this.read.behindSince ?? since);
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
    this.services.logger.warn("object is gone before all of it was shipped", { key });
    return undefined;
  }

  /** From the window's beginning to the end of the stream, or to where it is time to look back. */
  private async look(): Promise<WorkEnd | undefined> {
    const { writer, services, settings } = this;
    const { stream } = this.read;
    const isLookedThrough = (): boolean => this.lookBegan === undefined;
    this.lookBegan = services.clock();
    this.leftSince = undefined;
    writer.window.beginLook();
    let cursor: Cursor | undefined = cursorAt(
      stream,
      writer.window.lowerBound(writer.lastKey),
      settings.rules,
    );
    // Where the window itself is not looked through yet, that comes first.
    while (cursor !== undefined && (!isLookedThrough() || writer.window.sinceLook < lookBackAfter)) {
      const page = await streamPage(services.listing, stream, cursor, settings.rules);
      for (const other of page.others) this.others.add(other);
      const end = await this.workPage(page.objects);
      if (end !== undefined) return end;
      cursor = page.next;
    }
    this.endLook();
    return undefined;
  }

  /** The window is looked through at the first key beyond it, or at the end of all. */
  private endLook(): void {
    if (this.lookBegan !== undefined) this.writer.window.endLook(this.lookBegan);
    this.lookBegan = undefined;
  }

  private async workPage(listed: readonly ListedObject[]): Promise<WorkEnd | undefined> {
    const objects = listed.filter(({ key }) => !this.isLate(key) || !this.writer.window.has(key));
    for (const [index, object] of objects.entries()) {
      if (this.services.deadline.isReached) return this.leave(object, "time");
      const late = this.isLate(object.key);
      if (!late) this.endLook();
      if (this.isSettled(object)) {
        const end = await this.workObject(object, objects.slice(index + 1, index + 2 * objectsAhead));
        if (end !== undefined) return end;
      } else {
        this.leave(object, "settling");
        // What sorts behind it waits as well: something may still come in between. Not so behind a late one.
        if (!late) return "settling";
        this.writer.window.keep(object.key);
      }
    }
    return undefined;
  }

  private async workObject(
    object: ListedObject,
    next: readonly ListedObject[],
  ): Promise<WorkEnd | undefined> {
    const old = this.isOld(object);
    if (this.isWanted(object)) {
      // Before it waits for anything: the time may be over, or the stream be another's, when its turn comes.
      this.writer.noteBehind(Math.min(this.leftSince ?? Infinity, this.readySince(object)));
      this.endTurn ??= await this.services.turn.take();
      await this.writer.takeLease();
      const ahead = next.filter((one) => this.isWanted(one) && this.isSettled(one));
      const begun = this.writer.positionIn(object.key, object.eTag) !== undefined;
      this.prefetch.ahead((begun ? ahead : [object, ...ahead]).map((one) => this.shipping.reference(one)));
      const late = this.isLate(object.key);
      const outcome = await this.ship(object);
      if (outcome === "time") return this.leave(object, "time");
      if (outcome === "set aside") return undefined;
      if (outcome === "shipped") this.shipped++;
      if (outcome === "shipped" && late) this.countLate(object);
    } else {
      await this.writer.takeLease();
      if (!old) this.services.metrics.add("ObjectsSkipped");
    }
    await this.writer.pass(object.key, { old });
    return undefined;
  }

  private async ship(object: ListedObject): ReturnType<ObjectShipping["ship"]> {
    try {
      return await this.shipping.ship(object);
    } catch (error) {
      this.leave(object, "time");
      throw error;
    }
  }

  private countLate(object: ListedObject): void {
    const { metrics, logger } = this.services;
    const { keys, ms } = this.writer.window.distanceOf(object.key, object.lastModified);
    const seconds = Math.round(ms / 1000);
    this.late++;
    metrics.add("ObjectsLate");
    metrics.highest("LateKeysBehind", keys);
    metrics.highest("LateSeconds", seconds);
    logger.info("object came late", {
      key: object.key,
      checkpoint: this.writer.lastKey,
      keysBehind: keys,
      seconds,
    });
  }

  private leave(object: ListedObject, end: WorkEnd): WorkEnd {
    this.leftSince = Math.min(this.leftSince ?? Infinity, this.readySince(object));
    return end;
  }

  /** Since when it could have been shipped. */
  private readySince({ lastModified }: ListedObject): number {
    return Math.max(lastModified + this.settings.settleMs, this.settings.firstRun);
  }

  private isLate(key: string): boolean {
    const { lastKey } = this.writer;
    return lastKey !== undefined && compareBytes(key, lastKey) <= 0;
  }

  private isSettled(object: ListedObject): boolean {
    return object.lastModified + this.settings.settleMs <= this.services.clock();
  }

  private isOld(object: ListedObject): boolean {
    return isOld(object, this.settings.start, this.writer);
  }

  /** Neither empty, nor from before the start, nor left out by the source, nor another source's. */
  private isWanted(object: ListedObject): boolean {
    if (object.size === 0 || this.isOld(object)) return false;
    const match = this.services.sources.find(this.settings.bucket, object.key);
    return "source" in match && (match.source.prefix ?? "") === this.settings.rules.sourcePrefix;
  }
}
