import { eventBridgeEvent, notificationKey, s3Event, snsEnvelope, sqsEvent } from "../../support/events";

test("encodes keys as S3 notifications do, and not at all for EventBridge", () => {
  expect(notificationKey("a b/c+d/ü=1/100%.log")).toBe("a+b/c%2Bd/%C3%BC%3D1/100%25.log");
  expect(eventBridgeEvent({ bucket: "logs", key: "a b/ü" })).toMatchObject({
    detail: { object: { key: "a b/ü" } },
  });
});

test("nests events as queues deliver them", () => {
  const inner = s3Event({ bucket: "logs", key: "k" });
  const batch = sqsEvent(snsEnvelope(inner), inner, "not json");
  const bodies = batch.Records.map((record) => record.body);
  expect(JSON.parse((JSON.parse(bodies[0]) as { Message: string }).Message)).toEqual(inner);
  expect(JSON.parse(bodies[1])).toEqual(inner);
  expect(bodies[2]).toBe("not json");
  expect(new Set(batch.Records.map((record) => record.messageId)).size).toBe(3);
});
