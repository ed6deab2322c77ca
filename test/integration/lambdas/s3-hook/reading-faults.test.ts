import { gzipSync } from "node:zlib";
import { s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

const done = { batchItemFailures: [] };
const failed = { batchItemFailures: [{ itemIdentifier: "m1" }] };
const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of some length`);
const content = Buffer.from(lines.join("\n"));

function eventFor(object: { key: string; etag?: string; versionId?: string }): object {
  return sqsEvent(sqsMessage(s3Event({ bucket, ...object }), { messageId: "m1" }));
}

describe("an object that S3 does not simply hand out", () => {
  let bench: HookBench;
  const key = "a.log";
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  it.each([
    ["is reset", { resetAfter: 100_000 }],
    ["stalls", { stallAfter: 100_000 }],
    ["ends short", { shortAfter: 100_000 }],
  ])(
    "is resumed by Range, from the byte reached and on the same ETag, where its body %s",
    async (_, fault) => {
      const etag = bench.s3.put(bucket, key, content);
      bench.s3.script(key, fault, fault);

      expect(await bench.run(eventFor({ key, etag }), { reading: { idleTimeoutMs: 200 } })).toEqual(done);

      expect(bench.messages).toEqual(lines);
      const [first, ...resumed] = bench.s3.requests;
      expect(first).toMatchObject({ range: undefined, ifMatch: `"${etag}"` });
      expect(resumed).toHaveLength(2);
      for (const { range, ifMatch } of resumed) {
        expect(range).toMatch(/^bytes=\d+-$/);
        expect(ifMatch).toBe(`"${etag}"`);
      }
    },
  );

  it("is resumed inside its compressed bytes", async () => {
    const compressed = gzipSync(content);
    bench.s3.put(bucket, key, compressed);
    bench.s3.script(key, { resetAfter: compressed.length >> 1 });

    expect(await bench.run(eventFor({ key }))).toEqual(done);

    expect(bench.messages).toEqual(lines);
  });

  it("is shipped where its connection is reset behind the last byte", async () => {
    bench.s3.put(bucket, key, content);
    bench.s3.script(key, { resetAfter: content.length });

    expect(await bench.run(eventFor({ key }))).toEqual(done);

    expect(bench.messages).toEqual(lines);
  });

  it("fails after bounded resumes; what came through is shipped and not sent again", async () => {
    bench.s3.put(bucket, key, content);
    bench.s3.script(key, ...Array.from({ length: 3 }, () => ({ resetAfter: 50_000 })));

    expect(await bench.run(eventFor({ key }), { reading: { maximumResumes: 2 } })).toEqual(done);
    const [handedOver] = bench.aws.messages(bench.queueUrl);
    expect(handedOver.delaySeconds).toBeGreaterThan(0);
    await bench.run(sqsEvent(handedOver.body));

    expect(bench.messages).toEqual(lines);
  });

  it.each([
    ["SlowDown", { status: 503, code: "SlowDown" }],
    ["InternalError", { status: 500, code: "InternalError" }],
  ])("is asked for again: %s", async (_, fault) => {
    bench.s3.put(bucket, key, "one");
    bench.s3.script(key, fault);

    expect(await bench.run(eventFor({ key }))).toEqual(done);

    expect(bench.messages).toEqual(["one"]);
  });

  it("is skipped and counted where it is gone", async () => {
    bench.s3.put(bucket, "another", "one");

    expect(await bench.run(eventFor({ key }))).toEqual(done);
    expect(bench.log.filter(({ level }) => level === "warn")).toMatchObject([{ key, bucket }]);
    expect(bench.metricLines.join("")).toContain('"ObjectsSkipped":1');
  });

  it("is skipped where it was overwritten since the event, whose own event ships it", async () => {
    const etag = bench.s3.put(bucket, key, "old");
    bench.s3.put(bucket, key, "new");

    expect(await bench.run(eventFor({ key, etag }))).toEqual(done);

    expect(bench.messages).toEqual([]);
  });

  it.each([
    ["in its key", undefined],
    ["in the version null of suspended versioning", "null"],
  ])("is never mixed with what overwrites it %s while it is read", async (_, versionId) => {
    const etag = bench.s3.put(bucket, key, Buffer.alloc(200_000, "old\n"), { versionId });
    bench.s3.script(key, { stallAfter: 70_000 });
    const run = bench.run(eventFor({ key, etag, versionId }), { reading: { idleTimeoutMs: 300 } });
    while (bench.s3.requests.length === 0) await new Promise(setImmediate);
    bench.s3.remove(bucket, key);
    bench.s3.put(bucket, key, Buffer.alloc(200_000, "new\n"), { versionId });

    expect(await run).toEqual(done);

    expect(new Set(bench.messages)).toEqual(new Set(["old"]));
    expect(bench.log.filter(({ level, reached }) => level === "warn" && reached)).toHaveLength(1);
  });

  it.each(["NoSuchVersion", "MethodNotAllowed"])("is skipped where its version is gone: %s", async (code) => {
    bench.s3.put(bucket, key, "one", { versionId: "v1" });
    bench.s3.script(key, { status: code === "NoSuchVersion" ? 404 : 405, code });

    expect(await bench.run(eventFor({ key, versionId: "v1" }))).toEqual(done);

    expect(bench.metricLines.join("")).toContain('"ObjectsSkipped":1');
  });

  it("is read in the version that the event names", async () => {
    bench.s3.put(bucket, key, "old", { versionId: "v1" });
    bench.s3.put(bucket, key, "new", { versionId: "v2" });

    await bench.run(eventFor({ key, versionId: "v1" }));

    expect(bench.messages).toEqual(["old"]);
  });

  it("fails with a reason and advice where access is denied", async () => {
    bench.s3.put(bucket, key, "one");
    bench.s3.script(key, { status: 403, code: "AccessDenied", message: "Access Denied" });

    expect(await bench.run(eventFor({ key }))).toEqual(failed);

    expect(bench.logged("object failed")[0]["error"]).toMatch(
      /AccessDenied.*allow the function s3:GetObject/,
    );
  });

  it("names the key where KMS denies", async () => {
    bench.s3.put(bucket, key, "one");
    const message = "User is not authorized to perform: kms:Decrypt on resource";
    bench.s3.script(key, { status: 403, code: "AccessDenied", message });

    expect(await bench.run(eventFor({ key }))).toEqual(failed);

    expect(bench.logged("object failed")[0]["error"]).toMatch(
      /kms:Decrypt on the key: kmsKeyArn of the source/,
    );
  });

  it("leaves no connection open, however the reading ended", async () => {
    bench.s3.put(bucket, "big", { length: 200_000_000, generate: zeros });
    bench.listener.always({ status: 404 });

    await bench.run(eventFor({ key: "big" }));

    while (bench.s3.openSockets > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(bench.s3.requests[0].bytesSent).toBeLessThan(200_000_000);
  });
});

async function* zeros(): AsyncGenerator<Buffer> {
  const chunk = Buffer.from(`${"0".repeat(99)}\n`.repeat(1000));
  for (let sent = 0; sent < 200_000_000; sent += chunk.length) yield await Promise.resolve(chunk);
}
