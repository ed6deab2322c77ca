import { dashboards } from "../../dashboards/files";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { resourceSeries } from "../../lambdas/resource-tags/series";
import { receive, recordOf, type StreamedMetric } from "../support/metric-receiver";
import { missingPrometheus, Prometheus } from "../support/prometheus";
import { describeWhere } from "../support/requirements";

const stream = "my-stream";
const home = { account: "123456789012", region: "eu-central-1" };
const minute = 60_000;

const named = (namespace: string, dimensions: Record<string, string>, ...names: string[]): StreamedMetric[] =>
  names.map((name) => ({ namespace, name, dimensions }));

/** What CloudWatch has of a bucket, a hook or fetcher, its queue and a delivery stream. */
const metrics = [
  ...named(
    "AWS/S3",
    { BucketName: "My-Logs", StorageType: "StandardStorage" },
    "BucketSizeBytes",
    "NumberOfObjects",
  ),
  ...named(
    "AWS/S3",
    { BucketName: "My-Logs", FilterId: "EntireBucket" },
    ...["All", "Get", "Put", "Head", "List", "Delete", "Post"].map((kind) => `${kind}Requests`),
    ...["BytesDownloaded", "BytesUploaded", "4xxErrors", "5xxErrors"],
    ...["FirstByteLatency", "TotalRequestLatency"],
  ),
  ...named(
    metricNamespace,
    { FunctionName: "logzio-s3-hook" },
    ...["Records", "Objects", "Streams"].flatMap((what) => [`${what}Refused`, `${what}Failed`]),
    ...[
      "ObjectsSetAside",
      "LateNearlyMissed",
      "RecordsAccepted",
      "RecordsFiltered",
      "ObjectsSkipped",
      "BytesIn",
      "Objects",
    ],
    ...["Retries", "Continuations", "LagSeconds"],
  ),
  ...named("AWS/Lambda", { FunctionName: "logzio-s3-hook" }, "Errors", "Throttles", "Duration"),
  ...named(
    "AWS/SQS",
    { QueueName: "logzio-s3-hook" },
    "ApproximateAgeOfOldestMessage",
    "ApproximateNumberOfMessagesVisible",
  ),
  ...named(
    "AWS/Firehose",
    { DeliveryStreamName: "logzio-metrics" },
    "DeliveryToHttpEndpoint.Success",
    "DeliveryToHttpEndpoint.DataFreshness",
    "BackupToS3.Records",
  ),
];

/** What Grafana puts in for variables, where one value of each is chosen. */
const chosen: Readonly<Record<string, string>> = {
  __interval: "10m",
  __range: "6h",
  p8s_logzio_name: stream,
  ...home,
  bucketname: "my-logs",
  filterid: "entirebucket",
  functionname: "logzio-s3-hook",
  queuename: "logzio-s3-hook",
  deliverystreamname: "logzio-metrics",
  tag: "tag_Team",
};

const queries = Object.values(dashboards).flatMap(({ title, panels = [] }) =>
  panels.flatMap((panel) =>
    "targets" in panel
      ? (panel.targets ?? []).map((target) => [title, panel.title, String(target["expr"])] as const)
      : [],
  ),
);

describeWhere("the dashboards' queries in a real Prometheus", [missingPrometheus()], () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await Prometheus.start();
    const now = Date.now();
    const { series } = resourceSeries(
      [{ arn: "arn:aws:s3:::My-Logs", tags: [{ key: "Team", value: "Core" }] }],
      { namespaces: ["AWS/S3"], exclude: [], tagKeys: ["*"], p8sLogzioName: stream },
      home,
    );
    await prometheus.write([
      ...receive(recordOf(metrics, home, now), stream),
      ...series.map((labels) => ({ labels: Object.fromEntries(labels), value: 1, timestamp: now - minute })),
    ]);
  });
  afterAll(() => prometheus.stop());

  test.each(queries)("%s: %s has a value: %s", async (_, title, expr) => {
    const found = await prometheus.query(
      expr.replace(/\$(\w+)/g, (word, name: string) => chosen[name] ?? word),
    );

    expect(found).toHaveLength(1);
    expect(Number.isFinite(found[0].value)).toBe(true);
    expect(found[0].labels["tag_Team"]).toBe(title?.includes("by tag") ? "Core" : undefined);
  });
});
