import { createHash } from "node:crypto";
import { compareBytes } from "../../reading/key-order";

/** Keys in one shard: a checkpoint writes the last shard again, so its size is what a write costs (8 bytes a key). */
export const shardKeys = 100;
/** Of a key's SHA-256; 64 bits: that two keys of a window share them is as good as impossible. */
export const hashBytes = 8;

/** The keys that were dealt with in one stretch of a stream. */
export interface SeenShard {
  /** Counts up within a stream. */
  readonly number: number;
  /** The stretch begins behind this key; undefined at the stream's beginning. */
  readonly after: string | undefined;
  /** When the checkpoint passed its last key, in ms since 1970. */
  readonly passedAt: number;
  readonly hashes: Buffer;
}

export interface Lookback {
  /** How many keys behind the checkpoint a late key may sort; 0 looks for none. */
  readonly keys: number;
  /** How long after the checkpoint passed its place a late key may come, in minutes. */
  readonly minutes: number;
}

interface Shard extends Omit<SeenShard, "hashes" | "passedAt"> {
  passedAt: number;
  readonly hashes: Set<string>;
}

/**
 * What lies just behind a stream's checkpoint: which of the keys there were dealt with. A key that is listed there and
 * is not among them has come late.
 *
 * The window is let go of only where it was looked through since: a key that sorts within the lookback when it is
 * written is found, however far the checkpoint moves before the next look. It cannot catch a key that sorts further
 * behind, or that comes later, than the lookback says; nor one that takes the name of an object that was shipped.
 */
export class SeenWindow {
  private shards: Shard[];
  private readonly changed = new Set<Shard>();
  /** Numbers of the shards that the table holds. */
  private readonly stored: Set<number>;
  private readonly dropped: number[] = [];
  /** When the window was last looked through, in ms since 1970; nothing is let go of before. */
  private lookedAt: number | undefined;
  private kept: string | undefined;
  private passed = 0;

  /** @param checkpoint the stream's last key: what is stored beyond it was left by a checkpoint that was taken back */
  constructor(stored: readonly SeenShard[], checkpoint: string | undefined) {
    this.stored = new Set(stored.map(({ number }) => number));
    const sorted = [...stored].sort((a, b) => a.number - b.number);
    // A gap is what a deletion left half done; what lies before it is out of the window.
    const first = sorted.findLastIndex(({ number }, index) => sorted[index - 1]?.number !== number - 1);
    this.shards = sorted
      .slice(Math.max(0, first))
      .filter(
        ({ after }) =>
          checkpoint !== undefined && (after === undefined || compareBytes(after, checkpoint) < 0),
      )
      .map((shard) => ({ ...shard, hashes: hashesIn(shard.hashes) }));
    const used = new Set(this.shards.map(({ number }) => number));
    this.dropped.push(...[...this.stored].filter((number) => !used.has(number)));
  }

  /** Keys that the checkpoint has moved over since the window was last looked through. */
  get sinceLook(): number {
    return this.passed;
  }

  /** Shards that wait to be written. */
  get unwritten(): number {
    return this.changed.size;
  }

  /** The key behind which the window begins; `checkpoint` where it holds nothing. */
  lowerBound(checkpoint: string | undefined): string | undefined {
    return this.shards.length === 0 ? checkpoint : this.shards[0].after;
  }

  has(key: string): boolean {
    return this.shardOf(key)?.hashes.has(hashOf(key)) ?? false;
  }

  /** How far a late key is behind: keys that sort behind it (a shard is counted whole), and ms since its place was passed. */
  distanceOf(key: string, now: number): { readonly keys: number; readonly ms: number } {
    const shard = this.shardOf(key);
    const from = shard === undefined ? 0 : this.shards.indexOf(shard);
    const keys = this.shards.slice(from).reduce((sum, { hashes }) => sum + hashes.size, 0);
    return { keys, ms: Math.max(0, now - (shard?.passedAt ?? now)) };
  }

