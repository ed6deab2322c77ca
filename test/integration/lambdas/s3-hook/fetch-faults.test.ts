import { gzipSync } from "node:zlib";
import { fault } from "../../../support/fault";
import { folderMarkerEvent, s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { bucket, HookBench, type RunOptions } from "../../../support/hook-bench";
import { SilentPort } from "../../../support/silent-port";

const key = "a.log";
const done = { batchItemFailures: [] };
const failed = { batchItemFailures: [{ itemIdentifier: "m1" }] };
const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of some length`);
const content = Buffer.from(lines.join("\n"));
/** Broken bodies are resumed without a wait. */
const reading: RunOptions["reading"] = { idleTimeoutMs: 300, resumeBackoff: { baseMs: 1, capMs: 2 } };
const gone = "object skipped: it is gone or was overwritten since the event";

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
});
afterEach(() => bench.stop());

function eventFor(object: { etag?: string; versionId?: string } = {}, receiveCount = 1): object {
  return sqsEvent(sqsMessage(s3Event({ bucket, key, ...object }), { messageId: "m1", receiveCount }));
}

/** What must hold where an object was skipped as gone: said, counted, and not failed. */
function expectGone(): void {
  expect(bench.logged(gone)).toMatchObject([{ level: "warn", bucket, key }]);
  expect(bench.measured("ObjectsSkipped")).toBe(1);
  expect(bench.measured("ObjectsFailed")).toBe(0);
}

/** What must hold where S3 refuses: failed with the reason; behind six receives in the dead-letter queue with it. */
async function expectRefused(
  answer: { status: number; code: string; message?: string },
  reason: RegExp,
): Promise<void> {
  bench.clear();
  bench.s3.put(bucket, key, "one");
  bench.s3.script(key, answer, answer);

  expect(await bench.run(eventFor())).toEqual(failed);
  expect(bench.logged("object failed")).toMatchObject([
    { level: "error", accepted: 0, error: expect.stringMatching(reason) as string },
  ]);
  expect(bench.measured("ObjectsFailed")).toBe(1);
  expect(bench.reasons).toEqual([]);

  expect(await bench.run(eventFor({}, 6))).toEqual(done);
  expect(bench.reasons).toEqual([expect.stringMatching(reason)]);
  expect(bench.messages).toEqual([]);
}

fault(
  11,
  "the object, or the version that the event names, is deleted before it is read",
  "skipped with a warning, and counted; the message is done",
  async () => {
    const answers = [
      undefined,
      { status: 404, code: "NoSuchVersion" },
      { status: 405, code: "MethodNotAllowed" },
    ];
    for (const answer of answers) {
      bench.clear();
      bench.s3.put(bucket, "another", "one");
      if (answer !== undefined) bench.s3.script(key, answer);

      expect(await bench.run(eventFor(answer && { versionId: "v1" }))).toEqual(done);

      expectGone();
    }
  },
);

fault(
  11,
  "the bucket is deleted before the object is read",
  "failed with that reason, since nothing says that all of it was meant to go",
  () =>
    expectRefused({ status: 404, code: "NoSuchBucket" }, /NoSuchBucket.*the bucket does not exist any more/),
);

fault(
  12,
  "the object is overwritten before it is read, without versions",
  "the old event is skipped with a warning, and counted; the new one ships the new content",
  async () => {
    const old = bench.s3.put(bucket, key, "old");
    const etag = bench.s3.put(bucket, key, "new");

    expect(await bench.run(eventFor({ etag: old }))).toEqual(done);
    expectGone();
    expect(await bench.run(eventFor({ etag }))).toEqual(done);

    expect(bench.messages).toEqual(["new"]);
  },
);

fault(
  12,
  "the object is overwritten before it is read, with versions",
  "the version that the event names is shipped",
  async () => {
    bench.s3.put(bucket, key, "old", { versionId: "v1" });
    bench.s3.put(bucket, key, "new", { versionId: "v2" });

    expect(await bench.run(eventFor({ versionId: "v1" }))).toEqual(done);

    expect(bench.messages).toEqual(["old"]);
  },
);

fault(
  12,
  "the object is overwritten while it is read, also as the version null of suspended versioning",
  "what was read of the old one is shipped and never mixed with the new one; the rest is gone, with a warning",
  async () => {
    for (const versionId of [undefined, "null"]) {
      bench.clear();
      const etag = bench.s3.put(bucket, key, Buffer.alloc(200_000, "old\n"), { versionId });
      const overwrite = (): void => {
        bench.s3.remove(bucket, key);
        bench.s3.put(bucket, key, Buffer.alloc(200_000, "new\n"), { versionId });
      };
      bench.s3.script(key, { stallAfter: 100_000, whenReached: overwrite });

      expect(await bench.run(eventFor({ etag, versionId }), { reading })).toEqual(done);

      expect(bench.s3.requests.map(({ status }) => status)).toEqual([200, 412]);
      expect(new Set(bench.messages)).toEqual(new Set(["old"]));
      expectGone();
    }
  },
);

fault(
  13,
  "S3 denies the access",
  "failed with what to allow; in the dead-letter queue with it behind six receives",
  () =>
    expectRefused(
      { status: 403, code: "AccessDenied", message: "Access Denied" },
      /AccessDenied.*allow the function s3:GetObject/,
    ),
);

fault(
  14,
  "KMS denies, or the key is disabled or about to be deleted",
  "failed with the key as the reason; in the dead-letter queue with it behind six receives",
  async () => {
    const advice =
      /; allow the function kms:Decrypt on the key: kmsKeyArn of the source, and the key's own policy/;
    const message = "User is not authorized to perform: kms:Decrypt on resource";
    await expectRefused({ status: 403, code: "AccessDenied", message }, advice);
    await expectRefused({ status: 400, code: "KMS.DisabledException" }, advice);
    await expectRefused({ status: 400, code: "KMS.KMSInvalidStateException" }, advice);
  },
);

fault(
  15,
  "503 SlowDown, 500, or a reset before the answer",
  "asked for again, with backoff; shipped once",
  async () => {
    bench.s3.put(bucket, key, "one");
    bench.s3.script(key, { status: 503, code: "SlowDown" }, { status: 500, code: "InternalError" });

    expect(await bench.run(eventFor())).toEqual(done);

    expect(bench.s3.requests.map(({ status }) => status)).toEqual([503, 500, 200]);
    expect(bench.messages).toEqual(["one"]);
  },
);

fault(15, "500 for as long as it is tried", "bounded tries, then the message comes back", async () => {
  bench.s3.put(bucket, key, "one");
  bench.s3.script(key, ...Array.from({ length: 20 }, () => ({ status: 500, code: "InternalError" })));

  expect(await bench.run(eventFor())).toEqual(failed);

  expect(bench.s3.requests).toHaveLength(5);
  expect(bench.logged("object failed")).toMatchObject([
    { error: expect.stringMatching(/InternalError/) as string },
  ]);
  // Waiting helps: it has all receives of the queue.
  expect(await bench.run(eventFor({}, 6))).toEqual(failed);
  expect(bench.reasons).toEqual([]);
});

/** Ships with these faults, and looks that the body was resumed at the byte reached, on the same ETag. */
async function expectResumed(body: Buffer, fault: { readonly [name: string]: number }): Promise<void> {
  bench.clear();
  const etag = bench.s3.put(bucket, key, body);
  bench.s3.script(key, fault, fault);

  expect(await bench.run(eventFor({ etag }), { reading })).toEqual(done);

  expect(bench.messages).toEqual(lines);
  const [first, ...resumed] = bench.s3.requests;
  expect(first).toMatchObject({ range: undefined, ifMatch: `"${etag}"` });
  expect(resumed).toHaveLength(2);
  for (const { range, ifMatch } of resumed) {
    expect(range).toMatch(/^bytes=\d+-$/);
    expect(ifMatch).toBe(`"${etag}"`);
  }
  expect(bench.logged("resuming a broken body")).toHaveLength(2);
  expect(bench.measured("Retries")).toBe(2);
}

const compressed = gzipSync(content);

fault(
  16,
  "the connection is reset in the body",
  "resumed by Range from the byte reached and on the same ETag, also inside compressed bytes; shipped once",
  async () => {
    await expectResumed(content, { resetAfter: 100_000 });
    await expectResumed(compressed, { resetAfter: compressed.length / 4 });
  },
);

fault(16, "the body stalls", "broken off when it was silent for 20 s, and resumed; shipped once", () =>
  expectResumed(content, { stallAfter: 100_000 }),
);

fault(16, "the connection is reset behind the last byte", "shipped once", async () => {
  bench.s3.put(bucket, key, content);
  bench.s3.script(key, { resetAfter: content.length });

  expect(await bench.run(eventFor(), { reading })).toEqual(done);

  expect(bench.messages).toEqual(lines);
});

fault(
  16,
  "a body that breaks again and again",
  "what came through is shipped, and a later run goes on behind it; nothing is sent twice",
  async () => {
    bench.s3.put(bucket, key, content);
    bench.s3.script(key, ...Array.from({ length: 3 }, () => ({ resetAfter: 50_000 })));

    expect(await bench.run(eventFor(), { reading: { ...reading, maximumResumes: 2 } })).toEqual(done);
    expect(bench.logged("object failed")).toMatchObject([
      { error: expect.stringMatching(/broke off 3 times in a row, last at byte \d+ of/) as string },
    ]);
    const [left] = bench.aws.messages(bench.queueUrl);
    expect(left.delaySeconds).toBe(60);
    expect(await bench.run(sqsEvent(left.body))).toEqual(done);

    expect(bench.messages).toEqual(lines);
  },
);

fault(17, "the body is shorter than its length says", "resumed as a broken one; shipped once", () =>
  expectResumed(content, { shortAfter: 100_000 }),
);

fault(
  17,
  "a resumed body comes without the range, from its first byte",
  "failed with what to change; never mixed",
  async () => {
    bench.s3.put(bucket, key, content);
    bench.s3.script(key, { resetAfter: 100_000 }, { ignoreRange: true });

    await bench.run(eventFor(), { reading });

    expect(bench.logged("object failed")).toMatchObject([
      { error: expect.stringMatching(/without the range from byte \d+/) as string },
    ]);
    expect(bench.messages).toEqual(lines.slice(0, bench.messages.length));
  },
);

fault(
  18,
  "the object is in an archive",
  "failed with that to restore; in the dead-letter queue with it behind six receives",
  () =>
    expectRefused(
      { status: 403, code: "InvalidObjectState" },
      /InvalidObjectState.*restore the object from its archive storage class, then redrive/,
    ),
);

fault(
  20,
  "the marker of a folder, empty and with a slash at its end",
  "skipped, and counted; not read",
  async () => {
    expect(await bench.run(sqsEvent(folderMarkerEvent(bucket, "folder")))).toEqual(done);

    expect(bench.logged("object skipped")).toMatchObject([{ reason: "folder marker", key: "folder/" }]);
    expect(bench.measured("ObjectsSkipped")).toBe(1);
    expect(bench.s3.requests).toEqual([]);
  },
);

fault(
  21,
  "connections to S3 are never made: a VPC without an endpoint",
  "bounded tries of 5 s each, then the message comes back with the reason",
  async () => {
    const silent = await SilentPort.open();
    try {
      const s3 = { connectTimeoutMs: 200, attempts: 2 };
      expect(await bench.run(eventFor(), { s3Url: silent.url, s3 })).toEqual(failed);

      expect(bench.logged("object failed")).toMatchObject([
        { error: expect.stringMatching(/cannot be read .*(timed out|timeout)/i) as string },
      ]);
    } finally {
      await silent.close();
    }
  },
);

fault(
  21,
  "connections to S3 are never made, and the time runs out",
  "the run ends in time; the object is handed over, and behind two such runs in the dead-letter queue",
  async () => {
    const silent = await SilentPort.open();
    try {
      const options = (): RunOptions => {
        const startedAt = Date.now();
        return { s3Url: silent.url, until: () => Date.now() - startedAt > 300 };
      };
      expect(await bench.run(eventFor(), options())).toEqual(done);
      const [left] = bench.aws.messages(bench.queueUrl);
      expect(JSON.parse(left.body)).toMatchObject({ key, stalled: 1 });
      expect(await bench.run(sqsEvent(left.body), options())).toEqual(done);
      expect(bench.reasons).toEqual([expect.stringMatching(/^no progress in 2 runs/)]);
    } finally {
      await silent.close();
    }
  },
);

fault(
  22,
  "the listener refuses while a large body is still being read",
  "the body is let go of, and no socket stays",
  async () => {
    const bytes = 200_000_000;
    const chunk = Buffer.from(`${"0".repeat(99)}\n`.repeat(1000));
    async function* generate(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < bytes; sent += chunk.length) yield await Promise.resolve(chunk);
    }
    bench.s3.put(bucket, key, { length: bytes, generate });
    bench.listener.always({ status: 404 });

    expect(await bench.run(eventFor())).toEqual(failed);

    while (bench.s3.openSockets > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(bench.s3.requests[0].bytesSent).toBeLessThan(bytes);
  },
);
