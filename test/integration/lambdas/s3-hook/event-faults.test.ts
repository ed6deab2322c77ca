import { fault } from "../../../support/fault";
import {
  eventBridgeEvent,
  removalEvent,
  s3Event,
  s3Record,
  s3TestEvent,
  snsEnvelope,
  snsEvent,
  sqsEvent,
  sqsMessage,
} from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

const done = { batchItemFailures: [] };
const recordId = [{ bucket, type: "t", recordId: true }];

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
});
afterEach(() => bench.stop());

const skipped = (): unknown[] => bench.logged("object skipped").map(({ reason }) => reason);
fault(
  1,
  "s3:TestEvent, in SQS, in SNS in SQS, in SNS, or direct",
  "skipped, and counted; the message is done",
  async () => {
    const test = s3TestEvent(bucket);

    expect(await bench.run(sqsEvent(test, snsEnvelope(test)))).toEqual(done);
    await bench.run(snsEvent(test), { warm: true });
    await bench.run(test, { warm: true });

    expect(skipped()).toEqual(Array.from({ length: 4 }, () => "test event"));
    expect(bench.measured("ObjectsSkipped")).toBe(4);
    expect(bench.log.filter(({ level }) => level !== "info" && level !== "debug")).toEqual([]);
    expect([bench.s3.requests, bench.listener.requests]).toEqual([[], []]);
  },
);

fault(
  2,
  "S3 tells twice of an object, in one batch",
  "shipped once, and both messages are done",
  async () => {
    bench.s3.put(bucket, "a.log", "one\ntwo\n");
    const event = s3Event({ bucket, key: "a.log" });

    expect(await bench.run(sqsEvent(event, event))).toEqual(done);

    expect(bench.messages).toEqual(["one", "two"]);
    expect(bench.measured("Objects")).toBe(1);
  },
);

fault(
  2,
  "S3 tells twice of an object, in two batches",
  "shipped twice, each record with the same record_id and to the byte the same",
  async () => {
    bench.s3.put(bucket, "a.log", "one\ntwo\n");
    const event = sqsEvent(s3Event({ bucket, key: "a.log" }));

    for (const warm of [false, true])
      expect(await bench.run(event, { warm, sources: recordId })).toEqual(done);

    const [one, two, ...again] = bench.listener.documents;
    expect(again).toEqual([one, two]);
    expect(new Set(bench.documents.map(({ record_id: id }) => id)).size).toBe(2);
  },
);

fault(
  3,
  "the events of a key come out of order, in a bucket with versions",
  "each version is shipped, in one batch by their sequencers",
  async () => {
    bench.s3.put(bucket, "k", "old", { versionId: "v1" });
    bench.s3.put(bucket, "k", "new", { versionId: "v2" });
    const [older, newer] = [
      s3Event({ bucket, key: "k", versionId: "v1", sequencer: "0A" }),
      s3Event({ bucket, key: "k", versionId: "v2", sequencer: "0A1" }),
    ];

    expect(await bench.run(sqsEvent(newer, older))).toEqual(done);
    expect(bench.messages).toEqual(["old", "new"]);

    expect(await bench.run(sqsEvent(newer))).toEqual(done);
    expect(await bench.run(sqsEvent(older))).toEqual(done);
    expect(bench.messages.slice(2)).toEqual(["new", "old"]);
  },
);

fault(
  3,
  "the events of a key come out of order, in a bucket without versions",
  "the newer one is shipped; the older one is skipped with a warning, and counted",
  async () => {
    const older = bench.s3.put(bucket, "k", "old");
    const newer = bench.s3.put(bucket, "k", "new");

    for (const etag of [newer, older])
      expect(await bench.run(sqsEvent(s3Event({ bucket, key: "k", etag })))).toEqual(done);

    expect(bench.messages).toEqual(["new"]);
    expect(bench.measured("ObjectsSkipped")).toBe(1);
    expect(bench.logged("object skipped: it is gone or was overwritten since the event")).toMatchObject([
      { level: "warn", key: "k" },
    ]);
  },
);

fault(
  4,
  "one of several objects of a message fails",
  "it goes on as a message of its own; what was shipped is not sent again",
  async () => {
    for (const key of ["a", "b", "c"]) bench.s3.put(bucket, key, key);
    bench.s3.script("b", { status: 403, code: "AccessDenied" });
    const objects = ["a", "b", "c"].map((key) => ({ bucket, key }));

    expect(await bench.run(sqsEvent(s3Event(...objects)))).toEqual(done);
    const left = bench.aws.messages(bench.queueUrl).map(({ body }) => body);
    expect(left.map((body) => (JSON.parse(body) as { key: string }).key)).toEqual(["b"]);
    expect(await bench.run(sqsEvent(...left))).toEqual(done);

    expect(bench.messages).toEqual(["a", "c", "b"]);
    expect(bench.measured("ObjectsFailed")).toBe(1);
  },
);

