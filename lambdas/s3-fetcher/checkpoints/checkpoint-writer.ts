import type { Position } from "../../shipping/position";
import type { Checkpoint, Failing, Lease, UnderWay } from "./checkpoint";
import { mostCompanions, type AsideObject, type CheckpointTable } from "./checkpoint-table";
import { mostAddedByTrimming, type DatedKey } from "./seen-keys";
import type { StreamProgress } from "./stream-progress";

/** How often a checkpoint is written: after so many bulks that were accepted, or so many ms. */
export const writeEvery = { bulks: 25, ms: 1000 } as const;

/**
 * What a crash repeats at most, in bulks (an object of less than 10 MB is one): those of a write that was under way,
 * those that were accepted meanwhile, after which shipping waits for that write, and the one whose answer was lost.
 */
export const mostRepeatedBulks = 2 * writeEvery.bulks + 1;

export interface WriterSettings {
  readonly lease: Lease;
}

/** An object that is left out, and who is to be told when that is written. */
interface SetAside {
  readonly object: AsideObject;
  readonly onWritten: () => void;
}

/**
 * Moves one stream's checkpoint, and writes it often enough. Nothing is moved without the lease. Writes follow each
 * other, while objects are shipped; behind one that failed nothing is written or shipped any more.
 */
export class CheckpointWriter {
  private checkpoint: Checkpoint;
  private leased = false;
  /** Bulks that were accepted and are in no write yet. */
  private unwritten = 0;
  private writtenAt: number;
  /** The last write. */
  private writing: Promise<void> = Promise.resolve();
  private failure: Error | undefined;
  /** They go with the next write. */
  private asides: SetAside[] = [];

  constructor(
    private readonly table: CheckpointTable,
    read: Checkpoint,
    readonly progress: StreamProgress,
    private readonly settings: WriterSettings,
    private readonly clock: () => number,
  ) {
    this.checkpoint = read;
    this.writtenAt = clock();
  }

  /** Of the checkpoint as it was last written, or read. */
  get sequence(): number {
    return this.checkpoint.sequence;
  }

  /** See {@link Checkpoint.behindSince}. */
  get behindSince(): number | undefined {
    return this.checkpoint.behindSince;
  }

  /** See {@link Checkpoint.firstLook}. */
  get firstLook(): number | undefined {
    return this.checkpoint.firstLook;
  }

  get hasLease(): boolean {
    return this.leased;
  }

  /** Where to go on in an object, if the same bytes were begun before. */
  positionIn(key: string, eTag: string): Position | undefined {
    const { underWay } = this.checkpoint;
    return underWay?.key === key && underWay.eTag === eTag ? underWay.position : undefined;
  }

  failingOf(key: string): Failing | undefined {
    const { failing } = this.checkpoint;
    return failing?.key === key ? failing : undefined;
  }

  /** Runs that got no further in the object. */
  stallsOf(key: string): number {
    const { stalled } = this.checkpoint;
    return stalled?.key === key ? stalled.runs : 0;
  }

  /** @throws StreamTaken where someone else has it, or has written since the checkpoint was read */
  async takeLease(): Promise<void> {
    if (this.leased) return;
    this.checkpoint = { ...this.checkpoint, lease: this.settings.lease };
    this.write();
    await this.written();
    this.leased = true;
  }

  /**
   * The object is dealt with.
   * @param settings `old`: whether it is from before the source's start
   */
  async pass(object: DatedKey, settings: { readonly old: boolean }): Promise<void> {
    this.move(object, settings);
    await this.writeWhereDue();
  }

  /**
   * The object is left out, so that the stream goes on. That it is noted and that the checkpoint moves is one write:
   * a crash between the two would have it shipped, and noted to be shipped again. Several that follow each other, as
   * archived ones do by the thousand, share a write: see {@link noteAsides}.
   * @param onWritten told when that is written
   */
  async setAside(object: AsideObject, onWritten: () => void = () => undefined): Promise<void> {
    this.asides.push({ object, onWritten });
    // Remembered for longer than need be, rather than asked for again.
    const { key, eTag } = object;
    this.move({ key, eTag, lastModified: this.clock() }, { old: false });
    await this.writeWhereDue();
  }

