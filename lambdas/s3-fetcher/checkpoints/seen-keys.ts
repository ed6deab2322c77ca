import { createHash } from "node:crypto";
import { isUploadInParts, type ListedObject } from "../listing/bucket-listing";

/** What is to be known of an object for it to be remembered. */
export type DatedKey = Pick<ListedObject, "key" | "lastModified" | "eTag">;

/** An upload in parts is dated by when it was begun, and takes as long as it likes: a day is allowed for. */
const longestUploadMs = 86_400_000;

/** When an object can have appeared at the latest, but for what a listing takes, in ms since 1970. */
export function appearedBy({ lastModified, eTag }: Pick<DatedKey, "lastModified" | "eTag">): number {
  return isUploadInParts(eTag) ? lastModified + longestUploadMs : lastModified;
}

/** Keys in one shard: a checkpoint writes the last shard again, so its size is what a write costs. */
export const shardKeys = 100;
/** Of a key's SHA-256; 64 bits: that two keys of a stream share them is as good as impossible. */
const hashBytes = 8;
/** A key's hash, and when its object can have appeared at the latest, in seconds since 1970. */
export const seenBytes = hashBytes + 4;

/** Keys that were dealt with one after the other. */
export interface SeenShard {
  /** Counts up within a stream. */
  readonly number: number;
  /** {@link seenBytes} of each key. */
  readonly hashes: Buffer;
}

/** Shards of which one trimming keeps a part: that is written anew. */
const mostRewritten = 20;
/** Shards that one trimming adds at most: what is kept of those is at most half of each, and may begin a new one. */
export const mostAddedByTrimming = mostRewritten / 2 + 1;

/** What one write has room for. */
export interface ShardLimits {
  /** Shards that are written. */
  readonly written: number;
  /** Those and the ones that are deleted. */
  readonly all: number;
}

interface Shard {
  readonly number: number;
  /** Seconds since 1970 by hash. */
  readonly modified: Map<string, number>;
}

/** Which keys of a stream were dealt with lately, in the order in which that was done. */
export class SeenKeys {
  private shards: Shard[];
  private readonly shardOf = new Map<string, Shard>();
  private readonly changed = new Set<Shard>();
  /** Shards of which a date alone is another: they can wait, as nothing would come twice without it. */
  private readonly redated = new Set<Shard>();
  /** Numbers of the shards that the table holds. */
  private readonly stored: Set<number>;
  private readonly dropped: number[] = [];

  constructor(stored: readonly SeenShard[]) {
    this.stored = new Set(stored.map(({ number }) => number));
    this.shards = [...stored]
      .sort((a, b) => a.number - b.number)
      .map(({ number, hashes }) => ({ number, modified: entriesIn(hashes) }));
    for (const shard of this.shards) for (const hash of shard.modified.keys()) this.shardOf.set(hash, shard);
  }

  get size(): number {
    return this.shardOf.size;
  }

  /** Shards that wait to be written. */
  get unwritten(): number {
    return this.changed.size;
  }

  /** An object that was overwritten since is known as well: what counts from now on is when that was. */
  has(object: DatedKey): boolean {
    const hash = hashOf(object.key);
    const shard = this.shardOf.get(hash);
    if (shard === undefined) return false;
    const seconds = secondsOf(object);
    if (seconds > Number(shard.modified.get(hash))) {
      shard.modified.set(hash, seconds);
      this.redated.add(shard);
    }
    return true;
  }

  add(object: DatedKey): void {
    if (this.has(object)) return;
    this.append(hashOf(object.key), secondsOf(object));
  }

  /**
   * Forgets the first ones beyond so many keys.
   * @param until those alone that have appeared by then, in ms since 1970
   * @returns when the latest of the forgotten ones can have appeared, in ms since 1970
   */
  forget(keys: number, until: number): number | undefined {
    let latest: number | undefined;
    let rewritten = 0;
    for (const shard of this.shards.slice(0, -1)) {
      if (this.size <= keys || rewritten >= mostRewritten) break;
      const kept = [...shard.modified].filter(([, seconds]) => seconds * 1000 > until);
      // To write the rest anew is worth it for half a shard.
      if (kept.length > shardKeys / 2) continue;
      if (kept.length > 0) rewritten++;
      this.remove(shard);
      const forgotten = [...shard.modified.values()]
        .map((seconds) => seconds * 1000)
        .filter((ms) => ms <= until);
      latest = Math.max(latest ?? 0, ...forgotten);
      for (const [hash, seconds] of kept) this.append(hash, seconds);
    }
    return latest;
  }

  /**
   * What is to be written and deleted. Deletions that there is no room for wait for the next time: they harm nothing; and
   * so do new dates beyond `mostWritten`.
   */
  takeChanges({ written: mostWritten, all }: ShardLimits): {
    readonly written: readonly SeenShard[];
    readonly dropped: readonly number[];
  } {
    const redated = [...this.redated].filter((shard) => !this.changed.has(shard));
    const taken = [...this.changed, ...redated.slice(0, Math.max(0, mostWritten - this.changed.size))];
    const written = taken.map(({ number, modified }) => ({ number, hashes: bytesOf(modified) }));
    for (const shard of taken) {
      this.stored.add(shard.number);
      this.redated.delete(shard);
    }
    this.changed.clear();
    const dropped = this.dropped.splice(0, Math.max(0, all - written.length));
    for (const number of dropped) this.stored.delete(number);
    return { written, dropped };
  }

  private append(hash: string, seconds: number): void {
    let shard = this.shards.at(-1);
    if (shard === undefined || shard.modified.size >= shardKeys) {
      // Never the number of a shard that is still to be deleted.
      shard = {
        number: 1 + Math.max(0, shard?.number ?? 0, ...this.stored, ...this.dropped),
        modified: new Map(),
      };
      this.shards.push(shard);
    }
    shard.modified.set(hash, seconds);
    this.shardOf.set(hash, shard);
    this.changed.add(shard);
  }

  private remove(shard: Shard): void {
    this.shards = this.shards.filter((one) => one !== shard);
    for (const hash of shard.modified.keys()) this.shardOf.delete(hash);
    this.changed.delete(shard);
    this.redated.delete(shard);
    if (this.stored.has(shard.number)) this.dropped.push(shard.number);
  }
}

function secondsOf(object: DatedKey): number {
  return Math.floor(appearedBy(object) / 1000);
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest().toString("latin1", 0, hashBytes);
}

function bytesOf(modified: ReadonlyMap<string, number>): Buffer {
  const bytes = Buffer.alloc(modified.size * seenBytes);
  let at = 0;
  for (const [hash, seconds] of modified) {
    bytes.write(hash, at, "latin1");
    bytes.writeUInt32BE(seconds, at + hashBytes);
    at += seenBytes;
  }
  return bytes;
}

function entriesIn(bytes: Buffer): Map<string, number> {
  const entries = new Map<string, number>();
  for (let at = 0; at < bytes.length; at += seenBytes)
    entries.set(bytes.toString("latin1", at, at + hashBytes), bytes.readUInt32BE(at + hashBytes));
  return entries;
}
