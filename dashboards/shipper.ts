import { metricNamespace } from "../lambdas/runtime/environment";
import type { MetricName } from "../lambdas/runtime/metrics";
import { dashboard, valuesOf } from "./dashboard";
import { stat, timeseries, type PanelSpec } from "./panels";
import { highest, metric, series, total, type Statistic } from "./series";

const of = { p8s_logzio_name: "$p8s_logzio_name", account: "$account", region: "$region" };
const ofFunction = { ...of, functionname: "$functionname" };

/** A metric of our own functions. */
const own = (name: MetricName, statistic: Statistic = "sum"): string =>
  metric(metricNamespace, name, statistic, ofFunction);
const lambda = (name: string, statistic: Statistic = "sum"): string =>
  metric("AWS/Lambda", name, statistic, ofFunction);
const queue = (name: string): string => metric("AWS/SQS", name, "max", { ...of, queuename: "$queuename" });
const firehose = (name: string, statistic: Statistic): string =>
  metric("AWS/Firehose", name, statistic, { ...of, deliverystreamname: "$deliverystreamname" });

const byFunction = (expression: string, by = "sum"): { expr: string; legend: string } => ({
  expr: `${by} by (functionname) (${expression})`,
  legend: "{{functionname}}",
});
const byQueue = (expression: string): { expr: string; legend: string } => ({
  expr: `max by (queuename) (${expression})`,
  legend: "{{queuename}}",
});
const byStream = (expression: string, by: string): { expr: string; legend: string } => ({
  expr: `${by} by (deliverystreamname) (${expression})`,
  legend: "{{deliverystreamname}}",
});

/** A number that is to be 0: what the dashboard's whole time holds of it. */
const none = (title: string, name: MetricName, description: string): PanelSpec =>
  stat(title, "short", `sum(sum_over_time(${own(name)}[$__range])) or vector(0)`, {
    description,
    width: 6,
    redFrom: 1,
  });

const records = series(metricNamespace, "RecordsAccepted", "sum");

/** Whether everything arrives: the functions' own account, their queues, and the metric stream's delivery. */
export const shipper = dashboard({
  uid: "logzio-s3-shipper",
  title: "Logs and metrics to Logz.io",
  description:
    `Health of the hook, the fetcher and the metric stream. Its metrics come through the stream where it has the ` +
    `namespaces ${metricNamespace}, AWS/Lambda, AWS/SQS and AWS/Firehose`,
  tags: ["aws", "logzio-s3"],
  from: "now-6h",
  variables: [
    valuesOf("p8s_logzio_name", records, "Stream"),
    valuesOf("account", records, "Account"),
    valuesOf("region", records, "Region"),
    valuesOf("functionname", records, "Function"),
    valuesOf("queuename", series("AWS/SQS", "ApproximateAgeOfOldestMessage", "max"), "Queue"),
    valuesOf(
      "deliverystreamname",
      series("AWS/Firehose", "DeliveryToHttpEndpoint.Success", "sum"),
      "Delivery stream",
    ),
  ],
  rows: [
    {
      title: "What did not arrive",
      panels: [
        none("Records refused", "RecordsRefused", "Records that Logz.io's listener did not take."),
        none("Objects failed", "ObjectsFailed", "Tries that failed; the queue or the next run repeats them."),
        none(
          "Objects set aside",
          "ObjectsSetAside",
          "The fetcher went on without them: logzio-s3 fetcher replay.",
        ),
        none("Streams failed", "StreamsFailed", "Looks of the fetcher at a stream that ended with an error."),
        none(
          "Late keys nearly missed",
          "LateNearlyMissed",
          "They sorted behind by more than half of the fetcher's lookback.keys: others may have been missed.",
        ),
      ],
    },
    {
      title: "Logs",
      panels: [
        timeseries("Records accepted", "short", [byFunction(total(own("RecordsAccepted")))]),
        timeseries("Bytes read", "bytes", [byFunction(total(own("BytesIn")))], {
          description: "Uncompressed.",
        }),
        timeseries("Objects shipped", "short", [byFunction(total(own("Objects")))]),
        timeseries(
          "Left out, refused",
          "short",
          (["RecordsFiltered", "RecordsRefused", "ObjectsSkipped"] as const).map((name) => ({
            expr: `sum(${total(own(name))})`,
            legend: name,
          })),
        ),
        timeseries("Posts sent again", "short", [byFunction(total(own("Retries")))], {
          description: "Requests to S3 and to the listener that were repeated.",
        }),
        timeseries("Objects handed to the next run", "short", [byFunction(total(own("Continuations")))]),
      ],
    },
    {
      title: "Lag",
      panels: [
        timeseries("Behind the bucket", "s", [byFunction(highest(own("LagSeconds", "max")), "max")], {
          description: "The fetcher: age of the oldest object that waits.",
        }),
        timeseries("Oldest message", "s", [byQueue(highest(queue("ApproximateAgeOfOldestMessage")))], {
          description: "The hook's queues; what is in a dead-letter queue is replayed by hand.",
        }),
        timeseries("Messages waiting", "short", [
          byQueue(highest(queue("ApproximateNumberOfMessagesVisible"))),
        ]),
      ],
    },
    {
      title: "Functions",
      panels: [
        timeseries("Errors", "short", [byFunction(total(lambda("Errors")))]),
        timeseries("Throttles", "short", [byFunction(total(lambda("Throttles")))]),
        timeseries("Longest run", "ms", [byFunction(highest(lambda("Duration", "max")), "max")]),
      ],
    },
    {
      title: "Metric stream",
      panels: [
        timeseries(
          "Deliveries that arrived",
          "percentunit",
          [
            byStream(
              `${total(firehose("DeliveryToHttpEndpoint.Success", "sum"))} / ${total(firehose("DeliveryToHttpEndpoint.Success", "count"))}`,
              "min",
            ),
          ],
          {
            description:
              "What failed for longer than it is retried is in the backup bucket: logzio-s3 replay.",
          },
        ),
        timeseries("Oldest record", "s", [
          byStream(highest(firehose("DeliveryToHttpEndpoint.DataFreshness", "max")), "max"),
        ]),
        timeseries("Records to the backup bucket", "short", [
          byStream(total(firehose("BackupToS3.Records", "sum")), "sum"),
        ]),
      ],
    },
  ],
});
