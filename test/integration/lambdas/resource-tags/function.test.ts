import { join } from "node:path";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { FunctionProcess, type Invocation } from "../../../../cli/local/function-process";
import { render } from "../../../../lambdas/resource-tags/environment";
import { RemoteWrite } from "../../../../lambdas/resource-tags/remote-write";
import { shipTags, type TagsReport } from "../../../../lambdas/resource-tags/ship-tags";
import { Logger } from "../../../../lambdas/runtime/logger";
import { Metrics } from "../../../../lambdas/runtime/metrics";
import { fixedToken } from "../../../../lambdas/runtime/token";
import { AwsDouble } from "../../../support/aws-double";
import { throttled } from "../../../support/json-double";
import { RemoteWriteListener } from "../../../support/remote-write-listener";
import { TaggingDouble, type DoubleResource } from "../../../support/tagging-double";

const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:metrics-AbCdEf";
const token = "metrics-token-of-tests";
const selection = {
  namespaces: ["AWS/S3", "AWS/SQS", "AWS/Lambda", "MyApp"],
  exclude: [],
  tagKeys: ["*"],
  p8sLogzioName: "my-stream",
};
const queues = (count: number): DoubleResource[] =>
  Array.from({ length: count }, (_, index) => ({
    arn: `arn:aws:sqs:us-east-1:123456789012:queue-${index}`,
    tags: { team: "shop" },
  }));

let tagging: TaggingDouble;
let listener: RemoteWriteListener;
beforeAll(async () => {
  tagging = await TaggingDouble.start();
});
afterAll(async () => {
  await tagging.stop();
});
beforeEach(async () => {
  tagging.calls.length = 0;
  tagging.resources = queues(3);
  tagging.pageSize = 100;
  tagging.unknownTypes.clear();
  listener = await RemoteWriteListener.start(token);
});
afterEach(async () => {
  await listener.stop();
});

describe("the function resource-tags, from its zip", () => {
  let aws: AwsDouble;
  let functionProcess: FunctionProcess;

  beforeEach(async () => {
    aws = await AwsDouble.start();
    aws.secrets.set(secretArn, JSON.stringify({ api_key: token }));
    functionProcess = await FunctionProcess.start({
      zip: join(__dirname, "../../../../dist/lambdas/resource-tags.zip"),
      environment: {
        ...render({ ...selection, listener: listener.url, tokenSecretArn: secretArn, logLevel: "info" }),
        AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: tagging.url,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
      },
      memoryMegabytes: 256,
      timeoutSeconds: 25,
      functionName: "logzio-resource-tags",
    });
  });
  afterEach(async () => {
    await functionProcess.stop();
    await aws.stop();
  });
  const run = (): Promise<Invocation> => functionProcess.invoke({});

  test("ships every page once, with the headers of remote write, through throttling", async () => {
    tagging.resources = [
      ...queues(4),
      { arn: "arn:aws:s3:::My-Logs", tags: { Team: "Shop", "cost center": "42" } },
      { arn: "arn:aws:lambda:us-east-1:123456789012:function:untagged", tags: {} },
      { arn: "arn:aws:dynamodb:us-east-1:123456789012:table/not-chosen", tags: { team: "x" } },
    ];
    tagging.pageSize = 2;
    tagging.script("GetResources", throttled, "reset");

    const { result, log } = await run();

    expect(result).toEqual({ resources: 6, untagged: 1, accepted: 5, refused: 0 });
    expect(listener.series).toContainEqual({
      __name__: "aws_resource_info",
      account: "123456789012",
      region: "us-east-1",
      namespace: "aws/s3",
      resource_type: "s3:bucket",
      p8s_logzio_name: "my-stream",
      bucketname: "my-logs",
      tag_Team: "Shop",
      tag_cost_center: "42",
    });
    const [{ headers, path }] = listener.requests;
    expect(path).toBe("/");
    expect(headers).toMatchObject({
      authorization: `Bearer ${token}`,
      "content-encoding": "snappy",
      "content-type": "application/x-protobuf",
      "x-prometheus-remote-write-version": "0.1.0",
    });
    expect(log.join("\n")).not.toContain(token);
    expect(log.join("\n")).toMatch(/"SeriesAccepted":5/);
  });

  test("reads the secret again where the token was changed, and asks no more where it was not", async () => {
    await run();
    listener.token = "the-next-token";
    aws.secrets.set(secretArn, "the-next-token");
    const renewed = await run();
    listener.token = "yet-another";
    const refused = await run();

    expect(renewed.result).toMatchObject({ accepted: 3 });
    expect(refused.error?.message).toMatch(
      /does not accept the token \(status 401: bad token\).*metrics token/,
    );
    expect(refused.log.join("\n")).not.toContain("the-next-token");
    expect(aws.callsOf("GetSecretValue")).toHaveLength(3);
  });

  test("says what is missing where it may not read tags, or the secret", async () => {
    tagging.script("GetResources", { status: 400, code: "AccessDeniedException", message: "not authorized" });
    const denied = await run();
    aws.secrets.clear();
    const secretless = await run();

    expect(denied.error?.message).toMatch(/not authorized.*allow the function tag:GetResources/);
    expect(secretless.error?.message).toMatch(/cannot be read.*secretsmanager:GetSecretValue/);
    expect(listener.requests).toHaveLength(0);
  });
});