  /**
   * Notes a key that the checkpoint moves on to.
   * @param old whether it is from before the source's start: millions of those may be stepped over in one go
   */
  pass(key: string, before: string | undefined, now: number, old: boolean): void {
    if (!old) this.passed++;
    let shard = this.shards.at(-1);
    if (shard === undefined || shard.hashes.size >= shardKeys) {
      shard = { number: this.nextNumber(), after: before, passedAt: now, hashes: new Set() };
      this.shards.push(shard);
    }
    shard.passedAt = now;
    shard.hashes.add(hashOf(key));
    this.changed.add(shard);
  }

  /** Notes a key that came late. Where one comes, more may: its place counts as passed anew. */
  addLate(key: string, now: number): void {
    const shard = this.shardOf(key);
    if (shard === undefined) return;
    shard.passedAt = now;
    shard.hashes.add(hashOf(key));
    this.changed.add(shard);
  }

  /** A late key was found that is too young to be shipped: its place stays in the window until the next look. */
  keep(key: string): void {
    if (this.kept === undefined || compareBytes(key, this.kept) < 0) this.kept = key;
  }

  /** A look through the window begins. */
  beginLook(): void {
    this.kept = undefined;
  }

  /** All that was in the window when the look began, `at` in ms since 1970, was dealt with. */
  endLook(at: number): void {
    this.lookedAt = at;
    this.passed = 0;
  }

  /** Lets go of what lies behind the lookback. */
  trim({ keys, minutes }: Lookback): void {
    if (keys > 0 && this.lookedAt === undefined) return;
    const wanted = keys === 0 ? 0 : keys + this.passed;
    let held = this.shards.reduce((sum, { hashes }) => sum + hashes.size, 0);
    for (let oldest = this.shards.at(0); oldest !== undefined; oldest = this.shards.at(0)) {
      const beyondKeys = held - oldest.hashes.size >= wanted;
      const beyondTime = Number(this.lookedAt) - oldest.passedAt > minutes * 60_000;
      if (!beyondKeys && !beyondTime) return;
      if (keys > 0 && (this.shards.length === 1 || this.isKept(oldest))) return;
      held -= oldest.hashes.size;
      this.shards.shift();
      this.changed.delete(oldest);
      if (this.stored.has(oldest.number)) this.dropped.push(oldest.number);
    }
  }

  /**
   * What is to be written and deleted. Deletions beyond `mostDropped` wait for the next time.
   */
  takeChanges(mostDropped: number): {
    readonly written: readonly SeenShard[];
    readonly dropped: readonly number[];
  } {
    const written = [...this.changed].map(({ number, after, passedAt, hashes }) => ({
      number,
      after,
      passedAt,
      hashes: Buffer.concat([...hashes].map((hash) => Buffer.from(hash, "latin1"))),
    }));
    for (const { number } of this.changed) this.stored.add(number);
    this.changed.clear();
    const dropped = this.dropped.splice(0, mostDropped);
    for (const number of dropped) this.stored.delete(number);
    return { written, dropped };
  }

  /** Never the number of a shard that is still to be deleted. */
  private nextNumber(): number {
    return 1 + Math.max(0, this.shards.at(-1)?.number ?? 0, ...this.stored, ...this.dropped);
  }

  private isKept(shard: Shard): boolean {
    return this.kept !== undefined && this.shardOf(this.kept) === shard;
  }

  private shardOf(key: string): Shard | undefined {
    // The last ones hold what is looked for most often.
    return this.shards.findLast(({ after }) => after === undefined || compareBytes(key, after) > 0);
  }
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest().toString("latin1", 0, hashBytes);
}

function hashesIn(bytes: Buffer): Set<string> {
  const hashes = new Set<string>();
  for (let at = 0; at < bytes.length; at += hashBytes)
    hashes.add(bytes.toString("latin1", at, at + hashBytes));
  return hashes;
}
