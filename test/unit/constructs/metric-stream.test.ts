import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import type { TerraformStack } from "cdktf";
import {
  ListenerToken,
  MetricStream,
  RequestMetrics,
  type MeasuredBucket,
  type MetricStreamProps,
} from "../../../constructs";
import { statements, type Template } from "../../support/template";
import { metricsTokenIn, problemsOf, synthesize, tokenIn } from "./stacks";

type Changes = Partial<Omit<MetricStreamProps, "token">>;

function addStream(stack: TerraformStack, changes: Changes = {}): MetricStream {
  return new MetricStream(stack, "metrics", {
    ...("endpoint" in changes ? {} : { region: "eu" }),
    token: metricsTokenIn(stack),
    ...(["exclude", "namespaces", "discover"].some((choice) => choice in changes)
      ? {}
      : { namespaces: ["AWS/S3", "AWS/Lambda"] }),
    ...changes,
  });
}

const streamTemplate = (changes: Changes = {}): Template =>
  synthesize((stack) => {
    addStream(stack, changes);
  });

/** What JavaScript and configuration files can pass as well. */
const refusals = (changes: object): string[] => problemsOf(() => streamTemplate(changes));

const plain = streamTemplate();

describe("MetricStream", () => {
  test("has these Terraform addresses, which are part of its API", () => {
    expect(plain.addresses).toMatchSnapshot();
  });

  test("streams what is listed, in the format that Logz.io reads", () => {
    expect(plain.only("aws_cloudwatch_metric_stream")).toMatchObject({
      name: "logzio-metrics",
      output_format: "opentelemetry1.0",
      include_filter: [{ namespace: "AWS/S3" }, { namespace: "AWS/Lambda" }],
      include_linked_accounts_metrics: false,
    });
  });

  test("delivers to the region's endpoint, uncompressed, with the label that tells the stream", () => {
    const { http_endpoint_configuration: http } = plain.only("aws_kinesis_firehose_delivery_stream");
    expect(http).toMatchObject({
      url: "https://listener-otlp-aws-metrics-stream-eu.logz.io",
      buffering_interval: 60,
      buffering_size: 5,
      retry_duration: 300,
      s3_backup_mode: "FailedDataOnly",
      request_configuration: {
        content_encoding: "NONE",
        common_attributes: [{ name: "P8S_LOGZIO_NAME", value: "logzio-otlp-metrics-stream" }],
      },
    });
    const us = streamTemplate({ region: "us", p8sLogzioName: "prod-${x}" });
    expect(us.only("aws_kinesis_firehose_delivery_stream")).toMatchObject({
      http_endpoint_configuration: {
        url: "https://listener-otlp-aws-metrics-stream-us.logz.io",
        request_configuration: { common_attributes: [{ value: "prod-$${x}" }] },
      },
    });
  });

  test("gives Firehose the token in its secret alone, as JSON with api_key", () => {
    const { http_endpoint_configuration: http } = plain.only("aws_kinesis_firehose_delivery_stream");
    expect(http).not.toHaveProperty("access_key");
    expect(http).toMatchObject({
      secrets_manager_configuration: {
        enabled: true,
        secret_arn: expect.stringContaining("aws_secretsmanager_secret.metrics-token_secret") as string,
      },
    });
    expect(plain.only("aws_secretsmanager_secret")).toMatchObject({ name_prefix: "logzio-metrics-token-" });
    expect(plain.only("aws_secretsmanager_secret_version")).toMatchObject({
      secret_string_wo: '${jsonencode({"api_key" = var.logzio_metrics_token})}',
    });
  });

  test("logs errors to log streams that exist, with the right to exactly these", () => {
    const logs = Object.values(plain.all("aws_cloudwatch_log_stream")).map(({ name }) => name);
    const { http_endpoint_configuration: http } = plain.only("aws_kinesis_firehose_delivery_stream") as {
      http_endpoint_configuration: Record<string, unknown>;
    };
    const policy = statements(plain.where("aws_iam_role_policy", "name", "deliver")["policy"]);
    const right = policy.find(({ Action }) => Action.includes("logs:PutLogEvents"));

    expect(logs.sort()).toEqual(["backup", "http-endpoint"]);
    expect(http).toMatchObject({
      cloudwatch_logging_options: { enabled: true },
      s3_configuration: { cloudwatch_logging_options: { enabled: true } },
    });
    for (const resource of right?.Resource ?? [])
      expect(resource).toMatch(
        /^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:log-stream:\$\{aws_cloudwatch_log_stream\.[\w-]+\.name\}$/,
      );
    expect(right?.Resource).toHaveLength(2);
  });

  test("keeps what failed in a private, encrypted bucket that expires and blocks no destroy", () => {
    expect(plain.only("aws_s3_bucket")).toMatchObject({
      bucket_prefix: "logzio-metrics-backup-",
      force_destroy: true,
    });
    expect(plain.only("aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(plain.only("aws_s3_bucket_server_side_encryption_configuration")).toMatchObject({
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
    expect(plain.only("aws_s3_bucket_lifecycle_configuration")).toMatchObject({
      rule: [{ status: "Enabled", expiration: [{ days: 30 }] }],
    });
    expect(statements(plain.only("aws_s3_bucket_policy")["policy"])).toMatchObject([
      { Effect: "Deny", Action: ["s3:*"], Condition: { Bool: { "aws:SecureTransport": "false" } } },
    ]);
  });

  test("keeps the bucket on destroy, longer, and under a customer key, where that is asked for", () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    const template = streamTemplate({ backup: { keepOnDestroy: true, expireDays: 90, kmsKeyArn } });

    expect(template.only("aws_s3_bucket")).toMatchObject({ force_destroy: false });
    expect(template.only("aws_s3_bucket_lifecycle_configuration")).toMatchObject({
      rule: [{ expiration: [{ days: 90 }] }],
    });
    expect(template.only("aws_s3_bucket_server_side_encryption_configuration")).toMatchObject({
      rule: [
        {
          apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: kmsKeyArn },
          bucket_key_enabled: true,
        },
      ],
    });
  });

  test("writes into a bucket that is there, and changes nothing on it but a metrics configuration", () => {
    const template = streamTemplate({ backup: { bucket: "my-backups", prefix: "logzio/" } });

    expect(template.addresses.filter((address) => address.startsWith("aws_s3_bucket"))).toEqual([
      expect.stringMatching(/^aws_s3_bucket_metric\./),
    ]);
    expect(template.only("aws_s3_bucket_metric")).toEqual({
      bucket: "my-backups",
      name: "logzio-metrics-backup",
      filter: { prefix: "logzio/" },
    });
    expect(template.only("aws_kinesis_firehose_delivery_stream")).toMatchObject({
      http_endpoint_configuration: { s3_configuration: { prefix: "logzio/" } },
    });
  });

  test("writes failed data where the role lets it, and where the alarm counts it, prefix or not", () => {
    const errors = "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/";
    const prefixOf = (template: Template): unknown => {
      const { http_endpoint_configuration: http } = template.only("aws_kinesis_firehose_delivery_stream") as {
        http_endpoint_configuration: { s3_configuration: Record<string, unknown> };
      };
      return http.s3_configuration["error_output_prefix"];
    };
    expect(prefixOf(plain)).toBe(errors);
    expect(prefixOf(streamTemplate({ backup: { prefix: "logzio/" } }))).toBe(`logzio/${errors}`);
  });

  test("asks for a place in a bucket that is there, of which nothing else is touched or counted", () => {
    expect(refusals({ backup: { bucket: "my-backups" } })).toEqual([
      expect.stringMatching(/^backup\.prefix is missing; write where in my-backups/),
    ]);
    expect(refusals({ backup: { prefix: "!{timestamp:yyyy}/" } })).toEqual([
      expect.stringMatching(/^backup\.prefix is "!\{timestamp.*, and Firehose would evaluate it/),
    ]);
  });

  test("raises alarms on failing and late deliveries, on data in the backup, and on what CloudWatch cannot hand over", () => {
    const topic = "arn:aws:sns:eu-central-1:123456789012:alerts";
    const template = streamTemplate({ alarms: { topicArns: [topic], freshnessMinutes: 30 } });
    const alarms = Object.values(template.all("aws_cloudwatch_metric_alarm"));

    expect(alarms).toMatchObject([
      { metric_name: "PutRequests", threshold: 0, evaluation_periods: 1 },
      {
        metric_name: "DeliveryToHttpEndpoint.Success",
        comparison_operator: "LessThanThreshold",
        threshold: 1,
      },
      { metric_name: "DeliveryToHttpEndpoint.DataFreshness", threshold: 1800 },
      { metric_name: "PublishErrorRate", alarm_name: "logzio-metrics-publish" },
    ]);
    for (const alarm of alarms) expect(alarm).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
    expect(streamTemplate({ alarms: false }).all("aws_cloudwatch_metric_alarm")).toEqual({});
  });

  test("stands beside another one in a stack", () => {
    const template = synthesize((stack) => {
      const token = metricsTokenIn(stack);
      for (const name of ["one", "two"])
        new MetricStream(stack, name, { name, region: "us", token, namespaces: ["AWS/S3"] });
    });
    expect(Object.values(template.all("aws_cloudwatch_metric_stream")).map(({ name }) => name)).toEqual([
      "one",
      "two",
    ]);
    const roles = Object.values(template.all("aws_iam_role")).map(({ name }) => name);
    expect(new Set(roles).size).toBe(4);
  });

  test("shares a backup bucket with another one, each with a metrics configuration of its own", () => {
    const template = synthesize((stack) => {
      const token = metricsTokenIn(stack);
      for (const name of ["one", "two"]) {
        const backup = { bucket: "my-backups", prefix: `${name}/` };
        new MetricStream(stack, name, { name, region: "us", token, namespaces: ["AWS/S3"], backup });
      }
    });
    const names = Object.values(template.all("aws_s3_bucket_metric")).map(({ name }) => name);
    expect(names).toEqual(["one-backup", "two-backup"]);
  });

  test("is refused under a name that another one in the stack has, whose stream it would overwrite", () => {
    const many = [{ namespace: "X", metrics: Array.from({ length: 1000 }, (_, index) => `M${index}`) }];
    const refused = (first: Changes, second: Changes): string[] =>
      problemsOf(() =>
        synthesize((stack) => {
          const shared = { region: "us", token: metricsTokenIn(stack), namespaces: ["AWS/S3"] } as const;
          new MetricStream(stack, "first", { ...shared, ...first });
          new MetricStream(stack, "second", { ...shared, ...second });
        }),
      );
    expect(refused({}, {})).toEqual([
      expect.stringMatching(/^name is "logzio-metrics", .* test\/first\/.*; write another name/),
    ]);
    expect(refused({ name: "a", namespaces: many }, { name: "a-2" })).toEqual([
      expect.stringMatching(/^name is "a-2", which test\/first\/stream-1 has already/),
    ]);
    expect(refused({ name: "a-2" }, { name: "a", namespaces: many })).toEqual([
      expect.stringMatching(/^name leads to "a-2", which test\/first\/delivery\/stream has already/),
    ]);
    expect(refused({ name: "a" }, { name: "b" })).toEqual([]);
  });
});

describe("The filters of a MetricStream", () => {
  const filtersOf = (template: Template): { namespace: string; metric_names?: string[] }[][] =>
    Object.values(template.all("aws_cloudwatch_metric_stream")).map(
      ({ include_filter: filters }) => filters as { namespace: string; metric_names?: string[] }[],
    );
  const names = (count: number, start: string): string[] =>
    Array.from({ length: count }, (_, index) => `${start}${index}`);

  test("take some metrics of a namespace, and exclude", () => {
    const some = [{ namespace: "AWS/EC2", metrics: ["CPUUtilization", "Load ${x}"] }];
    expect(filtersOf(streamTemplate({ namespaces: some }))).toEqual([
      [{ namespace: "AWS/EC2", metric_names: ["CPUUtilization", "Load $${x}"] }],
    ]);
    const excluding = streamTemplate({ namespaces: "all", exclude: ["AWS/Usage", ...some] });
    expect(excluding.only("aws_cloudwatch_metric_stream")).toMatchObject({
      exclude_filter: [{ namespace: "AWS/Usage" }, { namespace: "AWS/EC2" }],
    });
    expect(excluding.only("aws_cloudwatch_metric_stream")).not.toHaveProperty("include_filter");
  });

  test("are none for everything, which has to be written out", () => {
    const all = streamTemplate({ namespaces: "all" }).only("aws_cloudwatch_metric_stream");
    expect(Object.keys(all).filter((key) => key.endsWith("_filter"))).toEqual([]);
    expect(refusals({ namespaces: undefined })).toEqual([
      expect.stringMatching(/^namespaces is missing; .*"all", which bills for every metric/),
    ]);
    expect(refusals({ namespaces: [] })).toEqual([expect.stringMatching(/^namespaces is empty, .* bills/)]);
  });

  test("are spread over streams of 1,000 names, with nothing lost and nothing twice", () => {
    const namespaces = [
      { namespace: "Small", metrics: names(10, "s") },
      { namespace: "Large", metrics: names(2500, "l") },
      ...names(300, "Whole/"),
    ];
    const template = streamTemplate({ namespaces });
    const streams = filtersOf(template);
    const counts = streams.map((filters) =>
      filters.reduce((count, { metric_names: metrics = [] }) => count + 1 + metrics.length, 0),
    );
    const selected = streams
      .flat()
      .flatMap(({ namespace, metric_names: metrics = [""] }) => metrics.map((m) => `${namespace}/${m}`));

    expect(counts).toEqual([1000, 1000, 814]);
    expect(selected).toHaveLength(2810);
    expect(new Set(selected).size).toBe(2810);
    expect(Object.values(template.all("aws_cloudwatch_metric_stream")).map(({ name }) => name)).toEqual([
      "logzio-metrics",
      "logzio-metrics-2",
      "logzio-metrics-3",
    ]);
    const publish = Object.values(template.all("aws_cloudwatch_metric_alarm")).filter(
      ({ metric_name: metric }) => metric === "PublishErrorRate",
    );
    expect(publish).toHaveLength(3);
  });

  test("go with the percentiles of what a stream carries", () => {
    const template = streamTemplate({
      namespaces: [{ namespace: "Large", metrics: names(1200, "m") }],
      statistics: [
        {
          statistics: ["p50", "p99.9"],
          metrics: [
            { namespace: "Large", metric: "m1" },
            { namespace: "Large", metric: "m1100" },
          ],
        },
      ],
    });
    const streams = Object.values(template.all("aws_cloudwatch_metric_stream"));
    expect(streams.map(({ statistics_configuration: statistics }) => statistics)).toEqual(
      ["m1", "m1100"].map((metric) => [
        {
          additional_statistics: ["p50", "p99.9"],
          include_metric: [{ namespace: "Large", metric_name: metric }],
        },
      ]),
    );
  });
});

describe("The functions beside a MetricStream", () => {
  const environments = (template: Template): Record<string, Record<string, string>> =>
    Object.fromEntries(
      Object.values(template.all("aws_lambda_function")).map(({ function_name: name, environment }) => [
        String(name),
        (environment as { variables: Record<string, string> }).variables,
      ]),
    );

  test("find namespaces for a stream that until then has a harmless filter, and that Terraform leaves alone", () => {
    const discover = { include: ["AWS/*", "MyApp/*"], exclude: ["AWS/Usage"] };
    const template = streamTemplate({ discover });
    expect(template.only("aws_cloudwatch_metric_stream")).toMatchObject({
      include_filter: [{ namespace: "LogzioS3/NoNamespaceYet" }],
      lifecycle: { ignore_changes: ["include_filter", "exclude_filter"] },
    });
    expect(environments(template)["logzio-metrics-namespaces"]).toMatchObject({
      METRIC_STREAM: expect.stringContaining("aws_cloudwatch_metric_stream") as string,
      INCLUDE: JSON.stringify(discover.include),
      EXCLUDE: JSON.stringify(discover.exclude),
    });
    const named = streamTemplate({ discover: { include: ["AWS/S3", "MyApp/*"] } });
    expect(named.only("aws_cloudwatch_metric_stream")).toMatchObject({
      include_filter: [{ namespace: "AWS/S3" }],
    });
  });

  test("ship the tags of what is streamed, to the region's listener, under the stream's name", () => {
    const tagsOf = (changes: Changes): Record<string, string> =>
      environments(streamTemplate({ resourceTags: true, ...changes }))["logzio-metrics-tags"];
    const exclude = ["AWS/EC2", { namespace: "AWS/S3", metrics: ["AllRequests"] }];

    expect(tagsOf({ namespaces: ["AWS/S3", "MyApp"], p8sLogzioName: "prod" })).toMatchObject({
      LOGZIO_LISTENER: "https://listener-eu.logz.io:8053",
      NAMESPACES: '["AWS/S3"]',
      P8S_LOGZIO_NAME: "prod",
    });
    expect(tagsOf({ exclude })).toMatchObject({ NAMESPACES: '["*"]', EXCLUDE: '["AWS/EC2"]' });
    expect(tagsOf({ discover: { include: ["AWS/*"], exclude: ["AWS/EC2"] } })).toMatchObject({
      NAMESPACES: '["AWS/*"]',
      EXCLUDE: '["AWS/EC2"]',
    });
    const listener = "https://metrics.example.com:8053";
    expect(tagsOf({ endpoint: "https://example.com", resourceTags: { listener } })).toMatchObject({
      LOGZIO_LISTENER: listener,
    });
  });

  test("tell the stream's topics, and nobody without alarms", () => {
    const topic = "arn:aws:sns:eu-central-1:123456789012:alerts";
    const both = { discover: { include: ["AWS/*"] }, resourceTags: true };
    const alarms = Object.values(
      streamTemplate({ ...both, alarms: { topicArns: [topic] } }).all("aws_cloudwatch_metric_alarm"),
    );
    expect(alarms).toHaveLength(10);
    for (const alarm of alarms) expect(alarm).toMatchObject({ alarm_actions: [topic] });
    expect(streamTemplate({ ...both, alarms: false }).all("aws_cloudwatch_metric_alarm")).toEqual({});
  });

  test("are refused with the place of each mistake", () => {
    expect(
      refusals({
        discover: { include: ["aws/*", "AWS/S3"], exclude: ["AWS/S3"], everyMinutes: 1 },
        exclude: ["X"],
      }),
    ).toEqual([
      expect.stringMatching(/^discover\.include\[0\] is "aws\/\*"; write AWS in capitals/),
      expect.stringMatching(/^discover\.everyMinutes is 1; write a whole number from 5 to 1440/),
      expect.stringMatching(/^discover\.exclude leaves out "AWS\/S3", which include names/),
      expect.stringMatching(/^discover stands in place of namespaces and exclude/),
    ]);
    expect(refusals({ discover: {}, resourceTags: { tagKeys: [], everyMinutes: 5 } })).toEqual([
      expect.stringMatching(/^discover\.include is missing/),
      expect.stringMatching(/^resourceTags\.everyMinutes is 5; write a whole number from 1 to 4/),
      expect.stringMatching(/^resourceTags\.tagKeys is empty/),
    ]);
    expect(refusals({ namespaces: ["MyApp"], resourceTags: true })).toEqual([
      expect.stringMatching(/^resourceTags finds no namespace whose resources have tags/),
    ]);
    expect(refusals({ endpoint: "https://example.com", resourceTags: true })).toEqual([
      expect.stringMatching(/^resourceTags needs its own listener beside endpoint/),
    ]);
    expect(refusals({ resourceTags: { listener: "https://listener.logz.io:8053" } })).toEqual([
      expect.stringMatching(/^resourceTags\.listener and region are both given/),
    ]);
  });
});

describe("A MetricStream with wrong props", () => {
  test("says what is wrong with each, all at once", () => {
    expect(
      refusals({
        name: "Metrics_of_the_whole_company_account",
        region: "de",
        namespaces: [
          "AWS/S3:AllRequests",
          "aws/lambda",
          "AWS/*",
          "AWS/EC2",
          "AWS/EC2",
          { metrics: [] },
          5,
        ].concat({ namespace: "A", metrics: ["X", "Y", "X"] } as never),
        statistics: [{ statistics: ["tm99"], metrics: [] }, { metrics: [{ namespace: "AWS/S3" }] }],
        bufferSeconds: 901,
        bufferMegabytes: 0,
        retrySeconds: 7201,
        backup: { bucket: "arn:aws:s3:::x", expireDays: 0, kmsKeyArn: "alias/x" },
        logRetentionDays: 31,
        alarms: { topicArns: ["alerts"], freshnessMinutes: 1 },
        p8sLogzioName: " ",
      }),
    ).toEqual([
      expect.stringMatching(/^name is "Metrics_of.*"; write 1 to 29 lower-case letters/),
      expect.stringMatching(/^region is "de"; write one of us/),
      expect.stringMatching(
        /^namespaces\[0\] is "AWS\/S3:AllRequests"; write \{ namespace: "AWS\/S3", metrics: \["AllRequests"\] \}/,
      ),
      expect.stringMatching(/^namespaces\[1\] is "aws\/lambda", .* write "AWS\/lambda"/),
      expect.stringMatching(/^namespaces\[2\] is "AWS\/\*", and a stream's filters know no patterns/),
      expect.stringMatching(/^namespaces\[5\] has no namespace/),
      expect.stringMatching(/^namespaces\[5\]\.metrics is empty/),
      expect.stringMatching(/^namespaces\[6\] is 5; write "AWS\/S3" or/),
      expect.stringMatching(/^namespaces\[7\]\.metrics\[2\] is "X" again; remove it/),
      expect.stringMatching(/^namespaces\[4\] is "AWS\/EC2" again/),
      expect.stringMatching(/^statistics\[0\]\.statistics\[0\] is "tm99", .* percentiles alone/),
      expect.stringMatching(/^statistics\[0\]\.metrics is empty/),
      expect.stringMatching(/^statistics\[1\]\.metrics\[0\]\.metric is missing/),
      expect.stringMatching(/^statistics\[1\]\.statistics is missing/),
      expect.stringMatching(/^p8sLogzioName is " "; write 1 to 256/),
      expect.stringMatching(/^bufferSeconds is 901; write a whole number from 0 to 900/),
      expect.stringMatching(/^bufferMegabytes is 0; write a whole number from 1 to 64/),
      expect.stringMatching(/^retrySeconds is 7201; write a whole number from 0 to 7200/),
      expect.stringMatching(/^backup\.bucket is the ARN .*; write the bucket's name, "x"/),
      expect.stringMatching(/^backup\.kmsKeyArn \("alias\/x"\) is an alias/),
      expect.stringMatching(/^backup\.expireDays is 0; write a whole number from 1 to 3650/),
      expect.stringMatching(/^backup\.expireDays is for a new bucket/),
      expect.stringMatching(/^backup\.prefix is missing/),
      expect.stringMatching(/^logRetentionDays is 31; write one of 1, 3/),
      expect.stringMatching(/^alarms\.topicArns has "alerts"; write the ARN of an SNS topic/),
      expect.stringMatching(/^alarms\.freshnessMinutes is 1; write a whole number from 5 to 1440/),
    ]);
  });

  test("is refused where props contradict each other", () => {
    expect(
      refusals({
        region: "eu",
        endpoint: "https://metrics.example.com:8443/x",
        namespaces: ["AWS/S3"],
        exclude: ["AWS/EC2"],
        statistics: [{ statistics: ["p99"], metrics: [{ namespace: "AWS/SQS", metric: "Age" }] }],
      }),
    ).toEqual([
      expect.stringMatching(/^endpoint is "https:.*", and Firehose delivers to https on port 443 alone/),
      expect.stringMatching(/^region and endpoint are both given/),
      expect.stringMatching(/^exclude and a list of namespaces are both given/),
      expect.stringMatching(/^statistics\[0\]\.metrics\[0\] is AWS\/SQS Age, which is not streamed; add it/),
    ]);
    const metric = { namespace: "AWS/S3", metric: "BytesDownloaded" };
    expect(
      refusals({ exclude: ["AWS/S3"], statistics: [{ statistics: ["p99"], metrics: [metric] }] }),
    ).toEqual([expect.stringMatching(/which is not streamed; remove it here or in exclude/)]);
    expect(
      refusals({
        exclude: [{ namespace: "X", metrics: Array.from({ length: 1000 }, (_, index) => `M${index}`) }],
      }),
    ).toEqual([
      expect.stringMatching(/^exclude names 1001 namespaces and metrics, and CloudWatch takes 1000/),
    ]);
  });

  test("never repeats what may be a token of an endpoint", () => {
    const [refusal] = refusals({ endpoint: "https://user:SECRETTOKEN@metrics.example.com" });
    expect(refusal).toMatch(/^endpoint holds more than scheme, host and path/);
    expect(refusal).not.toContain("SECRETTOKEN");
  });

  test("is refused with a token that Firehose cannot read, or without one", () => {
    const withToken = (make: (stack: TerraformStack) => unknown): string[] =>
      problemsOf(() =>
        synthesize((stack) => {
          const token = make(stack) as ListenerToken;
          new MetricStream(stack, "metrics", { region: "eu", namespaces: ["AWS/S3"], token });
        }),
      );
    expect(withToken(tokenIn)).toEqual([
      expect.stringMatching(/^token is made for logs, .*write purpose: "metrics"/),
    ]);
    expect(withToken(() => "TOKENTEXT")).toEqual([expect.stringMatching(/^token is no ListenerToken/)]);
    const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:metrics-AbCdEf";
    expect(withToken((stack) => new ListenerToken(stack, "token", { secretArn }))).toEqual([]);
  });
});

describe("RequestMetrics", () => {
  const withBuckets = (buckets: unknown): Template =>
    synthesize((stack) => {
      new RequestMetrics(stack, "requests", { buckets: buckets as readonly MeasuredBucket[] });
    });

  test("measure whole buckets under the console's name, and prefixes under names made of them", () => {
    const template = withBuckets([
      { bucket: "my-logs" },
      { bucket: "my-logs", prefix: "app/" },
      { bucket: "my-logs", prefix: "a/b/" },
      { bucket: "other", prefix: "x/", name: "reports" },
    ]);
    expect(Object.values(template.all("aws_s3_bucket_metric"))).toEqual([
      { bucket: "my-logs", name: "EntireBucket" },
      {
        bucket: "my-logs",
        name: expect.stringMatching(/^a-b-[0-9a-f]{8}$/) as string,
        filter: { prefix: "a/b/" },
      },
      { bucket: "my-logs", name: "app", filter: { prefix: "app/" } },
      { bucket: "other", name: "reports", filter: { prefix: "x/" } },
    ]);
  });

  test("keep their addresses when entries move", () => {
    const [one, two] = [{ bucket: "one" }, { bucket: "two", prefix: "a/" }];
    expect(withBuckets([two, one]).addresses).toEqual(withBuckets([one, two]).addresses);
  });

  test("take a bucket of the stack", () => {
    const template = synthesize((stack) => {
      const { bucket } = new S3Bucket(stack, "logs", { bucket: "my-logs" });
      new RequestMetrics(stack, "requests", { buckets: [{ bucket }] });
    });
    expect(template.only("aws_s3_bucket_metric")).toMatchObject({ bucket: "${aws_s3_bucket.logs.bucket}" });
  });

  test("are refused with the place of each mistake", () => {
    const problems = (buckets: unknown): string[] => problemsOf(() => withBuckets(buckets));
    expect(problems([])).toEqual([expect.stringMatching(/^buckets is empty/)]);
    expect(problems(undefined)).toEqual([expect.stringMatching(/^buckets is missing/)]);
    expect(problems([{ bucket: "s3://x/y" }, { prefix: "/a" }, { bucket: "my-logs", name: "a b" }])).toEqual([
      expect.stringMatching(/^buckets\[0\]\.bucket is the URL/),
      expect.stringMatching(/^buckets\[1\]\.prefix is "\/a"/),
      expect.stringMatching(/^buckets\[1\]\.bucket is missing/),
      expect.stringMatching(/^buckets\[2\]\.name is "a b"/),
    ]);
    expect(problems([{ bucket: "my-logs" }, { bucket: "my-logs", name: "EntireBucket" }])).toEqual([
      expect.stringMatching(/^buckets\[1\] has the same bucket and name as \[0\]/),
    ]);
  });
});