describe("a run of resource-tags", () => {
  let log: string[];
  let tags: ResourceGroupsTaggingAPIClient;
  let remote: RemoteWrite;

  beforeEach(() => {
    log = [];
    tags = new ResourceGroupsTaggingAPIClient({
      endpoint: tagging.url,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 2,
    });
    remote = new RemoteWrite({
      origin: new URL(listener.url),
      token: fixedToken(token),
      backoff: { attempts: 3, baseMs: 5, capMs: 10 },
    });
  });
  afterEach(() => {
    tags.destroy();
    remote.close();
  });

  function run(changes: { remainingMs?: () => number; maximumBytes?: number; signal?: AbortSignal } = {}) {
    const write = (line: string): void => void log.push(line);
    return shipTags(selection, {
      tagging: tags,
      listener: remote,
      home: { account: "123456789012", region: "us-east-1" },
      logger: new Logger("debug", write),
      metrics: new Metrics({ FunctionName: "f" }, write),
      signal: AbortSignal.timeout(20_000),
      remainingMs: () => 20_000,
      clock: Date.now,
      ...changes,
    });
  }
  const queuesOf = (series: readonly Readonly<Record<string, string>>[]): string[] =>
    series.map(({ queuename }) => queuename).sort();

  test("lists anew where the page token expired, without shipping anything twice", async () => {
    tagging.pageSize = 1;
    const expired = { status: 400, code: "PaginationTokenExpiredException" };
    tagging.failAt(2, expired);

    await expect(run()).resolves.toMatchObject({ resources: 3, accepted: 3 });

    expect(tagging.calls.length).toBe(2 + 3);
    expect(queuesOf(listener.series)).toEqual(["queue-0", "queue-1", "queue-2"]);
  });

  test("gives up where page tokens go on expiring", async () => {
    const expired = { status: 400, code: "PaginationTokenExpiredException" };
    tagging.script("GetResources", expired, expired, expired);
    await expect(run()).rejects.toThrow(/the tags cannot be read/);
  });

  test("leaves out a type that the API does not know in its region, and names it", async () => {
    tagging.unknownTypes.add("lambda:function");

    await expect(run()).resolves.toMatchObject({ resources: 3, accepted: 3 });

    expect(log.join("")).toMatch(/does not take a type of resources.*"type":"lambda:function"/);
  });

  test("tries again what the listener puts off, and waits as long as it asks", async () => {
    listener.script({ status: 503 }, "reset");
    await expect(run()).resolves.toMatchObject({ accepted: 3 });
    expect(listener.requests).toHaveLength(3);

    const asked = Date.now();
    listener.script({ status: 429, headers: { "retry-after": "1" } });
    await expect(run()).resolves.toMatchObject({ accepted: 3 });
    expect(Date.now() - asked).toBeGreaterThanOrEqual(990);
  });

  test("gives up within its tries, and at once where there is no time for what the listener asks", async () => {
    listener.script({ status: 500 }, { status: 502 }, { status: 503, body: "busy" });
    await expect(run()).rejects.toThrow(
      /did not take the tags in 3 tries \(status 503: busy\); the next run/,
    );

    listener.script({ status: 429, headers: { "retry-after": "60" } });
    await expect(run()).rejects.toThrow(/in 1 tries \(status 429, asks to wait 60 s\)/);
  });

  test("finds the one series that is refused, and ships the others", async () => {
    tagging.resources = queues(50);
    listener.watch = ({ series }) =>
      series.some(({ labels }) => labels.queuename === "queue-17")
        ? { status: 400, body: "label value is not valid" }
        : undefined;

    const report: TagsReport = await run();

    expect(report).toMatchObject({ accepted: 49, refused: 1 });
    expect(queuesOf(listener.series)).toHaveLength(49);
    expect(log.join("")).toMatch(
      /refused series.*status 400: label value is not valid.*"queuename":"queue-17"/,
    );
  });

  test("asks a bounded number of times where everything is refused, and counts all", async () => {
    tagging.resources = queues(500);
    listener.watch = () => ({ status: 400 });

    await expect(run()).resolves.toMatchObject({ accepted: 0, refused: 500 });

    expect(listener.requests.length).toBeLessThanOrEqual(61);
  });

  test("halves what is too large, and sends no request over the limit", async () => {
    tagging.resources = queues(100);
    listener.watch = ({ bytes }) => (bytes > 3_000 ? { status: 413 } : undefined);

    await expect(run({ maximumBytes: 8_000 })).resolves.toMatchObject({ accepted: 100, refused: 0 });

    expect(Math.max(...listener.requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8_000);
    expect(queuesOf(listener.series)).toEqual(
      queues(100)
        .map((_, index) => `queue-${index}`)
        .sort(),
    );
  });

  test("stops reading tags when the time for it is over", async () => {
    tagging.script("GetResources", "hang");
    await expect(run({ signal: AbortSignal.timeout(100) })).rejects.toThrow(/raise timeoutSeconds/);
  });

  test("ships nothing, and says so, where no namespace has tags", async () => {
    const write = (line: string): void => void log.push(line);
    const report = await shipTags(
      { ...selection, namespaces: ["MyApp"] },
      {
        tagging: tags,
        listener: remote,
        home: { account: "1", region: "r" },
        logger: new Logger("info", write),
        metrics: new Metrics({}, write),
        signal: AbortSignal.timeout(20_000),
        remainingMs: () => 20_000,
        clock: Date.now,
      },
    );
    expect(report).toEqual({ resources: 0, untagged: 0, accepted: 0, refused: 0 });
    expect(log.join("")).toMatch(/no namespace is chosen/);
    expect(tagging.calls).toHaveLength(0);
  });
});
