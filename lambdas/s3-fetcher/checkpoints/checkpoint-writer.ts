import { compareBytes } from "../../reading/key-order";
import type { Position } from "../../shipping/position";
import type { Checkpoint, Failing, Lease, UnderWay } from "./checkpoint";
import type { CheckpointTable } from "./checkpoint-table";
import type { Lookback, SeenWindow } from "./seen-window";

/**
 * What a crash repeats at most: the objects of one second, 25 of them, or of an object that takes longer the bulks
 * that were accepted in one second, beside the one under way.
 */
export const writeEvery = { objects: 25, ms: 1000 } as const;

export interface WriterSettings {
  readonly lease: Lease;
  readonly lookback: Lookback;
}

/** Moves one stream's checkpoint, and writes it often enough. Nothing is moved without the lease. */
export class CheckpointWriter {
  private checkpoint: Checkpoint;
  private leased = false;
  /** Accepted by the listener and not in the table yet: what a crash would repeat. */
  private unwritten = 0;
  private writtenAt: number;
  /** The write that goes on while an object is being shipped. */
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly table: CheckpointTable,
    read: Checkpoint,
    readonly window: SeenWindow,
    private readonly settings: WriterSettings,
    private readonly clock: () => number,
  ) {
    this.checkpoint = read;
    this.writtenAt = clock();
  }

  get lastKey(): string | undefined {
    return this.checkpoint.lastKey;
  }

  get hasLease(): boolean {
    return this.leased;
  }

  /** Where to go on in an object, if the same bytes were begun before. */
  positionIn(key: string, eTag: string): Position | undefined {
    const { underWay } = this.checkpoint;
    return underWay?.key === key && underWay.eTag === eTag ? underWay.position : undefined;
  }

  /** @throws StreamTaken where someone else has it, or has written since the checkpoint was read */
  async takeLease(): Promise<void> {
    if (this.leased) return;
    this.checkpoint = { ...this.checkpoint, lease: this.settings.lease };
    await this.write();
    this.leased = true;
  }

  /** The object is dealt with. */
  async pass(key: string, { shipped }: { shipped: boolean }): Promise<void> {
    const { lastKey, failing } = this.checkpoint;
    const late = lastKey !== undefined && compareBytes(key, lastKey) <= 0;
    if (late) this.window.addLate(key);
    else this.window.pass(key, lastKey, this.clock());
    this.checkpoint = {
      ...this.checkpoint,
      lastKey: late ? lastKey : key,
      underWay: undefined,
      failing: failing?.key === key ? undefined : failing,
    };
    if (shipped) this.unwritten++;
    if (this.isDue) await this.save();
  }

  /** A part of the object was accepted. Written while the next part is on its way; a failure shows at its end. */
  noteUnderWay(underWay: UnderWay): void {
    this.checkpoint = { ...this.checkpoint, underWay };
    this.unwritten++;
    if (!this.isDue) return;
    this.underWay = this.save();
    this.underWay.catch(() => undefined);
  }

  noteFailing(failing: Failing): void {
    this.checkpoint = { ...this.checkpoint, failing };
  }

  /** Writes what is left to write, and lets the others in. */
  async release(nextLook: number, found: boolean): Promise<void> {
    const lastFound = found ? this.clock() : this.checkpoint.lastFound;
    this.checkpoint = { ...this.checkpoint, lease: undefined, nextLook, lastFound };
    await this.save();
    this.leased = false;
  }

  private get isDue(): boolean {
    return this.unwritten >= writeEvery.objects || this.clock() - this.writtenAt >= writeEvery.ms;
  }

  private async save(): Promise<void> {
    await this.underWay;
    await this.writeSeen();
    await this.write();
  }

  /** Before the checkpoint: a shard that is ahead of it does no harm, one that is behind would repeat keys. */
  private async writeSeen(): Promise<void> {
    this.window.trim(this.settings.lookback, this.clock());
    const { written, dropped } = this.window.takeChanges();
    await this.table.writeSeen(this.checkpoint.stream, written, dropped);
  }

  private async write(): Promise<void> {
    const next = { ...this.checkpoint, sequence: this.checkpoint.sequence + 1 };
    this.unwritten = 0;
    this.writtenAt = this.clock();
    await this.table.writeCheckpoint(next);
    // More may have been confirmed in the meantime.
    this.checkpoint = { ...this.checkpoint, sequence: next.sequence };
  }
}
