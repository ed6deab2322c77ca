import { join } from "node:path";
import { FunctionProcess, type Invocation } from "../../../../cli/local/function-process";
import {
  exactNamespaces,
  placeholderNamespace,
  render,
  startingNamespaces,
} from "../../../../lambdas/metric-namespaces/environment";
import { chooseFilters, type IncludeFilter } from "../../../../lambdas/metric-namespaces/filters";
import { matchesAny } from "../../../../lambdas/runtime/patterns";
import { CloudWatchDouble, type StreamOutput } from "../../../support/cloudwatch-double";
import { throttled } from "../../../support/json-double";

const firehoseArn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/logzio-metrics";
const roleArn = "arn:aws:iam::123456789012:role/logzio-metrics-stream";

const included = (...namespaces: string[]): object => ({
  IncludeFilters: namespaces.map((Namespace) => ({ Namespace })),
});

const whole = (...namespaces: string[]): IncludeFilter[] =>
  namespaces.map((namespace) => ({ namespace, metricNames: [] }));

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${String(index).padStart(4, "0")}`);

describe("the function metric-namespaces, from its zip", () => {
  let cloudwatch: CloudWatchDouble;
  let functionProcess: FunctionProcess;

  beforeAll(async () => {
    cloudwatch = await CloudWatchDouble.start();
    functionProcess = await FunctionProcess.start({
      zip: join(__dirname, "../../../../dist/lambdas/metric-namespaces.zip"),
      environment: {
        ...render({
          stream: "logzio-metrics",
          firehoseArn,
          roleArn,
          include: ["AWS/*", "MyApp"],
          exclude: ["AWS/Usage"],
          logLevel: "info",
        }),
        AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.url,
      },
      memoryMegabytes: 256,
      timeoutSeconds: 25,
      functionName: "logzio-metric-namespaces",
    });
  });
  afterAll(async () => {
    await functionProcess.stop();
    await cloudwatch.stop();
  });
  beforeEach(() => {
    cloudwatch.calls.length = 0;
    cloudwatch.alive = [];
    cloudwatch.aliveInLinkedAccounts = [];
    cloudwatch.pageSize = 500;
    cloudwatch.whenListed = undefined;
    cloudwatch.streams.clear();
  });

  function stream(changes: object): void {
    const state: StreamOutput = {
      Name: "logzio-metrics",
      State: "running",
      FirehoseArn: firehoseArn,
      RoleArn: roleArn,
      OutputFormat: "opentelemetry1.0",
      CreationDate: 1767607200,
      ...changes,
    };
    cloudwatch.streams.set("logzio-metrics", state);
  }

  const run = (timeoutSeconds?: number): Promise<Invocation> =>
    functionProcess.invoke({}, { timeoutSeconds });
  const updates = (): number => cloudwatch.callsOf("PutMetricStream").length;

  test("finds what is alive on every page, through throttling, and updates once", async () => {
    stream(included("MyApp"));
    cloudwatch.alive = [
      "AWS/S3",
      "AWS/S3",
      "Other",
      "AWS/Lambda",
      "AWS/Usage",
      "aws/ec2",
      "AWS/ECS/ManagedScaling",
    ];
    cloudwatch.pageSize = 2;
    cloudwatch.script("ListMetrics", throttled, "reset");

    const first = await run();
    const second = await run();

    expect(first.result).toEqual({
      namespaces: 4,
      added: ["AWS/ECS/ManagedScaling", "AWS/Lambda", "AWS/S3"],
      removed: [],
      leftOut: [],
    });
    expect(cloudwatch.namespacesOf("logzio-metrics")).toEqual([
      "AWS/ECS/ManagedScaling",
      "AWS/Lambda",
      "AWS/S3",
      "MyApp",
    ]);
    expect(second.result).toMatchObject({ namespaces: 4, added: [], removed: [] });
    expect(updates()).toBe(1);
  });

  test("writes everything else of the stream back as it was", async () => {
    const kept = {
      OutputFormat: "json",
      IncludeLinkedAccountsMetrics: true,
      StatisticsConfigurations: [
        {
          IncludeMetrics: [{ Namespace: "AWS/S3", MetricName: "FirstByteLatency" }],
          AdditionalStatistics: ["p99"],
        },
      ],
    };
    stream({ ...kept, IncludeFilters: [{ Namespace: "AWS/EC2", MetricNames: ["CPUUtilization"] }] });
    cloudwatch.alive = ["AWS/EC2"];
    cloudwatch.aliveInLinkedAccounts = ["AWS/SQS"];

    await run();

    expect(cloudwatch.callsOf("PutMetricStream").map(({ input }) => input)).toEqual([
      {
        Name: "logzio-metrics",
        FirehoseArn: firehoseArn,
        RoleArn: roleArn,
        ...kept,
        IncludeFilters: [
          { Namespace: "AWS/EC2", MetricNames: ["CPUUtilization"] },
          { Namespace: "AWS/SQS" },
          { Namespace: "MyApp" },
        ],
      },
    ]);
  });

  test("keeps a namespace that went silent, without an update", async () => {
    stream(included("AWS/Billing", "MyApp"));

    const { result } = await run();

    expect(result).toMatchObject({ namespaces: 2 });
    expect(updates()).toBe(0);
  });

  test("gives filters to a stream that sends the whole account", async () => {
    stream({});

    await run();

    expect(cloudwatch.namespacesOf("logzio-metrics")).toEqual(["MyApp"]);
  });

  test("gives filters to a stream that had exclude filters before, in one update", async () => {
    stream({ ExcludeFilters: [{ Namespace: "AWS/Usage" }] });
    cloudwatch.alive = ["AWS/S3"];

    const { result } = await run();

    expect(result).toMatchObject({ added: ["AWS/S3", "MyApp"], removed: [] });
    expect(cloudwatch.streams.get("logzio-metrics")).not.toHaveProperty("ExcludeFilters");
    expect(cloudwatch.namespacesOf("logzio-metrics")).toEqual(["AWS/S3", "MyApp"]);
    expect(updates()).toBe(1);
  });

  test("leaves a stream alone that is given exclude filters while the metrics are listed", async () => {
    stream(included("MyApp"));
    cloudwatch.alive = ["AWS/S3"];
    cloudwatch.whenListed = () => {
      stream({ ExcludeFilters: [{ Namespace: "AWS/Usage" }] });
    };

    const { error } = await run();

    expect(error?.message).toMatch(/was given exclude filters during the run.*stay as they are/);
    expect(updates()).toBe(0);
  });

  test.each([
    ["was deleted", undefined, /there is no metric stream logzio-metrics.*deploy again/],
    [
      "sends elsewhere",
      { FirehoseArn: `${firehoseArn}-2`, ...included("MyApp") },
      /sends to .*logzio-metrics-2 instead of .*changed outside Terraform/,
    ],
  ])("fails, and writes nothing, where the stream %s", async (_, state, message) => {
    if (state !== undefined) stream(state);

    const { error } = await run();

    expect(error?.message).toMatch(message);
    expect(updates()).toBe(0);
  });

  test("changes nothing by a list that is not complete", async () => {
    stream(included("AWS/S3"));
    cloudwatch.alive = ["AWS/Lambda", "AWS/SQS"];
    cloudwatch.pageSize = 1;
    cloudwatch.script("ListMetrics", {
      status: 403,
      code: "AccessDeniedException",
      message: "not authorized",
    });
    const denied = await run();
    cloudwatch.script("ListMetrics", "hang");
    const slow = await run(2);

    expect(denied.error?.message).toMatch(
      /could not be listed to their end \(not authorized, after 0 metrics\)/,
    );
    expect(slow.error?.message).toMatch(/the function's time is nearly over.*raise timeoutSeconds/);
    expect(updates()).toBe(0);
    expect(cloudwatch.namespacesOf("logzio-metrics")).toEqual(["AWS/S3"]);
  });

  test("says which permission is missing for an update", async () => {
    stream(included("AWS/S3"));
    cloudwatch.script("PutMetricStream", {
      status: 403,
      code: "AccessDeniedException",
      message: "not authorized",
    });

    const { error } = await run();

    expect(error?.message).toMatch(/could not be written \(not authorized\).*iam:PassRole on arn:aws:iam/);
  });

  test("counts and names what does not fit", async () => {
    stream(included("MyApp"));
    cloudwatch.alive = numbered("AWS/N", 1100);

    const { result, log } = await run();

    expect(result).toMatchObject({ namespaces: 1000, leftOut: numbered("AWS/N", 1100).slice(999) });
    expect(log.join("\n")).toMatch(/"message":"the stream has no room for all namespaces.*"leftOut":101,/);
    expect(log.join("\n")).toMatch(/"NamespacesLeftOut":101/);
  });
});

describe("the choice of filters", () => {
  const everything = { include: ["*"], exclude: [] };

  test("never is empty", () => {
    const choice = chooseFilters({ include: ["My*"], exclude: [] }, new Set(["AWS/S3"]), []);
    expect(choice.filters).toEqual(whole(placeholderNamespace));
  });

  test("drops the placeholder as soon as there is a namespace", () => {
    const choice = chooseFilters(everything, new Set(["MyApp"]), whole(placeholderNamespace));
    expect(choice).toMatchObject({ filters: whole("MyApp"), removed: [placeholderNamespace] });
  });

  test("removes what is not selected any more, alive or not", () => {
    const selection = { include: ["AWS/*", "MyApp"], exclude: ["AWS/U*", "MyApp"] };
    const choice = chooseFilters(
      selection,
      new Set(["AWS/Usage", "AWS/S3"]),
      whole("AWS/Usage", "Old", "MyApp"),
    );
    expect(choice).toMatchObject({ filters: whole("AWS/S3"), removed: ["AWS/Usage", "MyApp", "Old"] });
  });

  test("counts metric names of a filter as names", () => {
    const current = [{ namespace: "AWS/EC2", metricNames: numbered("m", 997) }];
    const choice = chooseFilters(everything, new Set(["AWS/EC2", "AWS/S3", "AWS/SQS", "AWS/SNS"]), current);
    expect(choice.filters.map(({ namespace }) => namespace)).toEqual(["AWS/EC2", "AWS/S3", "AWS/SNS"]);
    expect(choice.leftOut).toEqual(["AWS/SQS"]);
  });

  test("where there is no room keeps names, then what is streamed and alive, then what is alive, then the silent", () => {
    const streamed = numbered("Streamed", 500);
    const silent = numbered("A-silent", 500);
    const selection = { include: ["*", "Named"], exclude: [] };
    const alive = new Set([...numbered("Alive", 600), ...streamed]);

    const choice = chooseFilters(selection, alive, whole(...streamed, ...silent));

    const chosen = choice.filters.map(({ namespace }) => namespace);
    expect(chosen).toHaveLength(1000);
    expect(chosen).toEqual(["Named", ...streamed, ...numbered("Alive", 499)].sort());
    expect(chooseFilters(selection, alive, choice.filters)).toMatchObject({ added: [], removed: [] });
  });
});

describe("patterns of namespaces", () => {
  test.each([
    ["AWS/*", "AWS/ECS/ManagedScaling", true],
    ["AWS/*", "aws/S3", false],
    ["AWS/S3", "AWS/S3/Storage-Lens", false],
    ["*/Insights", "ECS/Insights", true],
    ["My.App*", "MyXApp", false],
    ["*", "anything/at all", true],
  ])("%s and %s", (pattern, namespace, matches) => {
    expect(matchesAny([pattern], namespace)).toBe(matches);
  });

  test("a stream starts with the names that are written out", () => {
    expect(startingNamespaces({ include: ["AWS/*", "B", "A", "B"], exclude: [] })).toEqual(["A", "B"]);
    expect(startingNamespaces({ include: ["AWS/*"], exclude: [] })).toEqual([placeholderNamespace]);
    expect(exactNamespaces({ include: ["A", "B"], exclude: ["B*"] })).toEqual(["A"]);
  });
});
