import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  DeleteItemCommand,
  type AttributeValue,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { setTimeout as sleep } from "node:timers/promises";
import { shortCalls } from "../../runtime/aws-clients";
import { Backoff } from "../../runtime/backoff";
import { messageOf } from "../../runtime/errors";
import { FetcherError, StreamTaken } from "../errors";

export type Item = Partial<Record<string, AttributeValue>>;

/** An item that is written on condition that its `sequence` is the one that was read. */
export interface SequencedItem {
  readonly entry: string;
  readonly content: string;
  /** One more than that of the item it takes the place of; 1 where there must be none. */
  readonly sequence: number;
}

/** An item beside it, written or deleted in the same transaction. */
export type Companion =
  | { readonly entry: string; readonly attributes: Readonly<Record<string, AttributeValue>> }
  | { readonly deleted: string };

/** Actions of one transaction. Source: DynamoDB API reference, "TransactWriteItems". */
export const longestTransaction = 100;
const attempts = 5;
/** Reasons of a cancelled transaction that pass. */
const throttled = new Set(["ThrottlingError", "ProvisionedThroughputExceeded"]);

export function dynamodbClient(): DynamoDBClient {
  return new DynamoDBClient(shortCalls({ requestTimeoutMs: 5_000, attempts }));
}

/** Calls of one table, for one partition key. Needs dynamodb:Query, PutItem and DeleteItem on it. */
export class TableCalls {
  private readonly backoff = new Backoff({ attempts, baseMs: 50, capMs: 1_000 });

  constructor(
    private readonly dynamodb: DynamoDBClient,
    readonly table: string,
    readonly source: string,
  ) {}

  /** The items whose sort key starts so. @throws FetcherError */
  async query(entryStart: string): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const query = new QueryCommand({
        TableName: this.table,
        ConsistentRead: true,
        KeyConditionExpression: "#source = :source AND begins_with(#entry, :start)",
        ExpressionAttributeNames: { "#source": "source", "#entry": "entry" },
        ExpressionAttributeValues: { ":source": { S: this.source }, ":start": { S: entryStart } },
        ExclusiveStartKey,
      });
      const page = await this.call(() => this.dynamodb.send(query));
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }

  /** @throws FetcherError */
  async put(entry: string, attributes: Readonly<Record<string, AttributeValue>>): Promise<void> {
    await this.call(() =>
      this.dynamodb.send(
        new PutItemCommand({ TableName: this.table, Item: { ...this.key(entry), ...attributes } }),
      ),
    );
  }

  /** @param sequence that the item must have; undefined deletes it as it is. @throws FetcherError, StreamTaken */
  async delete(entry: string, sequence?: number): Promise<void> {
    const condition = sequence === undefined ? {} : sequenceIs(sequence);
    await this.call(() =>
      this.dynamodb.send(
        new DeleteItemCommand({ TableName: this.table, Key: this.key(entry), ...condition }),
      ),
    );
  }

  /** Writes the item, and the others with it, or nothing. @throws FetcherError, StreamTaken */
  async write(item: SequencedItem, companions: readonly Companion[] = []): Promise<void> {
    const put = {
      TableName: this.table,
      Item: {
        ...this.key(item.entry),
        sequence: { N: String(item.sequence) },
        content: { S: item.content },
      },
      ...sequenceIs(item.sequence - 1),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    const command =
      companions.length === 0
        ? new PutItemCommand(put)
        : new TransactWriteItemsCommand({
            TransactItems: [{ Put: put }, ...companions.map((one) => this.companion(one))],
          });
    await this.call(
      // Two classes with two overloads; either answer is of no interest.
      () => this.dynamodb.send(command as PutItemCommand),
      item.content,
    );
  }

  private companion(one: Companion): TransactWriteItem {
    if ("deleted" in one) return { Delete: { TableName: this.table, Key: this.key(one.deleted) } };
    return { Put: { TableName: this.table, Item: { ...this.key(one.entry), ...one.attributes } } };
  }

  private key(entry: string): { source: AttributeValue; entry: AttributeValue } {
    return { source: { S: this.source }, entry: { S: entry } };
  }

  /** @param written content of the item that is written on a condition */
  private async call<Answer>(send: () => Promise<Answer>): Promise<Answer>;
  private async call<Answer>(send: () => Promise<Answer>, written?: string): Promise<Answer | undefined>;
  private async call<Answer>(send: () => Promise<Answer>, written?: string): Promise<Answer | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (isThrottled(error) && attempt < attempts) {
          await sleep(this.backoff.delayMs(attempt));
          continue;
        }
        const refusal = refusalOf(error);
        // The SDK asks again where an answer was lost, and then meets its own write.
        if (refusal !== undefined && written !== undefined && refusal.found === written) return undefined;
        throw refusal === undefined ? this.unusable(error) : this.taken();
      }
    }
  }

  private taken(): StreamTaken {
    return new StreamTaken(`another invocation has written a checkpoint of ${this.source}`);
  }

  private unusable(error: unknown): FetcherError {
    const { name = "error", $metadata } = error as {
      name?: string;
      $metadata?: { httpStatusCode?: number };
    };
    const advice =
      name === "AccessDeniedException"
        ? "; allow the function dynamodb:Query, dynamodb:PutItem and dynamodb:DeleteItem on it"
        : name === "ResourceNotFoundException"
          ? "; CHECKPOINT_TABLE names no table of this account and region"
          : "";
    const status = $metadata?.httpStatusCode === undefined ? "" : `, status ${$metadata.httpStatusCode}`;
    return new FetcherError(
      `the table ${this.table} did not answer as it should (${name}: ${messageOf(error)}${status})${advice}; nothing is shipped without it`,
    );
  }
}

function sequenceIs(sequence: number): {
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
} {
  if (sequence === 0) {
    return {
      ConditionExpression: "attribute_not_exists(#entry)",
      ExpressionAttributeNames: { "#entry": "entry" },
    };
  }
  return {
    ConditionExpression: "#sequence = :before",
    ExpressionAttributeNames: { "#sequence": "sequence" },
    ExpressionAttributeValues: { ":before": { N: String(sequence) } },
  };
}

/** Where somebody else has written the item, or is at it: what it holds, as far as that is said. */
function refusalOf(error: unknown): { readonly found: string | undefined } | undefined {
  if (error instanceof ConditionalCheckFailedException) return { found: error.Item?.["content"]?.S };
  if (error instanceof TransactionConflictException) return { found: undefined };
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const reason = (error.CancellationReasons ?? []).find(
    ({ Code }) => Code === "ConditionalCheckFailed" || Code === "TransactionConflict",
  );
  return reason && { found: reason.Item?.["content"]?.S };
}

/** The SDK tries throttled calls again by itself, but not transactions that were cancelled for it. */
function isThrottled(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code !== undefined && throttled.has(Code))
  );
}