fault(
  4,
  "one of several objects of a message fails, and the queue does not take what is left",
  "the whole message comes back: its others may come twice",
  async () => {
    for (const key of ["a", "b"]) bench.s3.put(bucket, key, key);
    bench.s3.script("b", { status: 403, code: "AccessDenied" });
    bench.aws.script("SendMessageBatch", { status: 403, code: "AccessDenied" });
    const message = sqsMessage(s3Event({ bucket, key: "a" }, { bucket, key: "b" }), { messageId: "m1" });

    expect(await bench.run(sqsEvent(message))).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(bench.logged("object not handed over")).toMatchObject([{ level: "error", key: "b" }]);
    expect(await bench.run(sqsEvent(message))).toEqual(done);

    expect(bench.messages).toEqual(["a", "a", "b"]);
  },
);

fault(
  5,
  "an event of a removal, a restore, or of a name that nobody knows",
  "skipped, and counted",
  async () => {
    const object = { bucket, key: "a.log" };
    const names = ["ObjectRestore:Completed", "LifecycleExpiration:Delete", "SomethingNew:Put"];
    const events = [
      removalEvent(object),
      ...names.map((name) => ({ Records: [s3Record(object, name)] })),
      eventBridgeEvent(object, "Object Deleted"),
    ];

    expect(await bench.run(sqsEvent(...events))).toEqual(done);

    expect(skipped()).toEqual(events.map(() => "not a creation"));
    expect(bench.measured("ObjectsSkipped")).toBe(5);
    expect(bench.s3.requests).toEqual([]);
  },
);

fault(
  6,
  "an event of EventBridge, whose key is not encoded, direct or in SQS",
  "the object of just that key is shipped",
  async () => {
    const keys = ["a+b c%20d.log", "100%.log"];
    for (const key of keys) bench.s3.put(bucket, key, key);

    await bench.run(eventBridgeEvent({ bucket, key: keys[0] }));
    expect(await bench.run(sqsEvent(eventBridgeEvent({ bucket, key: keys[1] })))).toEqual(done);

    expect(bench.messages).toEqual(keys);
  },
);

fault(
  7,
  "a key with +, spaces, %, letters beyond ASCII, =, a slash at its end, of 1,024 bytes, or with a bad escape",
  "decoded as S3 encodes, a bad escape taken as it is, and shipped",
  async () => {
    const keys = [
      "a+b",
      "a b  c",
      "100%",
      "%41",
      "ü/日本/\u{1f600}",
      "year=2026/day=1",
      "folder/with-content/",
      "a".repeat(1024),
      "'!()*~&?#",
    ];
    for (const key of keys) bench.s3.put(bucket, key, key);
    bench.s3.put(bucket, "bad%zz", "bad");
    const raw = JSON.stringify(s3Event({ bucket, key: "KEY" })).replace("KEY", "bad%zz");

    expect(await bench.run(sqsEvent(...keys.map((key) => s3Event({ bucket, key })), raw))).toEqual(done);

    expect(bench.documents.map(({ s3_object_key: key }) => key).sort()).toEqual(
      [...keys, "bad%zz"].map((key) => `${bucket}/${key}`).sort(),
    );
    expect(bench.measured("Objects")).toBe(keys.length + 1);
  },
);

fault(
  8,
  "a message that is no JSON, or no event, or one with a record of something else",
  "in the dead-letter queue at once, unchanged and with its reason; the others are shipped",
  async () => {
    bench.s3.put(bucket, "a.log", "one");
    const bodies = ["{", "[]", '{"hello":1}', '{"Records":[{"eventSource":"aws:kinesis"}]}'];
    const good = s3Event({ bucket, key: "a.log" });

    expect(await bench.run(sqsEvent(...bodies, good))).toEqual(done);

    expect(
      bench.aws
        .messages(bench.deadLetterQueueUrl)
        .map(({ body }) => body)
        .sort(),
    ).toEqual([...bodies].sort());
    for (const reason of bench.reasons) expect(reason).toMatch(/^the message cannot be read: /);
    expect(bench.logged("message failed")).toHaveLength(4);
    expect(bench.messages).toEqual(["one"]);
  },
);

