import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { refusal, removeFolder, synthesize } from "./configurations";
import { valid } from "./valid";

/** The shortest useful configuration for metrics. */
const validMetrics = `region: us
aws:
  region: us-east-1
metrics:
  namespaces: [AWS/S3, AWS/Lambda]
`;

afterAll(removeFolder);

/** The one resource of a type. */
function only(resource: Readonly<Record<string, object>>, type: string): unknown {
  const [found, ...more] = Object.values(resource[type] ?? {}) as unknown[];
  expect(more).toEqual([]);
  return found;
}

describe("The metrics in logzio.yaml", () => {
  it("are a stream of the listed namespaces, with a token from a variable of their own", () => {
    const { resource, output, variable } = synthesize(validMetrics);

    expect(only(resource, "aws_cloudwatch_metric_stream")).toMatchObject({
      include_filter: [{ namespace: "AWS/S3" }, { namespace: "AWS/Lambda" }],
    });
    expect(variable).toEqual({
      logzio_metrics_token: expect.objectContaining({ ephemeral: true, sensitive: true }) as object,
    });
    expect(Object.keys(output).sort()).toEqual([
      "delivery_stream_name",
      "metric_stream_names",
      "metrics_backup_bucket",
    ]);
    expect(resource).not.toHaveProperty("aws_lambda_function");
  });

  it("stand beside the hook, with two tokens, and with a listener of the hook's", () => {
    const { resource, variable } = synthesize(
      `${valid}listener: https://listener.example.com:8071\nmetrics: { namespaces: all }\n`,
    );

    expect(Object.keys(variable ?? {}).sort()).toEqual(["logzio_metrics_token", "logzio_token"]);
    expect(only(resource, "aws_kinesis_firehose_delivery_stream")).toMatchObject({
      http_endpoint_configuration: { url: "https://listener-otlp-aws-metrics-stream-us.logz.io" },
    });
  });

  it("are described by the example, once the lines are no comment", () => {
    const example = readFileSync(resolve(__dirname, "../../../logzio.example.yaml"), "utf8");
    const [commented = ""] = /^# metrics:\n(#.*\n)+/m.exec(example) ?? [];
    const block = commented.replace(/^# ?/gm, "");
    const { resource } = synthesize(validMetrics.slice(0, validMetrics.indexOf("metrics:")) + block);

    expect(Object.keys(resource["aws_s3_bucket_metric"] ?? {})).toHaveLength(3);
    expect(only(resource, "aws_cloudwatch_metric_stream")).toMatchObject({
      include_filter: [
        {},
        {},
        { namespace: "AWS/EC2", metric_names: ["CPUUtilization", "StatusCheckFailed"] },
      ],
      statistics_configuration: [{ additional_statistics: ["p95", "p99"] }],
    });
  });

  it("take a secret, and an endpoint in place of the region", () => {
    const { resource, variable } = synthesize(`aws: { region: us-east-1 }
metrics:
  token: { secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:metrics-AbCdEf" }
  endpoint: https://metrics.example.com/logzio
  exclude: [AWS/Usage]
  alarms: false
`);

    expect(variable).toBeUndefined();
    expect(resource).not.toHaveProperty("aws_cloudwatch_metric_alarm");
    expect(only(resource, "aws_kinesis_firehose_delivery_stream")).toMatchObject({
      http_endpoint_configuration: { url: "https://metrics.example.com/logzio" },
    });
  });

  it("are refused with all problems at once, each with its line", () => {
    const text = refusal(`region: us
aws:
  region: us-east-1
metrics:
  namespaces:
    - AWS/S3:AllRequests
    - namespace: AWS/EC2
      metric: [CPUUtilization]
    - 5
  bufferSecond: 60
  retrySeconds: long
  backup:
    expireDays: 0
    kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555
  requestMetrics:
    - prefix: a/
  alarms: yes please
`);

    for (const expected of [
      'metrics.namespaces[0] (line 6) is "AWS/S3:AllRequests"; write { namespace: "AWS/S3"',
      "metrics.namespaces[1].metric (line 8) is not a known key; did you mean metrics?",
      "metrics.namespaces[2] (line 9) is 5 (a number); write text",
      "metrics.bufferSecond (line 10) is not a known key; did you mean bufferSeconds?",
      'metrics.retrySeconds (line 11) is "long" (text); write a number',
      "metrics.backup.expireDays (line 13) is 0; write a whole number from 1 to 3650",
      "metrics.backup.kmsKeyArn (line 14) is",
      "metrics.requestMetrics[0].bucket (line 16) is missing",
      'metrics.alarms (line 17) is "yes please" (text); write false, or a block of keys',
    ])
      expect(text).toContain(expected);
    expect(text.split("\n  - ")).toHaveLength(10);
  });

  it.each([
    ["no namespaces", "metrics: {}", "metrics.namespaces (line 4) is missing; write what is to be streamed"],
    ["no region", validMetrics.replace("region: us\n", ""), "region is missing, and so is endpoint"],
    [
      "a token for logs that nothing uses",
      `${validMetrics}token: { variable: true }\n`,
      "token (line 6) is given without hook and fetcher, which alone ship with it; remove it, or write one of them (that of the metrics is metrics.token)",
    ],
    [
      "a backup that is shipped as logs",
      `${valid}metrics: { namespaces: [AWS/S3], backup: { bucket: my-logs, prefix: AWSLogs/metrics/ } }\n`,
      "metrics.backup.bucket (line 11) is shipped as logs (hook.sources[0])",
    ],
    [
      "too many tags",
      `${validMetrics}  tags: { ${Array.from({ length: 51 }, (_, n) => `t${n}: x`).join(", ")} }\n`,
      "metrics.tags (line 6) has 51 entries; AWS allows 50",
    ],
  ])("are refused with place and advice for %s", (_, text, expected) => {
    const file = text === "metrics: {}" ? `region: us\naws:\n  region: us-east-1\n${text}\n` : text;
    expect(refusal(file)).toContain(expected);
  });

  it("never repeat what stands where a token may be by mistake", () => {
    for (const token of ["SECRETTOKEN", "[SECRETTOKEN]", "{ secretArn: SECRETTOKEN }", "*SECRETTOKEN"]) {
      const text = refusal(`${validMetrics}  token: ${token}\n`);
      expect(text).toContain("metrics.token");
      expect(text).not.toContain("SECRETTOKEN");
    }
  });
});
