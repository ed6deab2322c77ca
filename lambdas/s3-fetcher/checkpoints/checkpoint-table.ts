import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { shortCalls } from "../../runtime/aws-clients";
import { Backoff } from "../../runtime/backoff";
import { messageOf } from "../../runtime/errors";
import { FetcherError, StreamTaken } from "../errors";
import {
  parseCheckpoint,
  parseState,
  renderCheckpoint,
  renderState,
  type Checkpoint,
  type SourceState,
} from "./checkpoint";
import type { SeenShard } from "./seen-window";

/** An object that failed for too long, and was left out so that its stream goes on. */
export interface AsideObject {
  readonly key: string;
  readonly eTag: string;
  readonly reason: string;
  readonly since: number;
}

type Item = Partial<Record<string, AttributeValue>>;

/** Requests of one BatchWriteItem. Source: DynamoDB API reference. */
const longestBatch = 25;

/** Starts of the sort keys; the rest is the stream's prefix or the object's key. */
const entries = { state: "state", checkpoint: "checkpoint ", seen: "seen ", aside: "aside " } as const;

/**
 * The checkpoints of one source, in a DynamoDB table with the keys `source` and `entry`. What decides anything is
 * written on condition that nobody else has written since it was read.
 */
export class CheckpointTable {
  constructor(
    private readonly dynamodb: DynamoDBClient,
    private readonly table: string,
    /** Instance, bucket and prefix. */
    private readonly source: string,
  ) {}

  /** Undefined before the first run. @throws CheckpointUnreadable */
  async state(): Promise<SourceState | undefined> {
    const items = await this.query(entries.state);
    const item = items.find(({ entry }) => entry?.S === entries.state);
    return item && parseState(item["content"]?.S, this.place(entries.state));
  }

  /** @throws StreamTaken where another invocation was faster */
  async writeState(state: SourceState): Promise<void> {
    await this.put(entries.state, renderState(state), state.sequence);
  }

  /** Of all streams that were ever worked on. @throws CheckpointUnreadable */
  async checkpoints(): Promise<Checkpoint[]> {
    const items = await this.query(entries.checkpoint);
    return items.map(({ entry, content }) => parseCheckpoint(content?.S, this.place(entry?.S ?? "")));
  }

  /** @throws StreamTaken where the checkpoint's `sequence` is not the next one */
  async writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await this.put(
      entryOf(entries.checkpoint, checkpoint.stream),
      renderCheckpoint(checkpoint),
      checkpoint.sequence,
    );
  }

  async seen(stream: string): Promise<SeenShard[]> {
    // A space cannot be mistaken for the end of the stream's name: the shard's number follows in fixed width.
    const items = await this.query(seenEntry(stream));
    return items
      .filter(({ entry }) => (entry?.S ?? "").length === seenEntry(stream, 0).length)
      .map((item) => ({
        number: Number(item["number"]?.N),
        after: item["after"]?.S,
        until: item["until"]?.S ?? "",
        passedAt: Number(item["passedAt"]?.N),
        hashes: Buffer.from(item["hashes"]?.B ?? []),
      }));
  }

  async writeSeen(stream: string, written: readonly SeenShard[], dropped: readonly number[]): Promise<void> {
    const puts = written.map((shard): WriteRequest => ({
      PutRequest: { Item: this.seenItem(stream, shard) },
    }));
    const deletes = dropped.map((number): WriteRequest => ({
      DeleteRequest: { Key: { source: { S: this.source }, entry: { S: seenEntry(stream, number) } } },
    }));
    await this.writeAll([...puts, ...deletes]);
  }

  async setAside(object: AsideObject): Promise<void> {
    const item = {
      source: { S: this.source },
      entry: { S: entryOf(entries.aside, object.key) },
      content: { S: JSON.stringify(object) },
    };
    await this.writeAll([{ PutRequest: { Item: item } }]);
  }

  private seenItem(stream: string, shard: SeenShard): Record<string, AttributeValue> {
    return {
      source: { S: this.source },
      entry: { S: seenEntry(stream, shard.number) },
      number: { N: String(shard.number) },
      until: { S: shard.until },
      passedAt: { N: String(shard.passedAt) },
      hashes: { B: shard.hashes },
      ...(shard.after === undefined ? {} : { after: { S: shard.after } }),
    };
  }

  private place(entry: string): string {
    return `"${entry}" of "${this.source}" in the table ${this.table}`;
  }

  private async query(entryStart: string): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.call(() =>
        this.dynamodb.send(
          new QueryCommand({
            TableName: this.table,
            ConsistentRead: true,
            KeyConditionExpression: "#source = :source AND begins_with(#entry, :start)",
            ExpressionAttributeNames: { "#source": "source", "#entry": "entry" },
            ExpressionAttributeValues: { ":source": { S: this.source }, ":start": { S: entryStart } },
            ExclusiveStartKey,
          }),
        ),
      );
      items.push(...(page?.Items ?? []));
      ExclusiveStartKey = page?.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }

  private async put(entry: string, content: string, sequence: number): Promise<void> {
    const before = sequence - 1;
    await this.call(
      () =>
        this.dynamodb.send(
          new PutItemCommand({
            TableName: this.table,
            Item: {
              source: { S: this.source },
              entry: { S: entry },
              sequence: { N: String(sequence) },
              content: { S: content },
            },
            ConditionExpression: before === 0 ? "attribute_not_exists(#entry)" : "#sequence = :before",
            ExpressionAttributeNames: before === 0 ? { "#entry": "entry" } : { "#sequence": "sequence" },
            ...(before === 0 ? {} : { ExpressionAttributeValues: { ":before": { N: String(before) } } }),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      content,
    );
  }

  private async writeAll(requests: readonly WriteRequest[]): Promise<void> {
    const backoff = new Backoff({ baseMs: 50, capMs: 2_000 });
    let left = [...requests];
    for (let attempt = 1; left.length > 0; attempt++) {
      const [batch, rest] = [left.slice(0, longestBatch), left.slice(longestBatch)];
      const answer = await this.call(() =>
        this.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [this.table]: batch } })),
      );
      const again = answer?.UnprocessedItems?.[this.table] ?? [];
      left = [...again, ...rest];
      if (again.length === 0) continue;
      if (attempt >= backoff.attempts)
        throw new FetcherError(`the table ${this.table} is throttled; try again later`);
      await sleep(backoff.delayMs(attempt));
    }
  }

  /** @param written content of the item that is written on a condition */
  private async call<Answer>(send: () => Promise<Answer>, written?: string): Promise<Answer | undefined> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        // The SDK asks again where an answer was lost, and then meets its own write.
        if (written !== undefined && error.Item?.["content"]?.S === written) return undefined;
        throw new StreamTaken(`another invocation has written a checkpoint of ${this.source}`);
      }
      const { name } = error as Error;
      throw new FetcherError(
        `the table ${this.table} did not answer as it should (${name}: ${messageOf(error)}); nothing is shipped without it`,
      );
    }
  }
}

export function dynamodbClient(): DynamoDBClient {
  return new DynamoDBClient(shortCalls({ requestTimeoutMs: 5_000, attempts: 5 }));
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
