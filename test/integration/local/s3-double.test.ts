import { S3 } from "@aws-sdk/client-s3";
import { S3Double } from "../../support/s3-double";

let double: S3Double;
let s3: S3;

beforeEach(async () => {
  double = await S3Double.start();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  s3 = new S3({
    region: "us-east-1",
    endpoint: double.url,
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  s3.destroy();
  await double.stop();
});

async function get(key: string, options: { Range?: string; IfMatch?: string; VersionId?: string } = {}) {
  const answer = await s3.getObject({ Bucket: "logs", Key: key, ...options });
  return (await answer.Body?.transformToString()) ?? "";
}

test("serves an object whose key needs encoding, and ranges of it", async () => {
  const key = "AWSLogs/a b+c/ünï=%25.log";
  double.put("logs", key, "0123456789");

  expect(await get(key)).toBe("0123456789");
  expect(await get(key, { Range: "bytes=4-" })).toBe("456789");
  expect(await get(key, { Range: "bytes=2-3" })).toBe("23");
  expect(double.requests).toMatchObject([
    { key, status: 200, bytesSent: 10 },
    { range: "bytes=4-", status: 206, bytesSent: 6 },
    { status: 206, bytesSent: 2 },
  ]);
  await expect(get(key, { Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
});

test("holds a reader to the ETag and the version it asked for", async () => {
  const etag = double.put("logs", "k", "old", { versionId: "v1" });
  double.put("logs", "k", "new", { versionId: "v2" });

  expect(await get("k")).toBe("new");
  expect(await get("k", { VersionId: "v1", IfMatch: `"${etag}"` })).toBe("old");
  await expect(get("k", { IfMatch: etag })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(get("k", { VersionId: "v3" })).rejects.toMatchObject({ name: "NoSuchVersion" });
});

test("tells a missing key from a missing bucket, and errors as told, once", async () => {
  await expect(get("k")).rejects.toMatchObject({ name: "NoSuchBucket" });
  double.put("logs", "k", "x");
  await expect(get("other")).rejects.toMatchObject({ name: "NoSuchKey" });
  double.script("k", { status: 403, code: "AccessDenied" }, { status: 503, code: "SlowDown" });
  await expect(get("k")).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(get("k")).rejects.toMatchObject({ name: "SlowDown" });
  expect(await get("k")).toBe("x");
});

test.each([[{ resetAfter: 100_000 }], [{ shortAfter: 100_000 }], [{ resetAfter: 0 }]])(
  "breaks the body as told: %j",
  async (fault) => {
    double.put("logs", "k", Buffer.alloc(300_000, "x"));
    double.script("k", fault);
    await expect(get("k")).rejects.toThrow();
    expect(double.requests[0]?.bytesSent).toBe(Object.values(fault)[0]);
  },
);

test("stalls after the bytes told, with the connection open", async () => {
  double.put("logs", "k", Buffer.alloc(300_000, "x"));
  double.script("k", { stallAfter: 70_000 });
  const answer = await s3.getObject({ Bucket: "logs", Key: "k" });
  const body = answer.Body as unknown as AsyncIterable<Buffer> & { destroy(): void };
  let received = 0;
  for await (const chunk of body) {
    received += chunk.length;
    if (received === 70_000) break;
  }
  expect(double.openSockets).toBe(1);
  expect(double.requests[0]?.bytesSent).toBe(70_000);
});

test("ignores a range when told", async () => {
  double.put("logs", "k", "0123456789");
  double.script("k", { ignoreRange: true });
  expect(await get("k", { Range: "bytes=4-" })).toBe("0123456789");
});

test("slows the body down", async () => {
  double.put("logs", "k", Buffer.alloc(20_000, "x"));
  double.script("k", { bytesPerSecond: 100_000 });
  const started = Date.now();
  expect(await get("k")).toHaveLength(20_000);
  expect(Date.now() - started).toBeGreaterThanOrEqual(180);
});

test("makes a huge object's bytes on demand, from any offset", async () => {
  const piece = Buffer.from("0123456789".repeat(1000));
  const generate = async function* () {
    for (let at = 0; at < 1_000_000_000; at += piece.length) yield await Promise.resolve(piece);
  };
  double.put("logs", "huge", { length: 1_000_000_000, generate });
  const head = await s3.headObject({ Bucket: "logs", Key: "huge" });
  expect(head.ContentLength).toBe(1_000_000_000);
  expect(await get("huge", { Range: "bytes=9995-10004" })).toBe("5678901234");
});
