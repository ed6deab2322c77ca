import { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import type { TerraformStack } from "cdktf";
import {
  ListenerToken,
  ResourceTags,
  startingNamespaces,
  StreamNamespaces,
  type ResourceTagsProps,
  type StreamNamespacesProps,
} from "../../../constructs";
import { parse as parseNamespaces } from "../../../lambdas/metric-namespaces/environment";
import { parse as parseTags } from "../../../lambdas/resource-tags/environment";
import type { IamCall, Simulation } from "../../support/policy-simulation";
import type { Template } from "../../support/template";
import { accounts, deployed, keyArn, prove } from "./proof";
import { problemsOf, synthesize, tokenIn } from "./stacks";

const region = "us-east-1";
const firehoseArn = `arn:aws:firehose:${region}:${accounts.own}:deliverystream/logzio-metrics`;
const roleArn = `arn:aws:iam::${accounts.own}:role/logzio-metrics-stream`;
const streamArn = `arn:aws:cloudwatch:${region}:${accounts.own}:metric-stream/logzio-metrics`;
const secretArn = `arn:aws:secretsmanager:${region}:${accounts.own}:secret:logzio-metrics-AbCdEf`;
const secretKey = keyArn(7);
const selection = { include: ["AWS/*", "MyApp"], exclude: ["AWS/Usage"] };
const topic = `arn:aws:sns:${region}:${accounts.own}:alerts`;

function metricStream(stack: TerraformStack, changes: object = {}): CloudwatchMetricStream {
  return new CloudwatchMetricStream(stack, "stream", {
    name: "logzio-metrics",
    firehoseArn,
    roleArn,
    outputFormat: "opentelemetry1.0",
    includeFilter: startingNamespaces(selection).map((namespace) => ({ namespace })),
    ...changes,
  });
}

const namespacesTemplate = (
  changes: Partial<StreamNamespacesProps> | object = {},
  ofStream: object = {},
): Template =>
  synthesize((stack) => {
    const stream = metricStream(stack, ofStream);
    new StreamNamespaces(stack, "namespaces", { stream, firehoseArn, roleArn, ...selection, ...changes });
  });

const tagsTemplate = (changes: Partial<ResourceTagsProps> | object = {}): Template =>
  synthesize((stack) => {
    new ResourceTags(stack, "tags", {
      region: "eu",
      token: tokenIn(stack),
      namespaces: ["AWS/S3", "AWS/L*"],
      p8sLogzioName: "my-stream",
      ...changes,
    });
  });

const variables = (template: Template): Record<string, string> =>
  (template.only("aws_lambda_function") as { environment: { variables: Record<string, string> } }).environment
    .variables;

describe("StreamNamespaces", () => {
  test("has these Terraform addresses, which are part of its API", () => {
    expect(namespacesTemplate().addresses).toMatchSnapshot();
  });

  test("tells the function its stream, and what to include", () => {
    expect(parseNamespaces(variables(namespacesTemplate()))).toEqual({
      stream: "${aws_cloudwatch_metric_stream.stream.name}",
      firehoseArn,
      roleArn,
      ...selection,
      logLevel: "info",
    });
  });

  test("has Terraform leave the filters alone, beside what the stream's user has it leave alone", () => {
    const lifecycle = (ofStream: object): unknown =>
      namespacesTemplate({}, ofStream).only("aws_cloudwatch_metric_stream")["lifecycle"];
    // Taking out exclude filters of before is the function's as well: Terraform alone would leave a stream without any.
    expect(lifecycle({})).toEqual({ ignore_changes: ["include_filter", "exclude_filter"] });
    expect(lifecycle({ lifecycle: { ignoreChanges: ["tags"], preventDestroy: true } })).toEqual({
      ignore_changes: ["tags", "include_filter", "exclude_filter"],
      prevent_destroy: true,
    });
    expect(lifecycle({ lifecycle: { ignoreChanges: "all" } })).toEqual({ ignore_changes: "all" });
  });

  test("runs at once and every hour, and anew where stream or selection change", () => {
    const template = namespacesTemplate();
    const [[functionName]] = Object.entries(template.all("aws_lambda_function"));
    expect(template.only("aws_scheduler_schedule")).toMatchObject({
      schedule_expression: "rate(60 minutes)",
      lifecycle: {
        replace_triggered_by: [
          `aws_lambda_function.${functionName}.environment`,
          "aws_cloudwatch_metric_stream.stream",
        ],
      },
    });
    expect(template.only("aws_scheduler_schedule")).not.toHaveProperty("start_date");
    expect(template.only("aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 2,
    });
  });

  test("says what is wrong, all at once", () => {
    const problems = problemsOf(() =>
      namespacesTemplate({
        name: "x".repeat(50),
        include: ["aws/ec2", "", "MyApp"],
        exclude: ["My*"],
        firehoseArn: undefined,
        everyMinutes: 1,
        timeoutSeconds: 1000,
        alarms: { topicArns: ["alerts"] },
        stream: "logzio-metrics",
      }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^name has 50 characters; write at most 40/),
      expect.stringMatching(/^include\[0\] is "aws\/ec2"; write AWS in capitals: "AWS\/ec2"/),
      expect.stringMatching(/^include\[1\] is ""; write a namespace such as "AWS\/S3"/),
      expect.stringMatching(/^everyMinutes is 1; write a whole number from 5 to 1440/),
      expect.stringMatching(/^timeoutSeconds is 1000; write a whole number from 30 to 900/),
      expect.stringMatching(/^alarms\.topicArns has "alerts"; write the ARN of an SNS topic/),
      expect.stringMatching(/^firehoseArn is missing/),
      expect.stringMatching(/^exclude leaves out "MyApp", which include names/),
      expect.stringMatching(/^stream is no CloudwatchMetricStream/),
    ]);
  });

  test.each([
    [{ include: undefined }, {}, /^include is missing; write at least one/],
    [{ include: [] }, {}, /^include is empty; write at least one/],
    [{}, { includeFilter: undefined }, /^stream has no include_filter, so it would send every metric/],
    [{}, { includeFilter: undefined, excludeFilter: [{ namespace: "A" }] }, /^stream has exclude_filter/],
  ])("refuses %j with a stream that has %j", (changes, ofStream, problem) => {
    expect(problemsOf(() => namespacesTemplate(changes, ofStream))).toEqual([expect.stringMatching(problem)]);
  });
});

