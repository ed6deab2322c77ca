import { gzipSync } from "node:zlib";
import { s3Event, s3TestEvent, sqsEvent, sqsMessage } from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

describe("bulks", () => {
  let bench: HookBench;
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  it("carry 100,000 lines of 400 bytes in at most 6 requests, in order, nothing twice", async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) =>
      `${index} `.padEnd(400, "a log line of ordinary text "),
    );
    bench.s3.put(bucket, "many.log.gz", gzipSync(lines.join("\n"), { level: 1 }));

    await bench.run(s3Event({ bucket, key: "many.log.gz" }));

    expect(bench.listener.requests.length).toBeLessThanOrEqual(6);
    expect(bench.messages).toEqual(lines);
    for (const { bodyBytes, status } of bench.listener.requests) {
      expect(bodyBytes).toBeLessThan(10_485_760);
      expect(status).toBe(200);
    }
    expect(bench.logged("object shipped")).toMatchObject([
      { records: 100_000, accepted: 100_000, filtered: 0, refused: 0, format: "text", type: "s3_hook" },
    ]);
  });

  it("go compressed to the listener's root, the token in the query and nowhere else", async () => {
    bench.s3.put(bucket, "a.log", "one\ntwo\n");

    await bench.run(s3Event({ bucket, key: "a.log" }));

    const [request] = bench.listener.requests;
    expect(request).toMatchObject({ method: "POST", headers: { "content-encoding": "gzip" }, lines: 2 });
    expect(request.path).toBe("/?token=a-token-for-tests");
    expect(JSON.stringify([bench.log, bench.metricLines])).not.toContain("a-token-for-tests");
  });

  it("carry the fields of the source and of the key", async () => {
    const key = "o-abc/AWSLogs/123456789012/a.log";
    const source = { bucket, type: "mine", fields: { team: "core" }, pathToFields: "org-id/-/account-id" };
    bench.s3.put(bucket, key, "one");

    await bench.run(s3Event({ bucket, key, region: "eu-west-1" }), {
      sources: [{ ...source, sourceFilePath: false }],
    });

    expect(bench.documents).toEqual([
      {
        message: "one",
        team: "core",
        type: "mine",
        aws_region: "eu-west-1",
        "org-id": "o-abc",
        "account-id": "123456789012",
      },
    ]);
  });

  it("take the settings of the longest matching prefix, and skip what no source wants", async () => {
    const sources = [
      { bucket, prefix: "app/", type: "app" },
      { bucket, prefix: "app/web/", type: "web", include: ["\\.log$"], exclude: ["debug"] },
    ];
    const keys = ["app/a.txt", "app/web/a.log", "app/web/a.txt", "app/web/debug.log", "other/a.log"];
    for (const key of keys) bench.s3.put(bucket, key, key);

    await bench.run(s3Event(...keys.map((key) => ({ bucket, key }))), { sources });

    expect(bench.documents.map(({ message, type }) => [message, type])).toEqual([
      ["app/a.txt", "app"],
      ["app/web/a.log", "web"],
    ]);
    const skipped = bench.logged("object skipped").map(({ key, reason }) => [key, reason]);
    expect(skipped).toEqual([
      ["app/web/a.txt", "excluded by its source"],
      ["app/web/debug.log", "excluded by its source"],
      ["other/a.log", "no source"],
    ]);
    expect(bench.log.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("work the objects of a batch in key order, and the same object once", async () => {
    for (const key of ["b", "a", "c"]) bench.s3.put(bucket, key, key);

    await bench.run(
      s3Event({ bucket, key: "b" }, { bucket, key: "a" }, { bucket, key: "c" }, { bucket, key: "a" }),
    );

    expect(bench.messages).toEqual(["a", "b", "c"]);
  });

  it("answer for each message of a batch on its own", async () => {
    bench.s3.put(bucket, "good", "good");
    bench.s3.put(bucket, "denied", "denied");
    bench.s3.script("denied", { status: 403, code: "AccessDenied" });
    const batch = sqsEvent(
      sqsMessage("{", { messageId: "unreadable" }),
      sqsMessage(s3Event({ bucket, key: "denied" }), { messageId: "denied" }),
      sqsMessage(s3Event({ bucket, key: "good" }), { messageId: "good" }),
      sqsMessage(s3TestEvent(bucket), { messageId: "test" }),
    );

    const response = await bench.run(batch);

    expect(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["denied"]);
    expect(bench.aws.messages(bench.deadLetterQueueUrl).map(({ body }) => body)).toEqual(["{"]);
    expect(bench.messages).toEqual(["good"]);
  });

  it("sum the invocation up in CloudWatch's embedded metric format", async () => {
    bench.s3.put(bucket, "a.log", "one\ntwo\n");

    await bench.run(s3Event({ bucket, key: "a.log" }, { bucket, key: "gone.log" }));

    expect(bench.metricLines).toHaveLength(1);
    const line = JSON.parse(bench.metricLines[0]) as Record<string, unknown>;
    expect(line).toMatchObject({
      FunctionName: "hook",
      Objects: 1,
      ObjectsSkipped: 1,
      RecordsAccepted: 2,
      BytesIn: 8,
      Bulks: 1,
    });
    expect(line["_aws"]).toMatchObject({
      CloudWatchMetrics: [{ Namespace: "LogzioS3", Dimensions: [["FunctionName"]] }],
    });
  });
});
