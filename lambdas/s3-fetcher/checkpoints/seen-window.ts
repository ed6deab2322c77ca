import { createHash } from "node:crypto";
import { compareBytes } from "../../reading/key-order";

/** Keys in one shard: a checkpoint writes the last shard again, so its size is what a write costs (8 bytes a key). */
const shardKeys = 256;
/** Of a key's SHA-256; 64 bits: that two keys of a window share them is as good as impossible. */
const hashBytes = 8;

/** The keys that were dealt with in one stretch of a stream. */
export interface SeenShard {
  /** Counts up within a stream. */
  readonly number: number;
  /** The stretch begins behind this key; undefined at the stream's beginning. */
  readonly after: string | undefined;
  /** Its last key. */
  readonly until: string;
  /** When the checkpoint passed its last key, in ms since 1970. */
  readonly passedAt: number;
  readonly hashes: Buffer;
}

export interface Lookback {
  /** How many keys behind the checkpoint a late key may sort. */
  readonly keys: number;
  /** How long after the checkpoint passed its place a late key may come, in minutes. */
  readonly minutes: number;
}

interface Shard extends Omit<SeenShard, "hashes" | "until" | "passedAt"> {
  until: string;
  passedAt: number;
  readonly hashes: Set<string>;
}

/**
 * What lies just behind a stream's checkpoint: which of the keys there were dealt with. A key that is listed there and
 * is not among them has come late.
 */
export class SeenWindow {
  private readonly shards: Shard[];
  private readonly changed = new Set<Shard>();
  /** Numbers of the shards that the table holds. */
  private readonly stored: Set<number>;
  private readonly dropped: number[] = [];

  constructor(stored: readonly SeenShard[]) {
    this.stored = new Set(stored.map(({ number }) => number));
    this.shards = [...stored]
      .sort((a, b) => a.number - b.number)
      .map((shard) => ({ ...shard, hashes: hashesIn(shard.hashes) }));
  }

  /** The key behind which the window begins; `checkpoint` where it holds nothing. */
  lowerBound(checkpoint: string | undefined): string | undefined {
    return this.shards.length === 0 ? checkpoint : this.shards[0].after;
  }

  has(key: string): boolean {
    return this.shardOf(key)?.hashes.has(hashOf(key)) ?? false;
  }

  /** Notes a key that the checkpoint moves on to. */
  pass(key: string, before: string | undefined, now: number): void {
    let shard = this.shards.at(-1);
    if (shard === undefined || shard.hashes.size >= shardKeys) {
      shard = {
        number: (shard?.number ?? 0) + 1,
        after: before,
        until: key,
        passedAt: now,
        hashes: new Set(),
      };
      this.shards.push(shard);
    }
    shard.until = key;
    shard.passedAt = now;
    shard.hashes.add(hashOf(key));
    this.changed.add(shard);
  }

  /** Notes a key that came late. */
  addLate(key: string): void {
    const shard = this.shardOf(key);
    if (shard === undefined) return;
    shard.hashes.add(hashOf(key));
    this.changed.add(shard);
  }

  /** Lets go of what lies behind the lookback; all of it where `keys` is 0. */
  trim({ keys, minutes }: Lookback, now: number): void {
    let held = this.shards.reduce((sum, { hashes }) => sum + hashes.size, 0);
    for (let oldest = this.shards.at(0); oldest !== undefined; oldest = this.shards.at(0)) {
      const beyondKeys = held - oldest.hashes.size >= keys;
      const beyondTime = now - oldest.passedAt > minutes * 60_000;
      if (!beyondKeys && !beyondTime) return;
      held -= oldest.hashes.size;
      this.shards.shift();
      this.changed.delete(oldest);
      if (this.stored.delete(oldest.number)) this.dropped.push(oldest.number);
    }
  }

  /** What has to be written and deleted since the last call. */
  takeChanges(): { readonly written: readonly SeenShard[]; readonly dropped: readonly number[] } {
    const written = [...this.changed].map((shard) => ({
      ...shard,
      hashes: Buffer.concat([...shard.hashes].map((hash) => Buffer.from(hash, "latin1"))),
    }));
    for (const { number } of this.changed) this.stored.add(number);
    this.changed.clear();
    return { written, dropped: this.dropped.splice(0) };
  }

  private shardOf(key: string): Shard | undefined {
    // The last ones hold what is looked for most often.
    for (let index = this.shards.length - 1; index >= 0; index--) {
      const { after } = this.shards[index];
      if (after === undefined || compareBytes(key, after) > 0) return this.shards[index];
    }
    return undefined;
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
