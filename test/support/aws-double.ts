import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";
import { MoveTasks } from "./move-tasks";

/** How the next call of an action goes wrong. */
export type AwsAnswer =
  /** An error of the service, by its code (`AccessDeniedException`, `RequestThrottled`, …). */
  | { readonly status: number; readonly code: string; readonly message?: string }
  /** For a batch action: the entries at these positions fail, the others go through. */
  | { readonly failEntries: readonly number[]; readonly code?: string; readonly senderFault?: boolean }
  | { readonly delayMs: number }
  | "reset"
  | "hang";

export interface AwsCall {
  /** As `SendMessageBatch`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage["headers"];
}

export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly delaySeconds: number;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** Of the last receive; a new one comes with each. */
  receiptHandle: string;
  receiveCount: number;
  visible: boolean;
  visibilityTimeout: number | undefined;
}

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
}

interface BatchEntry {
  readonly Id: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

type Input = Readonly<Record<string, unknown>> & { readonly QueueUrl: string };

class AwsError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * SQS and Secrets Manager on loopback, as far as the functions call them: AWS JSON 1.0 and 1.1. A received
 * message stays hidden until its visibility is changed; no clock makes it visible again.
 */
export class AwsDouble {
  readonly calls: AwsCall[] = [];
  /** What GetSecretValue returns, by secret ARN or name. */
  readonly secrets = new Map<string, string>();
  readonly moveTasks = new MoveTasks(
    (arn) => this.queue(this.queueUrl(arn)).length,
    (from, to, most) => this.moveMessages(from, to, most),
  );
  private readonly queues = new Map<string, QueuedMessage[]>();
  private readonly scripted = new Map<string, AwsAnswer[]>();
  private readonly server: Server;

