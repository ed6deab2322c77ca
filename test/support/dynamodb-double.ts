import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Value = Readonly<Record<string, unknown>>;
export type TableItem = Readonly<Record<string, Value>>;

/** How a call goes wrong. */
export interface TableFault {
  /** As `PutItem`; every one where absent. */
  readonly action?: string;
  /** The service's error; without one the connection is cut. */
  readonly code?: string;
  /** Whether the work is done before the connection is cut. */
  readonly afterWork?: boolean;
  /** How often. @default 1 */
  times?: number;
}

interface Input {
  readonly Item?: TableItem;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: TableItem };
  readonly DeleteRequest?: { readonly Key: TableItem };
}

class TableError extends Error {
  constructor(
    readonly code: string,
    readonly item?: TableItem,
  ) {
    super(code);
  }
}

/** One DynamoDB table on loopback, as far as checkpoints need it: conditional puts, queries, batches. */
export class DynamoDBDouble {
  /** By partition key and sort key. */
  readonly items = new Map<string, TableItem>();
  calls = 0;
  /** Before each call; may throw to end the test's function as a crash would. */
  beforeCall: (action: string) => void = () => undefined;
  private readonly faults: TableFault[] = [];
  private readonly server: Server;

  static async start(): Promise<DynamoDBDouble> {
    const double = new DynamoDBDouble();
    await new Promise<void>((done) => double.server.listen(0, "127.0.0.1", done));
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** For the client's `endpoint`, or `AWS_ENDPOINT_URL_DYNAMODB`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  fail(fault: TableFault): void {
    this.faults.push({ times: 1, ...fault });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    this.calls++;
    this.beforeCall(action);
    const fault = this.faults.find((one) => (one.times ?? 1) > 0 && (one.action ?? action) === action);
    if (fault) fault.times = (fault.times ?? 1) - 1;
    if (fault && fault.afterWork !== true && fault.code === undefined) {
      request.socket.destroy();
      return;
    }
    try {
      if (fault?.code !== undefined) throw new TableError(fault.code);
      const answer = this.work(action, JSON.parse(Buffer.concat(chunks).toString()) as Input);
      if (fault) request.socket.destroy();
      else send(response, 200, answer);
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      const body = { __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.code };
      send(response, error.code === "InternalServerError" ? 500 : 400, { ...body, Item: error.item });
    }
  }

  private work(action: string, input: Input): object {
    if (action === "PutItem") return this.put(input);
    if (action === "Query") return this.query(input);
    if (action === "BatchWriteItem") return this.batch(input);
    throw new TableError("UnknownOperationException");
  }

  private put({ Item = {}, ConditionExpression, ExpressionAttributeValues }: Input): object {
    const before = this.items.get(identity(Item));
    const expected = ExpressionAttributeValues?.[":before"]?.N;
    const holds =
      ConditionExpression === undefined ||
      (expected === undefined ? before === undefined : before?.["sequence"]?.["N"] === expected);
    if (!holds) throw new TableError("ConditionalCheckFailedException", before);
    this.store(Item);
    return {};
  }

  private query({ ExpressionAttributeValues: values = {} }: Input): object {
    const [source, start] = [values[":source"].S ?? "", values[":start"].S ?? ""];
    const found = [...this.items.values()].filter(
      (item) => item["source"]["S"] === source && String(item["entry"]["S"]).startsWith(start),
    );
    return { Items: found, Count: found.length };
  }

  private batch({ RequestItems = {} }: Input): object {
    for (const { PutRequest, DeleteRequest } of Object.values(RequestItems).flat()) {
      if (PutRequest) this.store(PutRequest.Item);
      if (DeleteRequest) this.items.delete(identity(DeleteRequest.Key));
    }
    return { UnprocessedItems: {} };
  }

  private store(item: TableItem): void {
    // Source: DynamoDB developer guide, "Quotas": an item holds 400 KB, a sort key 1,024 bytes.
    if (Buffer.byteLength(JSON.stringify(item)) > 400_000) throw new TableError("ValidationException");
    if (Buffer.byteLength(String(item["entry"]["S"])) > 1024) throw new TableError("ValidationException");
    this.items.set(identity(item), item);
  }
}

function identity(item: TableItem): string {
  return JSON.stringify([item["source"]["S"], item["entry"]["S"]]);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}