describe("ResourceTags", () => {
  test("has these Terraform addresses, which are part of its API", () => {
    expect(tagsTemplate().addresses).toMatchSnapshot();
  });

  test("tells the function the region's listener for metrics, and what to ship", () => {
    expect(parseTags(variables(tagsTemplate({ tagKeys: ["team"], exclude: ["AWS/Logs"] })))).toMatchObject({
      listener: new URL("https://listener-eu.logz.io:8053"),
      namespaces: ["AWS/S3", "AWS/L*"],
      exclude: ["AWS/Logs"],
      tagKeys: ["team"],
      p8sLogzioName: "my-stream",
    });
    const us = variables(tagsTemplate({ region: "us" }));
    expect(us["LOGZIO_LISTENER"]).toBe("https://listener.logz.io:8053");
  });

  test("tells the function of long lists what it has a use for, which fits into an environment", () => {
    const many = Array.from({ length: 1200 }, (_, index) => `Company/Application${index}`);
    const template = tagsTemplate({ namespaces: [...many, "AWS/S3"], exclude: [...many, "AWS/L*"] });
    expect(parseTags(variables(template))).toMatchObject({ namespaces: ["AWS/S3"], exclude: ["AWS/L*"] });
  });

  test("sends more often than Prometheus forgets, and leaves trying again to the next run", () => {
    const template = tagsTemplate();
    expect(template.only("aws_scheduler_schedule")).toMatchObject({ schedule_expression: "rate(4 minutes)" });
    expect(template.only("aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 0,
    });
  });

  test("raises alarms on errors, a function that stopped, and refused series, or none", () => {
    const alarms = Object.values(
      tagsTemplate({ alarms: { topicArns: [topic] } }).all("aws_cloudwatch_metric_alarm"),
    );
    expect(alarms.map(({ alarm_name: name, metric_name: metric }) => [name, metric])).toEqual([
      ["logzio-resource-tags-errors", "Errors"],
      ["logzio-resource-tags-refused", "SeriesRefused"],
      ["logzio-resource-tags-stopped", undefined],
    ]);
    for (const alarm of alarms) expect(alarm).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
    for (const alarm of alarms.slice(0, 2))
      expect(alarm).toMatchObject({ dimensions: { FunctionName: "logzio-resource-tags" } });
    expect(tagsTemplate({ alarms: false }).all("aws_cloudwatch_metric_alarm")).toEqual({});
  });

  test("says what is wrong, all at once", () => {
    const problems = problemsOf(() =>
      tagsTemplate({
        region: undefined,
        listener: "https://listener.logz.io:8053/?token=abc",
        token: "a-token",
        namespaces: ["MyApp"],
        tagKeys: [],
        p8sLogzioName: " ",
        everyMinutes: 5,
        alarms: true,
      }),
    );
    expect(problems).toEqual([
      "listener holds more than scheme, host and port; write https://listener.logz.io:8053",
      expect.stringMatching(/^p8sLogzioName is " "/),
      expect.stringMatching(
        /^everyMinutes is 5; write a whole number from 1 to 4 \(minutes; a series without a sample/,
      ),
      expect.stringMatching(/^alarms is true; write false, or/),
      expect.stringMatching(/^tagKeys is empty/),
      expect.stringMatching(/^token is no ListenerToken/),
      expect.stringMatching(/^namespaces \["MyApp"\] hold none whose resources have tags/),
    ]);
    expect(problems.join()).not.toContain("a-token");
  });

  test("asks for what is missing", () => {
    expect(problemsOf(() => tagsTemplate({ namespaces: undefined, p8sLogzioName: undefined }))).toEqual([
      expect.stringMatching(/^namespaces is missing/),
      expect.stringMatching(/^p8sLogzioName is missing/),
    ]);
  });
});

/** The function's role, with what Terraform puts into its policy. */
function functionRole(name: string, template: Template): Omit<Simulation, "call"> {
  const { policy } = template.where("aws_iam_role_policy", "name", "function");
  const log = `arn:aws:logs:${region}:${accounts.own}:log-group:/aws/lambda/${name}`;
  return {
    principal: `arn:aws:iam::${accounts.own}:role/${name}-${region}`,
    identityPolicies: [
      deployed(policy, {
        "aws_cloudwatch_log_group.arn": log,
        "aws_cloudwatch_metric_stream.arn": streamArn,
      }),
    ],
  };
}

const call = (action: string, resource: string, context: IamCall["context"] = {}): IamCall => ({
  action,
  resource,
  context,
});
const pass = (role: string, service: string): IamCall =>
  call("iam:PassRole", role, { "iam:PassedToService": service });
const cloudwatchStreams = "streams.metrics.cloudwatch.amazonaws.com";
const log = (name: string): string =>
  `arn:aws:logs:${region}:${accounts.own}:log-group:/aws/lambda/${name}:log-stream:2026/01/05/[$LATEST]1`;
const decrypt = (key: string, via: string): IamCall =>
  call("kms:Decrypt", key, { "kms:ViaService": `${via}.${region}.amazonaws.com` });

const withSecretKey = synthesize((stack) => {
  const token = new ListenerToken(stack, "token", { secretArn, secretKmsKeyArn: secretKey });
  new ResourceTags(stack, "tags", { region: "us", token, namespaces: ["AWS/*"], p8sLogzioName: "s" });
});

prove({
  "The role of metric-namespaces": [
    functionRole("logzio-metric-namespaces", namespacesTemplate()),
    [
      ["allow", "list metrics", call("cloudwatch:ListMetrics", "*")],
      ["allow", "read the stream", call("cloudwatch:GetMetricStream", streamArn)],
      ["allow", "write the stream", call("cloudwatch:PutMetricStream", streamArn)],
      ["allow", "pass the stream's role to it", pass(roleArn, cloudwatchStreams)],
      ["allow", "write its log", call("logs:PutLogEvents", log("logzio-metric-namespaces"))],
      ["deny", "read another stream", call("cloudwatch:GetMetricStream", `${streamArn}-2`)],
      ["deny", "write another stream", call("cloudwatch:PutMetricStream", `${streamArn}-2`)],
      ["deny", "delete the stream", call("cloudwatch:DeleteMetricStream", streamArn)],
      ["deny", "stop the stream", call("cloudwatch:StopMetricStreams", streamArn)],
      ["deny", "tag the stream", call("cloudwatch:TagResource", streamArn)],
      ["deny", "list streams", call("cloudwatch:ListMetricStreams", "*")],
      ["deny", "read values of metrics", call("cloudwatch:GetMetricData", "*")],
      ["deny", "pass the role to a function", pass(roleArn, "lambda.amazonaws.com")],
      ["deny", "pass another role", pass(`${roleArn}-2`, cloudwatchStreams)],
      ["deny", "make a role", call("iam:CreateRole", roleArn)],
      ["deny", "change the role", call("iam:PutRolePolicy", roleArn)],
      ["deny", "put into the delivery stream", call("firehose:PutRecord", firehoseArn)],
      ["deny", "write another log", call("logs:PutLogEvents", log("logzio-resource-tags"))],
      ["deny", "bring its log group back", call("logs:CreateLogGroup", log("logzio-metric-namespaces"))],
    ],
  ],
  "The role of resource-tags": [
    functionRole("logzio-resource-tags", withSecretKey),
    [
      ["allow", "read tags", call("tag:GetResources", "*")],
      ["allow", "read the token", call("secretsmanager:GetSecretValue", secretArn)],
      ["allow", "decrypt the token", decrypt(secretKey, "secretsmanager")],
      ["allow", "write its log", call("logs:PutLogEvents", log("logzio-resource-tags"))],
      ["deny", "write tags", call("tag:TagResources", "*")],
      ["deny", "remove tags", call("tag:UntagResources", "*")],
      ["deny", "list keys of tags", call("tag:GetTagKeys", "*")],
      ["deny", "read another secret", call("secretsmanager:GetSecretValue", secretArn.replace("AbC", "XyZ"))],
      ["deny", "write the token", call("secretsmanager:PutSecretValue", secretArn)],
      ["deny", "decrypt with the token's key through S3", decrypt(secretKey, "s3")],
      ["deny", "decrypt with another key", decrypt(keyArn(8), "secretsmanager")],
      ["deny", "read an object of a tagged bucket", call("s3:GetObject", "arn:aws:s3:::my-logs/a")],
      ["deny", "write another log", call("logs:PutLogEvents", log("logzio-metric-namespaces"))],
    ],
  ],
});
