import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

type Value = Readonly<Record<string, unknown>>;
export type TableItem = Readonly<Record<string, Value>>;

/** How a call goes wrong. */
export interface TableFault {
  /** As `PutItem`; every one where absent. */
  readonly action?: string;
  /** The service's error; without one the connection is cut. */
  readonly code?: string;
  /** What the error's body says beside. */
  readonly extra?: object;
  /** Whether the work is done before the connection is cut. */
  readonly afterWork?: boolean;
  /** How often. @default 1 */
  times?: number;
}

interface Input {
  readonly Item?: TableItem;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;
  readonly Key?: TableItem;
  readonly TransactItems?: readonly { readonly Put?: Input; readonly Delete?: Input }[];
  readonly ClientRequestToken?: string;
}

class TableError extends Error {
  constructor(
    readonly code: string,
    readonly extra: object = {},
  ) {
    super(code);
  }
}

/** One DynamoDB table on loopback, as far as checkpoints need it: conditional puts, queries, transactions. */
export class DynamoDBDouble {
  /** By partition key and sort key. */
  readonly items = new Map<string, TableItem>();
  calls = 0;
  /** Told of each item that was written. */
  onWrite: (item: TableItem) => void = () => undefined;
  private readonly faults: TableFault[] = [];
  private readonly tokens = new Set<string>();
  private readonly server: Server;

  static async start(): Promise<DynamoDBDouble> {
    const double = new DynamoDBDouble();
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** For the client's `endpoint`, or `AWS_ENDPOINT_URL_DYNAMODB`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  fail(fault: TableFault): void {
    this.faults.push({ times: 1, ...fault });
  }

  /** Ends all faults that were asked for. */
  heal(): void {
    this.faults.length = 0;
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    this.calls++;
    const fault = this.faults.find((one) => (one.times ?? 1) > 0 && (one.action ?? action) === action);
    if (fault) fault.times = (fault.times ?? 1) - 1;
    if (fault && fault.afterWork !== true && fault.code === undefined) {
      request.socket.destroy();
      return;
    }
    try {
      if (fault?.code !== undefined) throw new TableError(fault.code, fault.extra);
      const answer = this.work(action, JSON.parse(Buffer.concat(chunks).toString()) as Input);
      if (fault) request.socket.destroy();
      else send(response, 200, answer);
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      const body = { __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.code };
      send(response, error.code === "InternalServerError" ? 500 : 400, { ...body, ...error.extra });
    }
  }

  private work(action: string, input: Input): object {
    if (action === "PutItem") return this.put(input);
    if (action === "Query") return this.query(input);
    if (action === "DeleteItem") return this.delete(input);
    if (action === "TransactWriteItems") return this.transact(input);
    throw new TableError("UnknownOperationException");
  }

  private put(input: Input): object {
    const before = this.items.get(identity(input.Item ?? {}));
    if (!this.holds(input, before)) throw new TableError("ConditionalCheckFailedException", { Item: before });
    this.store(input.Item ?? {});
    return {};
  }

  private delete(input: Input): object {
    const name = identity(input.Key ?? {});
    if (!this.holds(input, this.items.get(name))) throw new TableError("ConditionalCheckFailedException");
    this.items.delete(name);
    return {};
  }

  private holds(
    { ConditionExpression, ExpressionAttributeValues }: Input,
    before: TableItem | undefined,
  ): boolean {
    if (ConditionExpression === undefined) return true;
    const expected = ExpressionAttributeValues?.[":before"]?.N;
    return expected === undefined ? before === undefined : before?.["sequence"]?.["N"] === expected;
  }

  private query({ ExpressionAttributeValues: values = {} }: Input): object {
    const [source, start] = [values[":source"].S ?? "", values[":start"].S ?? ""];
    const found = [...this.items.values()].filter(
      (item) => item["source"]["S"] === source && String(item["entry"]["S"]).startsWith(start),
    );
    return { Items: found, Count: found.length };
  }

  /** All or nothing; with the token of one that was done before, done. */
  private transact({ TransactItems = [], ClientRequestToken = "" }: Input): object {
    if (this.tokens.has(ClientRequestToken)) return {};
    // Source: DynamoDB API reference, "TransactWriteItems".
    if (TransactItems.length > 100) throw new TableError("ValidationException");
    const reasons = TransactItems.map(({ Put, Delete }) => {
      const before = this.items.get(identity(Put?.Item ?? Delete?.Key ?? {}));
      return this.holds(Put ?? Delete ?? {}, before)
        ? { Code: "None" }
        : { Code: "ConditionalCheckFailed", Item: before };
    });
    if (reasons.some(({ Code }) => Code !== "None"))
      throw new TableError("TransactionCanceledException", { CancellationReasons: reasons });
    for (const { Put, Delete } of TransactItems) {
      if (Put) this.store(Put.Item ?? {});
      if (Delete) this.items.delete(identity(Delete.Key ?? {}));
    }
    this.tokens.add(ClientRequestToken);
    return {};
  }

  private store(item: TableItem): void {
    // Source: DynamoDB developer guide, "Quotas": an item holds 400 KB, a sort key 1,024 bytes.
    if (Buffer.byteLength(JSON.stringify(item)) > 400_000) throw new TableError("ValidationException");
    if (Buffer.byteLength(String(item["entry"]["S"])) > 1024) throw new TableError("ValidationException");
    this.items.set(identity(item), item);
    this.onWrite(item);
  }
}

function identity({ source, entry }: TableItem): string {
  return JSON.stringify([source["S"], entry["S"]]);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}
