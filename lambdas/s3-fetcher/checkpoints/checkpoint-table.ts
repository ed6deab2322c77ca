import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createHash } from "node:crypto";
import type { Position } from "../../shipping/position";
import {
  checkpointVersion,
  parseCheckpoint,
  parseState,
  renderCheckpoint,
  renderState,
  unreadable,
  type Checkpoint,
  type SourceState,
} from "./checkpoint";
import { seenBytes, type SeenShard } from "./seen-keys";
import { longestTransaction, TableCalls, type Companion, type Item } from "./table-calls";

/** An object that failed for too long, and was left out so that its stream goes on. */
export interface AsideObject {
  readonly key: string;
  readonly eTag: string;
  readonly reason: string;
  /** Its first failure, in ms since 1970. */
  readonly since: number;
  /** Behind what was shipped of it; absent where nothing was. */
  readonly position?: Position | undefined;
}

/** What is written with a checkpoint: changes of its stream's seen keys, and objects that it leaves out. */
export interface CheckpointCompanions {
  readonly written: readonly SeenShard[];
  /** Numbers of shards. */
  readonly dropped: readonly number[];
  /** @default none */
  readonly aside?: readonly AsideObject[];
}

/** What one write of a checkpoint takes along: all of it and the checkpoint itself are one transaction. */
export const mostCompanions = {
  /** Changed shards of seen keys. */
  written: 70,
  /** Objects that are set aside. */
  aside: 20,
  all: longestTransaction - 1,
} as const;

/** Starts of the sort keys; the rest is the stream's prefix or the object's key. */
const entries = { state: "state", checkpoint: "checkpoint ", seen: "seen ", aside: "aside " } as const;

/**
 * The checkpoints of one source, in a DynamoDB table with the keys `source` and `entry`. What decides anything is
 * written on condition that nobody else has written since it was read; a stream's seen keys go with its checkpoint
 * in one transaction, so that neither is ever ahead of the other.
 */
export class CheckpointTable {
  private readonly calls: TableCalls;

  /** @param source instance, bucket and prefix: see `tableSource` */
  constructor(dynamodb: DynamoDBClient, table: string, source: string) {
    this.calls = new TableCalls(dynamodb, table, source);
  }

  /** The partition key. */
  get source(): string {
    return this.calls.source;
  }

  /** Undefined before the first run. @throws CheckpointUnreadable */
  async state(): Promise<SourceState | undefined> {
    const items = await this.calls.query(entries.state);
    const item = items.find(({ entry }) => entry?.S === entries.state);
    return item && parseState(item["content"]?.S, this.place(entries.state));
  }

  /** @throws StreamTaken where the state's `sequence` is not the next one */
  async writeState(state: SourceState): Promise<void> {
    await this.calls.write({
      entry: entries.state,
      content: renderState(state),
      sequence: state.sequence,
    });
  }

  /** Of all streams that were ever worked on. @throws CheckpointUnreadable */
  async checkpoints(): Promise<Checkpoint[]> {
    const items = await this.calls.query(entries.checkpoint);
    return items.map(({ entry, content, sequence }) => {
      const checkpoint = parseCheckpoint(content?.S, this.place(entry?.S ?? ""));
      if (sequence?.N === String(checkpoint.sequence)) return checkpoint;
      throw unreadable(this.place(entry?.S ?? ""), "its sequence is not that of its content");
    });
  }

  /** @throws StreamTaken where the checkpoint's `sequence` is not the next one */
  async writeCheckpoint(
    checkpoint: Checkpoint,
    { written, dropped, aside = [] }: CheckpointCompanions = { written: [], dropped: [] },
  ): Promise<void> {
    const { stream, sequence } = checkpoint;
    const companions: Companion[] = [
      ...written.map((shard) => ({ entry: seenEntry(stream, shard.number), attributes: seenItem(shard) })),
      ...dropped.map((number) => ({ deleted: seenEntry(stream, number) })),
      ...aside.map((object) => ({ entry: asideEntry(object), attributes: asideItem(object) })),
    ];
    const entry = entryOf(entries.checkpoint, stream);
    await this.calls.write({ entry, content: renderCheckpoint(checkpoint), sequence }, companions);
  }

  /** Forgets a stream: the next run begins it where the source's start says. @throws StreamTaken */
  async removeCheckpoint({ stream, sequence }: Checkpoint): Promise<void> {
    await this.calls.delete(entryOf(entries.checkpoint, stream), sequence);
    for (const { number } of await this.seen(stream)) await this.calls.delete(seenEntry(stream, number));
  }

  /** @throws CheckpointUnreadable */
  async seen(stream: string): Promise<SeenShard[]> {
    const items = await this.calls.query(seenEntry(stream));
    return (
      items
        // The number behind the name follows in fixed width: what is longer belongs to a longer name.
        .filter(({ entry }) => (entry?.S ?? "").length === seenEntry(stream, 0).length)
        .map((item) => parseShard(item, this.place(item["entry"]?.S ?? "")))
    );
  }

  /** Notes an object that no checkpoint waits for; one that is left out goes with its checkpoint. */
  async setAside(object: AsideObject): Promise<void> {
    await this.calls.put(asideEntry(object), asideItem(object));
  }

  async aside(): Promise<AsideObject[]> {
    const items = await this.calls.query(entries.aside);
    return items.map(({ content }) => JSON.parse(content?.S ?? "null") as AsideObject);
  }

  /** The object was shipped after all, or is given up. */
  async removeAside(key: string): Promise<void> {
    await this.calls.delete(asideEntry({ key }));
  }

  private place(entry: string): string {
    return `"${entry}" of "${this.calls.source}" in the table ${this.calls.table}`;
  }
}

/** The partition key of a source's checkpoints: several fetchers may share a table. */
export function tableSource(instance: string, source: string): string {
  return `${instance} ${source}`;
}

function asideEntry({ key }: Pick<AsideObject, "key">): string {
  return entryOf(entries.aside, key);
}

function asideItem(object: AsideObject): Record<string, AttributeValue> {
  return { content: { S: JSON.stringify({ version: checkpointVersion, ...object }) } };
}

function seenItem({ number, hashes }: SeenShard): Record<string, AttributeValue> {
  return {
    version: { N: String(checkpointVersion) },
    number: { N: String(number) },
    hashes: { B: hashes },
  };
}

function parseShard(item: Item, where: string): SeenShard {
  const { version, number, hashes } = item;
  if (version?.N !== String(checkpointVersion)) {
    throw unreadable(where, `its version is ${version?.N ?? "missing"}; deploy the newer version again`);
  }
  const shard = {
    number: Number(number?.N),
    hashes: Buffer.from(hashes?.B ?? []),
  };
  const complete =
    Number.isInteger(shard.number) && shard.hashes.length > 0 && shard.hashes.length % seenBytes === 0;
  if (!complete) throw unreadable(where, "parts of it are missing");
  return shard;
}

function seenEntry(stream: string, number?: number): string {
  return `${entryOf(entries.seen, stream)} ${number === undefined ? "" : String(number).padStart(10, "0")}`;
}

/** A sort key holds 1,024 bytes, which an object key may take alone. Source: DynamoDB developer guide, "Quotas". */
const longestName = 1000;

function entryOf(start: string, name: string): string {
  if (Buffer.byteLength(name) <= longestName) return start + name;
  return `${start}sha256:${createHash("sha256").update(name).digest("hex")}`;
}