  static async start(): Promise<AwsDouble> {
    const double = new AwsDouble();
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** For the clients' `endpoint`, or `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_SECRETS_MANAGER`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  /** The URL of a queue, by its name or ARN; a queue exists as soon as it is used. */
  queueUrl(name: string): string {
    return `${this.url}/123456789012/${name.split(":").at(-1) ?? ""}`;
  }

  /** The messages that are in a queue, received or not, in order of sending. */
  messages(queueUrl: string): readonly QueuedMessage[] {
    return this.queue(queueUrl);
  }

  send(
    queueUrl: string,
    body: string,
    delaySeconds = 0,
    attributes: QueuedMessage["attributes"] = {},
  ): QueuedMessage {
    const message = {
      messageId: randomUUID(),
      body,
      delaySeconds,
      attributes,
      receiptHandle: "",
      receiveCount: 0,
      visible: true,
      visibilityTimeout: undefined,
    };
    this.queue(queueUrl).push(message);
    return message;
  }

  /** Takes all messages out of a queue. */
  clear(queueUrl: string): void {
    this.queue(queueUrl).length = 0;
  }

  /** Forgets the calls, and how the next ones were to go. */
  forget(): void {
    this.calls.length = 0;
    this.scripted.clear();
  }

  /** How many calls of the action are still to go as scripted. */
  scriptedFor(action: string): number {
    return this.scripted.get(action)?.length ?? 0;
  }

  /** The next calls of the action (`SendMessageBatch`, `GetSecretValue`, …) go so, one each. */
  script(action: string, ...answers: AwsAnswer[]): void {
    this.scripted.set(action, [...(this.scripted.get(action) ?? []), ...answers]);
  }

  callsOf(action: string): readonly AwsCall[] {
    return this.calls.filter((call) => call.action === action);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
    const target = request.headers["x-amz-target"];
    const action = (typeof target === "string" ? target : "").split(".")[1] ?? "";
    const input = JSON.parse(text === "" ? "{}" : text) as Input;
    this.calls.push({ action, input, headers: request.headers });
    const answer = this.scripted.get(action)?.shift();
    if (answer === "hang") return;
    if (answer === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    response.setHeader("Content-Type", request.headers["content-type"] ?? "application/x-amz-json-1.0");
    response.setHeader("x-amzn-RequestId", randomUUID());
    try {
      if (answer !== undefined && "status" in answer) {
        throw new AwsError(answer.status, answer.code, answer.message ?? answer.code);
      }
      if (answer !== undefined && "delayMs" in answer) await wait(answer.delayMs);
      const partial = answer !== undefined && "failEntries" in answer ? answer : undefined;
      response.end(JSON.stringify(this.act(action, input, partial)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      response.statusCode = error.status;
      response.end(JSON.stringify({ __type: error.code, message: error.message }));
    }
  }

  private act(action: string, input: Input, partial: PartialFailure | undefined): object {
    switch (action) {
      case "GetSecretValue":
        return this.getSecretValue(input["SecretId"] as string);
      case "GetQueueAttributes": {
        const name = input.QueueUrl.split("/").at(-1) ?? "";
        return {
          Attributes: {
            QueueArn: `arn:aws:sqs:us-east-1:123456789012:${name}`,
            ...this.countsOf(input.QueueUrl),
          },
        };
      }
      case "GetQueueUrl":
        return { QueueUrl: this.queueUrl(input["QueueName"] as string) };
      case "StartMessageMoveTask":
        return this.moveTasks.start(input["SourceArn"] as string, input["DestinationArn"] as string);
      case "ListMessageMoveTasks":
        return this.moveTasks.list(input["SourceArn"] as string);
      case "CancelMessageMoveTask":
        return this.moveTasks.cancel(input["TaskHandle"] as string);
      case "ReceiveMessage":
        return { Messages: this.receive(input) };
      case "SendMessage":
        return this.sendEntry(input.QueueUrl, input as unknown as BatchEntry);
      case "SendMessageBatch":
        return inBatch(input, partial, (entry) => this.sendEntry(input.QueueUrl, entry));
      case "DeleteMessage":
        return this.deleteEntry(input.QueueUrl, input as unknown as BatchEntry);
      case "DeleteMessageBatch":
        return inBatch(input, partial, (entry) => this.deleteEntry(input.QueueUrl, entry));
      case "ChangeMessageVisibility":
        return this.changeEntry(input.QueueUrl, input as unknown as BatchEntry);
      case "ChangeMessageVisibilityBatch":
        return inBatch(input, partial, (entry) => this.changeEntry(input.QueueUrl, entry));
      default:
        throw new AwsError(400, "UnknownOperationException", `the double does not know ${action}`);
    }
  }

  private getSecretValue(id: string): object {
    const value = this.secrets.get(id);
    if (value === undefined) {
      const message = "Secrets Manager can't find the specified secret.";
      throw new AwsError(400, "ResourceNotFoundException", message);
    }
    return { ARN: id, Name: id, SecretString: value, VersionStages: ["AWSCURRENT"] };
  }

  private countsOf(queueUrl: string): Record<string, string> {
    const messages = this.queue(queueUrl);
    const visible = messages.filter((message) => message.visible).length;
    return {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(messages.length - visible),
      ApproximateNumberOfMessagesDelayed: "0",
    };
  }

  private receive(input: Input): object[] {
    const limit = (input["MaxNumberOfMessages"] as number | undefined) ?? 1;
    const messages = this.queue(input.QueueUrl).filter((message) => message.visible);
    return messages.slice(0, limit).map((message) => {
      message.visible = false;
      message.receiveCount += 1;
      message.receiptHandle = randomUUID();
      return {
        MessageId: message.messageId,
        ReceiptHandle: message.receiptHandle,
        Body: message.body,
        MD5OfBody: md5(message.body),
        MessageAttributes: message.attributes,
        Attributes: {
          ApproximateReceiveCount: String(message.receiveCount),
          SentTimestamp: "1767607200000",
          SenderId: "123456789012",
          ApproximateFirstReceiveTimestamp: "1767607201000",
        },
      };
    });
  }

  private moveMessages(from: string, to: string, most: number): number {
    const moved = this.queue(this.queueUrl(from)).splice(0, most);
    for (const { body, attributes } of moved) this.send(this.queueUrl(to), body, 0, attributes);
    return moved.length;
  }

  private sendEntry(queueUrl: string, entry: BatchEntry): object {
    const body = entry.MessageBody ?? "";
    const message = this.send(queueUrl, body, entry.DelaySeconds, entry.MessageAttributes);
    return { MessageId: message.messageId, MD5OfMessageBody: md5(body) };
  }

  private deleteEntry(queueUrl: string, entry: BatchEntry): object {
    const queue = this.queue(queueUrl);
    const at = queue.findIndex((message) => message.receiptHandle === entry.ReceiptHandle);
    if (at !== -1) queue.splice(at, 1);
    return {};
  }

  private changeEntry(queueUrl: string, entry: BatchEntry): object {
    const message = this.queue(queueUrl).find((queued) => queued.receiptHandle === entry.ReceiptHandle);
    if (message === undefined) {
      throw new AwsError(400, "ReceiptHandleIsInvalid", "The specified receipt handle isn't valid.");
    }
    message.visibilityTimeout = entry.VisibilityTimeout;
    if (entry.VisibilityTimeout === 0) message.visible = true;
    return {};
  }

  private queue(url: string): QueuedMessage[] {
    const known = this.queues.get(url);
    if (known !== undefined) return known;
    const created: QueuedMessage[] = [];
    this.queues.set(url, created);
    return created;
  }
}

type PartialFailure = Extract<AwsAnswer, { failEntries: readonly number[] }>;

function inBatch(
  input: Input,
  partial: PartialFailure | undefined,
  act: (entry: BatchEntry) => object,
): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const [index, entry] of (input["Entries"] as BatchEntry[]).entries()) {
    if (partial?.failEntries.includes(index) === true) {
      const { code = "InternalError", senderFault = false } = partial;
      Failed.push({ Id: entry.Id, Code: code, SenderFault: senderFault, Message: code });
    } else {
      try {
        Successful.push({ Id: entry.Id, ...act(entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id: entry.Id, Code: error.code, SenderFault: true, Message: error.message });
      }
    }
  }
  return { Successful, Failed };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
