import { decodeKey, parseEvent } from "../../../../lambdas/s3-hook/events";
import { compareBytes } from "../../../../lambdas/reading/key-order";
import { compareEvents } from "../../../../lambdas/s3-hook/order";
import {
  eventBridgeEvent,
  folderMarkerEvent,
  removalEvent,
  s3Event,
  s3TestEvent,
  snsEnvelope,
  snsEvent,
  sqsEvent,
  sqsMessage,
} from "../../../support/events";

const key = "a folder/ü+=&%.log";
const object = { bucket: "b", key, etag: "abc", versionId: "v1", sequencer: "00AB", region: "eu-west-1" };
const reference = { bucket: "b", key, region: "eu-west-1", versionId: "v1", eTag: "abc" };

describe("the objects of an event", () => {
  const s3 = s3Event(object);
  const bridge = eventBridgeEvent(object);
  it.each([
    ["an S3 notification", s3],
    ["an S3 notification in SQS", sqsEvent(s3)],
    ["an S3 notification in SNS", snsEvent(s3)],
    ["an S3 notification in SNS in SQS", sqsEvent(snsEnvelope(s3))],
    ["an EventBridge event", bridge],
    ["an EventBridge event in SQS", sqsEvent(bridge)],
  ])("are found in %s", (_, event) => {
    const { messages } = parseEvent(event);
    expect(messages.flatMap(({ objects }) => objects)).toMatchObject([
      { object: reference, sequencer: "00AB" },
    ]);
    expect(messages.flatMap(({ skipped }) => skipped)).toEqual([]);
  });

  it("are all of an event with several records", () => {
    const event = sqsEvent(
      s3Event({ ...object, key: "1" }, { ...object, key: "2" }),
      s3Event({ ...object, key: "3" }),
    );
    const keys = parseEvent(event).messages.map(({ objects }) => objects.map((found) => found.object.key));
    expect(keys).toEqual([["1", "2"], ["3"]]);
  });

  it.each([
    ["test event", s3TestEvent("b")],
    ["not a creation", removalEvent(object)],
    ["not a creation", eventBridgeEvent(object, "Object Deleted")],
    ["folder marker", folderMarkerEvent("b", "folder")],
    ["empty object", s3Event({ ...object, size: 0 })],
  ])("leave out what is no log, with its reason: %s", (reason, event) => {
    for (const wrapped of [event, sqsEvent(event), sqsEvent(snsEnvelope(event))]) {
      const [message] = parseEvent(wrapped).messages;
      expect(message).toMatchObject({ objects: [], skipped: [{ reason }] });
      expect(message.error).toBeUndefined();
    }
  });

  it("are none where there are no records", () => {
    expect(parseEvent({ Records: [] }).messages).toMatchObject([{ objects: [], skipped: [] }]);
  });

  it.each([
    ["no JSON", "{"],
    ["no JSON object", "[]"],
    ["an event of something else", { source: "aws.ec2", "detail-type": "x", detail: {} }],
    ["an unknown shape", { hello: 1 }],
    ["a record of something else", { Records: [{ eventSource: "aws:kinesis" }] }],
    [
      "a record without a key",
      { Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: "b" }, object: {} } }] },
    ],
    ["SNS without JSON", { Type: "Notification", Message: "hello" }],
    ["a damaged continuation", { version: 1, bucket: "b", key: "k" }],
    // A deployment may be under way.
    ["a continuation of a later version", { version: 2, bucket: "b", key: "k" }, "DeliveryError"],
  ])("fail only the message that holds %s", (_, body, name = "MessageUnreadable") => {
    const { messages } = parseEvent(
      sqsEvent(sqsMessage(body, { messageId: "bad" }), sqsMessage(s3, { messageId: "good" })),
    );
    expect(messages).toMatchObject([
      { messageId: "bad", objects: [], error: { name } },
      { messageId: "good", objects: [{}] },
    ]);
  });

  it("keep the raw key where its escapes are damaged", () => {
    expect(decodeKey("a%zz+b")).toBe("a%zz+b");
    expect(decodeKey("a%2Bb+c%2Fd")).toBe("a+b c/d");
  });
});

describe("the order of a batch", () => {
  it("goes by the bytes of bucket and key", () => {
    // UTF-16 puts the surrogates of U+10000 before U+FF5E; UTF-8, as S3 lists, behind it.
    expect(["\u{10000}", "\uff5e", "a", "Z", "a/", "a-"].sort(compareBytes)).toEqual([
      "Z",
      "a",
      "a-",
      "a/",
      "\uff5e",
      "\u{10000}",
    ]);
  });

  it("goes by the sequencer for one key, the shorter one padded behind", () => {
    const event = (sequencer: string) => ({ object: { bucket: "b", key: "k", region: "r" }, sequencer });
    const sorted = ["00AC", "00AB1", "00ab", "00AB0000000001"].map(event).sort(compareEvents);
    expect(sorted.map(({ sequencer }) => sequencer)).toEqual(["00ab", "00AB0000000001", "00AB1", "00AC"]);
  });
});
