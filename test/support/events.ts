import { createHash, randomUUID } from "node:crypto";

/** The object that an event is about; the key as it is, encoded nowhere. */
export interface EventObject {
  readonly bucket: string;
  readonly key: string;
  /** @default 1024 */
  readonly size?: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** @default "0055AED6DCD90281E5" */
  readonly sequencer?: string;
  /** @default "us-east-1" */
  readonly region?: string;
}

export interface S3Event {
  readonly Records: readonly object[];
}

const account = "123456789012";
const eventTime = "2026-01-05T10:00:00.000Z";

/** A key as S3 writes it into its notifications: form encoding (space as `+`), `/` left alone. */
export function notificationKey(key: string): string {
  return key.split("/").map(formEncode).join("/");
}

function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** One record of an S3 notification. */
export function s3Record(object: EventObject, eventName = "ObjectCreated:Put"): object {
  const { bucket, key, size = 1024, etag, versionId, sequencer = "0055AED6DCD90281E5" } = object;
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: object.region ?? "us-east-1",
    eventTime,
    eventName,
    userIdentity: { principalId: "AWS:AROAEXAMPLE:writer" },
    requestParameters: { sourceIPAddress: "203.0.113.7" },
    responseElements: { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "local" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "logs",
      bucket: { name: bucket, ownerIdentity: { principalId: "A3NL1KOZZKExample" }, arn: bucketArn(bucket) },
      object: { key: notificationKey(key), size, eTag: etag, versionId, sequencer },
    },
  };
}

/** An S3 notification, as a function gets it directly. */
export function s3Event(...objects: readonly EventObject[]): S3Event {
  return { Records: objects.map((object) => s3Record(object)) };
}

/** A removal: never to be shipped. */
export function removalEvent(object: EventObject): S3Event {
  return { Records: [s3Record(object, "ObjectRemoved:Delete")] };
}

/** The empty object that the console writes for a folder. */
export function folderMarkerEvent(bucket: string, folder: string): S3Event {
  return s3Event({ bucket, key: folder.endsWith("/") ? folder : `${folder}/`, size: 0 });
}

/** What S3 sends to a queue or topic when a notification is configured. */
export function s3TestEvent(bucket: string): object {
  return {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: eventTime,
    Bucket: bucket,
    RequestId: "5582815E1AEA5ADF",
    HostId: "local",
  };
}

/** An "Object Created" event of EventBridge, as a function gets it directly; its key is not encoded. */
export function eventBridgeEvent(object: EventObject, detailType = "Object Created"): object {
  const { bucket, key, size = 1024, etag, versionId, sequencer = "0055AED6DCD90281E5" } = object;
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source: "aws.s3",
    account,
    time: eventTime,
    region: object.region ?? "us-east-1",
    resources: [bucketArn(bucket)],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag, "version-id": versionId, sequencer },
      "request-id": "C3D13FE58DE4C810",
      requester: account,
      "source-ip-address": "203.0.113.7",
      reason: "PutObject",
    },
  };
}

/** SNS's envelope around a message, as a subscribed queue gets it without raw delivery. */
export function snsEnvelope(message: object): object {
  return {
    Type: "Notification",
    MessageId: randomUUID(),
    TopicArn: `arn:aws:sns:us-east-1:${account}:bucket-events`,
    Subject: "Amazon S3 Notification",
    Message: JSON.stringify(message),
    Timestamp: eventTime,
    SignatureVersion: "1",
    Signature: "local",
    SigningCertURL: "https://sns.us-east-1.amazonaws.com/local.pem",
    UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
  };
}

/** An SNS notification, as a function gets it directly. */
export function snsEvent(...messages: readonly object[]): object {
  return {
    Records: messages.map((message) => ({
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: `arn:aws:sns:us-east-1:${account}:bucket-events:local`,
      Sns: snsEnvelope(message),
    })),
  };
}

export interface SqsMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
}

/** A queue message that holds an event of any kind, or text as it is. */
export function sqsMessage(body: object | string, options: Partial<SqsMessage> = {}): SqsMessage {
  return {
    messageId: options.messageId ?? randomUUID(),
    body: options.body ?? (typeof body === "string" ? body : JSON.stringify(body)),
    receiveCount: options.receiveCount ?? 1,
  };
}

/** A batch as Lambda's event source mapping hands it over; a bare body becomes a message with a new id. */
export function sqsEvent(...messages: readonly (SqsMessage | S3Event | object | string)[]): {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
} {
  return {
    Records: messages.map((given) => {
      const { messageId, body, receiveCount } = isSqsMessage(given) ? given : sqsMessage(given);
      return {
        messageId,
        receiptHandle: `handle-${messageId}`,
        body,
        attributes: {
          ApproximateReceiveCount: String(receiveCount),
          SentTimestamp: "1767607200000",
          SenderId: account,
          ApproximateFirstReceiveTimestamp: "1767607201000",
        },
        messageAttributes: {},
        md5OfBody: createHash("md5").update(body).digest("hex"),
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:us-east-1:${account}:s3-hook`,
        awsRegion: "us-east-1",
      };
    }),
  };
}

function isSqsMessage(given: object | string): given is SqsMessage {
  return typeof given === "object" && "messageId" in given && "body" in given && "receiveCount" in given;
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