  /** Writes what was set aside: nothing behind it may be shipped before. */
  async noteAsides(): Promise<void> {
    if (this.asides.length === 0) return;
    this.write();
    await this.written();
  }

  /** A bulk of the object was accepted. @throws what the last write failed of: nothing more may be shipped */
  async noteUnderWay(underWay: UnderWay): Promise<void> {
    const { stalled } = this.checkpoint;
    this.checkpoint = {
      ...this.checkpoint,
      underWay,
      stalled: stalled?.key === underWay.key ? undefined : stalled,
    };
    this.unwritten++;
    await this.writeWhereDue();
  }

  /** Of the object under way nothing is left to ship: it is gone. */
  forgetUnderWay(): void {
    this.checkpoint = { ...this.checkpoint, underWay: undefined, stalled: undefined };
  }

  noteFailing(failing: Failing | undefined): void {
    this.checkpoint = { ...this.checkpoint, failing };
  }

  /** Everything in the stream was looked through. */
  noteFirstLook(at: number): void {
    this.checkpoint = { ...this.checkpoint, firstLook: at };
  }

  /** For the runs that do not get to the stream, or find it taken: they tell its lag from this. */
  noteBehind(since: number | undefined): void {
    this.checkpoint = { ...this.checkpoint, behindSince: since };
  }

  noteStall(key: string, runs: number): void {
    this.checkpoint = { ...this.checkpoint, stalled: { key, runs } };
  }

  /** Writes what is left to write, and lets the others in. */
  async release(): Promise<void> {
    this.checkpoint = { ...this.checkpoint, lease: undefined, lastFound: this.clock() };
    this.write();
    await this.written();
    this.leased = false;
  }

  private move(object: DatedKey, settings: { readonly old: boolean }): void {
    const { progress } = this;
    const { failing } = this.checkpoint;
    progress.pass(object, settings);
    // An object that comes behind the failing one is only reached where that one was dealt with, or is gone.
    const healed = failing !== undefined && progress.space.compare(object.key, failing.key) >= 0;
    this.checkpoint = {
      ...this.checkpoint,
      underWay: undefined,
      stalled: undefined,
      failing: healed ? undefined : failing,
    };
  }

  private async writeWhereDue(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const isDue =
      this.unwritten >= writeEvery.bulks ||
      this.clock() - this.writtenAt >= writeEvery.ms ||
      this.asides.length >= mostCompanions.aside ||
      this.progress.seen.unwritten >= mostCompanions.written - mostAddedByTrimming - 1;
    if (!isDue) return;
    const before = this.writing;
    this.write();
    // One write may be under way, and no second one.
    await before;
  }

  /** Begins a write, behind the one under way. */
  private write(): void {
    this.unwritten = 0;
    this.writtenAt = this.clock();
    this.writing = this.writing.then(() => this.writeNow());
    this.writing.catch((error: unknown) => (this.failure ??= error as Error));
  }

  private async written(): Promise<void> {
    await this.writing;
  }

  private async writeNow(): Promise<void> {
    const { progress } = this;
    progress.trim();
    const asides = this.asides.splice(0);
    const { written, all } = mostCompanions;
    const changes = progress.seen.takeChanges({ written, all: all - asides.length });
    const aside = asides.map(({ object }) => object);
    const next = { ...this.checkpoint, ...progress.stored(), sequence: this.checkpoint.sequence + 1 };
    await this.table.writeCheckpoint(next, { ...changes, aside });
    // More may have been confirmed in the meantime.
    this.checkpoint = { ...this.checkpoint, sequence: next.sequence };
    for (const { onWritten } of asides) onWritten();
  }
}
