import { createServices as createFetcher } from "../../../../lambdas/s3-fetcher/services";
import { BucketListing } from "../../../../lambdas/s3-fetcher/listing/bucket-listing";
import { parse as parseFetcher, render as renderFetcher } from "../../../../lambdas/s3-fetcher/environment";
import type { SourceSettings } from "../../../../lambdas/runtime/environment";
import { eventBridgeEvent, s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { HookBench, secretArn } from "../../../support/hook-bench";
import { assumedAccessKey, StsDouble } from "../../../support/sts-double";

const readRoleArn = "arn:aws:iam::444455556666:role/logzio-reader";
const foreign: SourceSettings = { bucket: "archive-logs", readRoleArn, readRoleExternalId: "our-id" };
const own: SourceSettings = { bucket: "own-logs" };
const sources = [foreign, own];
const done = { batchItemFailures: [] };

let bench: HookBench;
let sts: StsDouble;
beforeEach(async () => {
  [bench, sts] = await Promise.all([HookBench.start(), StsDouble.start()]);
  sts.allows = (roleArn, externalId) => roleArn === readRoleArn && externalId === "our-id";
  process.env["AWS_ENDPOINT_URL_STS"] = sts.url;
  process.env["AWS_LAMBDA_FUNCTION_NAME"] = "logzio-s3-hook";
});
afterEach(async () => {
  delete process.env["AWS_ENDPOINT_URL_STS"];
  delete process.env["AWS_LAMBDA_FUNCTION_NAME"];
  await Promise.all([bench.stop(), sts.stop()]);
});

/** Puts an object there, and returns its event. */
function put(bucket: string, key: string, region = "us-east-1"): object {
  bench.s3.put(bucket, key, `${bucket} ${key}\n`);
  return sqsMessage(s3Event({ bucket, key, region }), { messageId: key });
}

describe("a source whose bucket is a pattern, with a suffix", () => {
  it("ships what EventBridge or a topic announce of it, and counts the rest as skipped", async () => {
    const pattern = [{ bucket: "org-logs-*", prefix: "a/", suffix: ".log", type: "org" }];
    const objects = [
      { bucket: "org-logs-eu", key: "a/ü +1.log" },
      { bucket: "org-logs-us", key: "a/2.log" },
      { bucket: "org-logs-us", key: "a/3.json" },
      { bucket: "org-trail", key: "a/4.log" },
    ];
    for (const { bucket, key } of objects) bench.s3.put(bucket, key, `${bucket} ${key}\n`);
    const [first, ...others] = objects;

    const events = [eventBridgeEvent(first), ...others.map((object) => s3Event(object))];
    const response = await bench.run(sqsEvent(...events), { sources: pattern });

    expect(response).toEqual(done);
    expect(bench.messages).toEqual(["org-logs-eu a/ü +1.log", "org-logs-us a/2.log"]);
    expect(bench.logged("object skipped").map(({ key, reason }) => [key, reason])).toEqual([
      ["a/3.json", "excluded by its source"],
      ["a/4.log", "no source"],
    ]);
  });
});

describe("a source with a role that reads it", () => {
  it("is read as that role, and the others as the function itself", async () => {
    const events = [put("archive-logs", "a.log"), put("own-logs", "b.log")];

    expect(await bench.run(sqsEvent(...events), { sources })).toEqual(done);

    expect(bench.messages).toEqual(["archive-logs a.log", "own-logs b.log"]);
    const keys = bench.s3.requests.map(({ bucket, accessKeyId }) => [bucket, accessKeyId]);
    // Both are asked for at once.
    expect(keys.sort()).toEqual([
      ["archive-logs", assumedAccessKey],
      ["own-logs", "test"],
    ]);
    expect(sts.callsOf("AssumeRole")[0].input).toMatchObject({ RoleSessionName: "logzio-s3-hook" });
  });

  it("has the role assumed once, for all objects, regions and sources of it", async () => {
    const more = { ...foreign, bucket: "more-archive-logs" };
    const first = [put("archive-logs", "a.log"), put("archive-logs", "b.log", "eu-west-1")];

    await bench.run(sqsEvent(...first), { sources: [...sources, more] });
    await bench.run(sqsEvent(put("more-archive-logs", "c.log")), { warm: true });

    expect(bench.messages).toHaveLength(3);
    expect(sts.assumed).toEqual([{ roleArn: readRoleArn, externalId: "our-id", allowed: true }]);
  });

  it("fails with what to do where the role cannot be assumed, and ships the others", async () => {
    sts.allows = () => false;
    const events = [put("archive-logs", "a.log"), put("own-logs", "b.log")];

    const response = await bench.run(sqsEvent(...events), { sources });

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "a.log" }] });
    expect(bench.messages).toEqual(["own-logs b.log"]);
    const [{ error }] = bench.logged("object failed");
    expect(error).toContain(`the role ${readRoleArn} cannot be assumed (AccessDenied: `);
    expect(error).toContain(
      "must let the role of this function assume it with the external ID of the source",
    );
  });

  it("is tried again after a refusal", async () => {
    sts.script("AssumeRole", { status: 403, code: "AccessDenied" });
    const event = sqsEvent(put("archive-logs", "a.log"));

    const refused = await bench.run(event, { sources });
    const response = await bench.run(event, { warm: true });

    expect([refused, response]).toEqual([{ batchItemFailures: [{ itemIdentifier: "a.log" }] }, done]);
    expect(bench.messages).toEqual(["archive-logs a.log"]);
  });

  it("goes on with the role of the configuration as it is now, where an object was begun before", async () => {
    const lines = Array.from({ length: 400_000 }, (_, index) => `line ${index} of some length`);
    bench.s3.put("archive-logs", "long.log", lines.join("\n"));
    // The first bulk is on its way while the time runs out.
    bench.listener.script({ slowMs: 400 });
    const event = sqsEvent(s3Event({ bucket: "archive-logs", key: "long.log" }));
    const before = [{ bucket: "archive-logs" }];
    await bench.run(event, { sources: before, until: () => bench.listener.requests.length > 0 });
    const [continuation] = bench.aws.messages(bench.queueUrl);
    expect(JSON.parse(continuation.body)).toMatchObject({ source: { bucket: "archive-logs" } });

    await bench.run(sqsEvent(continuation.body), { sources });

    expect(bench.s3.requests.map(({ accessKeyId }) => accessKeyId)).toEqual(["test", assumedAccessKey]);
    expect(bench.messages).toEqual(lines);
  });

  it("is listed as that role by the fetcher", async () => {
    put("archive-logs", "a.log");
    const settings = { listener: bench.listener.url, tokenSecretArn: secretArn, logLevel: "info" } as const;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: bench.s3.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const variables = renderFetcher({ ...settings, sources, checkpointTable: "t", instance: "i" });
    const { s3, listener } = createFetcher(parseFetcher(variables));

    const listing = new BucketListing(s3("us-east-1", foreign), "archive-logs", AbortSignal.timeout(20_000));
    const { objects } = await listing.keys("", undefined);

    expect(objects.map(({ key }) => key)).toEqual(["a.log"]);
    expect(bench.s3.requests.map(({ accessKeyId }) => accessKeyId)).toEqual([assumedAccessKey]);
    listener.close();
  });
});