fault(
  8,
  "a message that is no event, and a dead-letter queue that cannot be reached",
  "the message fails, and comes back",
  async () => {
    bench.aws.script("SendMessageBatch", { status: 403, code: "AccessDenied" });

    const response = await bench.run(sqsEvent(sqsMessage("{", { messageId: "m1" })));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(bench.logged("message not given up")).toHaveLength(1);
  },
);

fault(8, "an event without records", "done, with nothing to do", async () => {
  expect(await bench.run(sqsEvent({ Records: [] }))).toEqual(done);
  expect(await bench.run({ Records: [] })).toBeUndefined();
  expect([bench.s3.requests, bench.listener.requests]).toEqual([[], []]);
});

fault(
  9,
  "an event from another region than the function's",
  "read in the region that the record names, which the documents carry",
  async () => {
    bench.s3.put(bucket, "a.log", "one");

    expect(await bench.run(sqsEvent(s3Event({ bucket, key: "a.log", region: "eu-west-1" })))).toEqual(done);

    expect(bench.s3.requests[0].region).toBe("eu-west-1");
    expect(bench.documents).toMatchObject([{ message: "one", aws_region: "eu-west-1" }]);
  },
);

fault(
  9,
  "an event of a bucket that no source names",
  "not read; skipped with a warning that asks for the notification, and counted",
  async () => {
    bench.s3.put("foreign-logs", "a.log", "one");

    expect(await bench.run(sqsEvent(s3Event({ bucket: "foreign-logs", key: "a.log" })))).toEqual(done);

    expect(bench.s3.requests).toEqual([]);
    expect(skipped()).toEqual(["no source"]);
    expect(bench.measured("ObjectsSkipped")).toBe(1);
    expect(bench.log.filter(({ level }) => level === "warn")).toMatchObject([
      { bucket: "foreign-logs", message: expect.stringMatching(/no source in SOURCES/) as string },
    ]);
  },
);

fault(
  10,
  "a batch of ten of which one object takes longer than the run",
  "it goes on in a later run from where it stopped, and so do those that were not started; no message fails",
  async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index} of some length`);
    const text = Buffer.from(lines.join("\n"));
    const keys = Array.from({ length: 9 }, (_, index) => `b-${index}`);
    bench.s3.put(bucket, "a-huge", text);
    for (const key of keys) bench.s3.put(bucket, key, key);
    bench.s3.script("a-huge", { stallAfter: text.length / 2 });
    const batch = sqsEvent(...["a-huge", ...keys].map((key) => s3Event({ bucket, key })));

    const halfIsSent = bench.hasSent("a-huge", text.length / 2 - 1);
    let looks = 0;
    // A while behind the last byte, so that the function has it.
    expect(await bench.run(batch, { until: () => halfIsSent() && looks++ > 100 })).toEqual(done);
    const left = bench.aws.messages(bench.queueUrl).map(({ body }) => body);
    expect(left).toHaveLength(10);
    expect(bench.measured("Continuations")).toBe(10);
    const before = bench.messages.length;
    expect(before).toBeGreaterThan(4_000);
    expect(await bench.run(sqsEvent(...left))).toEqual(done);

    expect(bench.messages).toEqual([...lines, ...keys]);
  },
);

fault(
  68,
  "include and exclude together",
  "an object is shipped where one of the first matches and none of the second; what is left out is counted",
  async () => {
    const keys = ["a.log", "debug.log", "a.txt"];
    for (const key of keys) bench.s3.put(bucket, key, key);
    const sources = [{ bucket, type: "t", include: ["\\.log$"], exclude: ["^debug"] }];

    expect(await bench.run(sqsEvent(...keys.map((key) => s3Event({ bucket, key }))), { sources })).toEqual(
      done,
    );

    expect(bench.messages).toEqual(["a.log"]);
    expect(skipped()).toEqual(["excluded by its source", "excluded by its source"]);
    expect(bench.measured("ObjectsSkipped")).toBe(2);
  },
);

fault(
  69,
  "pathToFields has more parts than a key, or fewer",
  "a field for each part that the key has; the others are left out, and nothing else is lost",
  async () => {
    for (const key of ["prod/web/a.log", "prod"]) bench.s3.put(bucket, key, key);
    const sources = [{ bucket, type: "t", pathToFields: "environment/service" }];

    for (const key of ["prod/web/a.log", "prod"]) await bench.run(s3Event({ bucket, key }), { sources });

    expect(
      bench.documents.map(({ message, environment, service }) => [message, environment, service]),
    ).toEqual([
      ["prod/web/a.log", "prod", "web"],
      ["prod", "prod", undefined],
    ]);
  },
);
