import type { ObjectReference } from "../reading/object-reference";
import { DeliveryError, messageOf } from "../runtime/errors";
import { isContinuation, parseContinuation, type Continuation } from "./continuation";
import { MessageUnreadable } from "./errors";

/** An object that an event asks to ship. */
export interface ObjectEvent {
  readonly object: ObjectReference;
  /** Orders the events of one key; hexadecimal. */
  readonly sequencer: string;
  /** What an earlier run left, where the event is a continuation. */
  readonly continuation?: Continuation;
}

/** Why a record of an event is not shipped, though nothing is wrong. */
export type SkipReason = "test event" | "not a creation" | "folder marker" | "empty object";

/** What SQS says of a message that it handed out. */
export interface Receipt {
  /** Names this receive of the message. */
  readonly handle: string;
  /** How often the message was handed out, this time included. */
  readonly receives: number;
  readonly body: string;
}

/** What one message, or a direct invocation, holds. */
export interface ParsedMessage {
  /** Identifies the message to SQS; absent for a direct invocation. */
  readonly messageId?: string;
  /** Absent for a direct invocation, and for events made by hand. */
  readonly receipt?: Receipt;
  readonly objects: readonly ObjectEvent[];
  readonly skipped: readonly {
    readonly reason: SkipReason;
    readonly bucket?: string;
    readonly key?: string;
  }[];
  /** Why the message cannot be read at all. */
  readonly error?: DeliveryError;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads an event of any kind that S3's notifications arrive in: direct, in SQS, in SNS, in SNS inside SQS, and from
 * EventBridge, direct or in SQS. A message that cannot be read carries its error; the others are not affected.
 */
export function parseEvent(event: unknown): {
  readonly fromQueue: boolean;
  readonly messages: readonly ParsedMessage[];
} {
  const records = isObject(event) && Array.isArray(event["Records"]) ? (event["Records"] as unknown[]) : [];
  const fromQueue =
    records.length > 0 && records.every((record) => isObject(record) && record["eventSource"] === "aws:sqs");
  if (!fromQueue) return { fromQueue, messages: [parseMessage(event, undefined)] };
  return { fromQueue, messages: (records as Json[]).map(parseRecord) };
}

function parseRecord(record: Json): ParsedMessage {
  const messageId = String(record["messageId"]);
  const body = String(record["body"]);
  const { receiptHandle: handle, attributes } = record;
  const receives = isObject(attributes) ? Number(attributes["ApproximateReceiveCount"]) : NaN;
  const receipt =
    typeof handle === "string" && receives >= 1 ? { receipt: { handle, receives, body } } : undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { messageId, ...receipt, objects: [], skipped: [], error: unreadable("it is no JSON") };
  }
  return { ...parseMessage(parsed, messageId), ...receipt };
}

function parseMessage(body: unknown, messageId: string | undefined): ParsedMessage {
  const objects: ObjectEvent[] = [];
  const skipped: { reason: SkipReason; bucket?: string; key?: string }[] = [];
  try {
    for (const item of notificationsIn(body)) {
      if ("skipped" in item) skipped.push({ reason: item.skipped });
      else {
        const { bucket, key } = item.event.object;
        if (item.reason === undefined) objects.push(item.event);
        else skipped.push({ reason: item.reason, bucket, key });
      }
    }
    return { messageId, objects, skipped };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { messageId, objects: [], skipped: [], error };
  }
}

type Notification =
  { readonly skipped: SkipReason } | { readonly event: ObjectEvent; readonly reason?: SkipReason };

function notificationsIn(body: unknown): Notification[] {
  if (!isObject(body)) throw unreadable("it is no JSON object");
  if (isContinuation(body)) {
    const continuation = parseContinuation(body);
    return [{ event: { object: continuation.object, sequencer: "", continuation } }];
  }
  if (body["Event"] === "s3:TestEvent") return [{ skipped: "test event" }];
  if (body["Type"] === "Notification" && typeof body["Message"] === "string")
    return fromText(body["Message"]);
  if (isObject(body["detail"]) && typeof body["detail-type"] === "string")
    return [fromEventBridge(body, body["detail"])];
  if (Array.isArray(body["Records"])) return (body["Records"] as unknown[]).flatMap(fromRecord);
  throw unreadable(
    "it is neither an S3 notification, nor one inside SNS, nor an EventBridge event of S3, nor a continuation",
  );
}

function fromText(message: string): Notification[] {
  let inner: unknown;
  try {
    inner = JSON.parse(message);
  } catch (error) {
    throw unreadable(`its SNS message is no JSON (${messageOf(error)})`);
  }
  return notificationsIn(inner);
}

function fromRecord(record: unknown): Notification[] {
  if (!isObject(record)) throw unreadable("one of its records is no JSON object");
  if (isObject(record["Sns"])) return fromText(String(record["Sns"]["Message"]));
  const s3 = record["s3"];
  if (!isObject(s3) || !isObject(s3["bucket"]) || !isObject(s3["object"])) {
    throw unreadable("one of its records is no S3 notification");
  }
  const { bucket, object } = s3 as { bucket: Json; object: Json };
  const created = /^(s3:)?ObjectCreated:/.test(String(record["eventName"]));
  return [
    notification(created, {
      bucket: bucket["name"],
      // S3 encodes keys as forms do; EventBridge does not.
      key: typeof object["key"] === "string" ? decodeKey(object["key"]) : undefined,
      region: record["awsRegion"],
      size: object["size"],
      eTag: object["eTag"],
      versionId: object["versionId"],
      sequencer: object["sequencer"],
    }),
  ];
}

function fromEventBridge(event: Json, detail: Json): Notification {
  const { bucket, object } = detail;
  if (event["source"] !== "aws.s3" || !isObject(bucket) || !isObject(object)) {
    throw unreadable(`it is an EventBridge event of ${String(event["source"])}, not of S3`);
  }
  return notification(event["detail-type"] === "Object Created", {
    bucket: bucket["name"],
    key: object["key"],
    region: event["region"],
    size: object["size"],
    eTag: object["etag"],
    versionId: object["version-id"],
    sequencer: object["sequencer"],
  });
}

function notification(created: boolean, fields: Json): Notification {
  const { bucket, key, region, size } = fields;
  if (typeof bucket !== "string" || typeof key !== "string" || bucket === "" || key === "") {
    throw unreadable("one of its records names no bucket or no key");
  }
  const object: ObjectReference = {
    bucket,
    key,
    region: text(region) ?? process.env["AWS_REGION"] ?? "us-east-1",
    versionId: text(fields["versionId"]),
    eTag: text(fields["eTag"])?.replaceAll('"', ""),
  };
  const event = { object, sequencer: text(fields["sequencer"]) ?? "" };
  if (!created) return { event, reason: "not a creation" };
  if (size === 0) return { event, reason: key.endsWith("/") ? "folder marker" : "empty object" };
  return { event };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The key as it is; where its escapes are damaged, what was sent is taken to be the key. */
export function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return encoded;
  }
}

function unreadable(reason: string): MessageUnreadable {
  return new MessageUnreadable(`the message cannot be read: ${reason}`);
}
