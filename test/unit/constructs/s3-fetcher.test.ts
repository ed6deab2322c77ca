import { TerraformStack } from "cdktf";
import { S3Fetcher, type S3FetcherProps } from "../../../constructs";
import { parse, sourceName } from "../../../lambdas/s3-fetcher/environment";
import { sourceOfEvent } from "../../../lambdas/s3-fetcher/event";
import { statements, Template } from "../../support/template";
import { problemsOf, synthesize, tokenIn } from "./stacks";

type Changes = Partial<Omit<S3FetcherProps, "token">>;

const twoSources = [
  { bucket: "my-logs", prefix: "AWSLogs/", lookback: { keys: 5000, minutes: 1440 } },
  { bucket: "other-logs", region: "eu-north-1", start: { key: "a/b" }, streams: "single" },
] as const;

function addFetcher(stack: TerraformStack, changes: Changes = {}): S3Fetcher {
  return new S3Fetcher(stack, "fetcher", {
    sources: twoSources,
    ...("listener" in changes ? {} : { region: "eu" }),
    token: tokenIn(stack),
    ...changes,
  });
}

const fetcherTemplate = (changes: Changes = {}): Template =>
  synthesize((stack) => {
    addFetcher(stack, changes);
  });

const refusals = (changes: object): string[] => problemsOf(() => fetcherTemplate(changes));

describe("S3Fetcher", () => {
  test("has these Terraform addresses, which are part of its API", () => {
    expect(fetcherTemplate().addresses).toMatchSnapshot();
  });

  test("schedules each source by the name that the function knows it by", () => {
    const template = fetcherTemplate();
    const { environment } = template.only("aws_lambda_function") as {
      environment: { variables: Record<string, string> };
    };
    const { sources } = parse(environment.variables);
    const inputs = Object.values(template.all("aws_scheduler_schedule")).map(
      ({ target }) => JSON.parse((target as { input: string }).input) as unknown,
    );
    expect(inputs.map((input) => sourceName(sourceOfEvent(input, sources)))).toEqual([
      "my-logs/AWSLogs/",
      "other-logs/",
    ]);
    expect(sources).toMatchObject(twoSources);
  });

  test("looks every minute, exactly, and leaves trying again to the next time", () => {
    const template = fetcherTemplate();
    for (const schedule of Object.values(template.all("aws_scheduler_schedule"))) {
      expect(schedule).toMatchObject({
        schedule_expression: "rate(1 minute)",
        flexible_time_window: { mode: "OFF" },
        target: { retry_policy: { maximum_retry_attempts: 0 } },
      });
    }
    expect(template.only("aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 0,
    });
    const hourly = fetcherTemplate({ everyMinutes: 60, sources: [{ bucket: "my-logs" }] });
    expect(hourly.only("aws_scheduler_schedule")).toMatchObject({ schedule_expression: "rate(60 minutes)" });
  });

  test("keeps its checkpoints in a table that can be restored", () => {
    expect(fetcherTemplate().only("aws_dynamodb_table")).toMatchObject({
      name: "logzio-fetcher",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "source",
      range_key: "entry",
      point_in_time_recovery: { enabled: true },
    });
  });

  test("may read its sources and write its table, and nothing else", () => {
    const template = fetcherTemplate();
    const policies = Object.values(template.all("aws_iam_role_policy")).map(({ policy }) =>
      statements(policy),
    );
    const actions = policies.flat().flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      "dynamodb:DeleteItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "lambda:InvokeFunction",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:GetBucketLocation",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListBucket",
      "secretsmanager:GetSecretValue",
    ]);
    for (const { Resource } of policies.flat()) expect(Resource).not.toContain("*");
  });

  test("lets no schedule of another account take its role", () => {
    const trusts = Object.values(fetcherTemplate().all("aws_iam_role")).map(
      ({ assume_role_policy: trust }) =>
        (JSON.parse(trust as string) as { Statement: { Principal: unknown; Condition?: unknown }[] })
          .Statement,
    );
    const scheduler = trusts
      .flat()
      .filter(({ Principal }) => JSON.stringify(Principal).includes("scheduler"));
    expect(scheduler).toHaveLength(1);
    expect(scheduler[0].Condition).toHaveProperty(["StringEquals", "aws:SourceAccount"]);
  });

  test("raises alarms on errors, lag, standing still, silence, objects left out and late keys nearly missed, for the topics that it is given", () => {
    const topic = "arn:aws:sns:eu-central-1:123456789012:alerts";
    const template = fetcherTemplate({
      everyMinutes: 60,
      timeoutSeconds: 900,
      alarms: { topicArns: [topic], lagMinutes: 10 },
    });
    const alarms = Object.values(template.all("aws_cloudwatch_metric_alarm"));
    expect(alarms.map(({ alarm_name: name }) => name)).toEqual([
      "logzio-fetcher-errors",
      "logzio-fetcher-lag",
      "logzio-fetcher-late-nearly-missed",
      "logzio-fetcher-not-running",
      "logzio-fetcher-set-aside",
      "logzio-fetcher-stalled",
    ]);
    for (const alarm of alarms) expect(alarm).toMatchObject({ alarm_actions: [topic] });
    // An hour, the minute of the schedule, the timeout, and what data points take to come.
    expect(alarms[1]).toMatchObject({ threshold: 600, period: 3600 + 60 + 900 + 120 });
    expect(fetcherTemplate({ alarms: false }).all("aws_cloudwatch_metric_alarm")).toEqual({});
  });

  test("says what is wrong with each prop, all at once", () => {
    expect(
      refusals({
        name: "x".repeat(41),
        everyMinutes: 0,
        timeoutSeconds: 30,
        sources: [
          {
            bucket: "my-logs",
            start: "yesterday",
            settleSeconds: -1,
            lookback: { keys: 50_000, minutes: 1 },
          },
          { bucket: "my-logs", prefix: "app/", start: { key: "x" }, streams: "some" },
        ],
        alarms: { topicArns: ["alerts"], lagMinutes: 1 },
      }),
    ).toEqual([
      expect.stringMatching(/^name has 41 characters; write at most 40/),
      expect.stringMatching(/^sources\[0\]\.start is "yesterday"; write "now", "beginning", a date/),
      expect.stringMatching(/^sources\[0\]\.settleSeconds is -1; write a whole number from 0 to 3600/),
      expect.stringMatching(/^sources\[0\]\.lookback\.keys is 50000; write a whole number from 0 to 20000/),
      expect.stringMatching(/^sources\[1\]\.streams is "some"; write one of auto, single/),
      expect.stringMatching(/^sources\[1\]\.start is a key, .* write streams: "single"/),
      expect.stringMatching(/^everyMinutes is 0; write a whole number from 1 to 1440/),
      expect.stringMatching(/^timeoutSeconds is 30; write a whole number from 60 to 900/),
      expect.stringMatching(/^alarms\.topicArns has "alerts"; write the ARN of an SNS topic/),
      expect.stringMatching(/^alarms\.lagMinutes is 1; write a whole number from 5 to 1440/),
      expect.stringMatching(/^sources\[1\] .*hold the same keys/),
    ]);
  });

  test("asks for what is missing", () => {
    expect(refusals({ sources: undefined, region: undefined })).toEqual([
      expect.stringMatching(/^sources is missing/),
      expect.stringMatching(/^region is missing, and so is listener/),
    ]);
    expect(refusals({ sources: [] })).toEqual([expect.stringMatching(/^sources is empty/)]);
  });
});
