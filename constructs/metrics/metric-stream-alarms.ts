import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import { Construct } from "constructs";
import { alarmsFor, type AlarmAudience, type AlarmDescription } from "../foundation/alarms";
import type { BackupBucket } from "./backup-bucket";
import type { DeliveryStream } from "./delivery-stream";
import { streamNames } from "./names";

export interface MetricStreamAlarmsProps extends AlarmAudience {
  readonly name: string;
  readonly streams: readonly CloudwatchMetricStream[];
  readonly delivery: DeliveryStream;
  readonly backup: BackupBucket;
  /** Age of the oldest data that Firehose has not delivered, in minutes, above which there is an alarm. */
  readonly freshnessMinutes: number;
}

/** Length of a period, in seconds, and how many of them must be bad: a short outage mends itself. */
const period = { seconds: 300, count: 3 } as const;

/** What an operator of a metric stream must hear of: metrics are late, refused, set aside, or not taken from CloudWatch. */
export class MetricStreamAlarms extends Construct {
  /** Logz.io refuses deliveries, or does not answer. */
  readonly delivery: CloudwatchMetricAlarm;
  readonly freshness: CloudwatchMetricAlarm;
  /** Something was written into the backup bucket. */
  readonly backup: CloudwatchMetricAlarm;
  /** CloudWatch cannot hand metrics to Firehose; one a stream. */
  readonly publish: readonly CloudwatchMetricAlarm[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MetricStreamAlarmsProps,
  ) {
    super(scope, id);
    const { name, delivery, backup, streams, freshnessMinutes } = props;
    const deliveryStream = { DeliveryStreamName: delivery.resource.name };
    this.delivery = this.createAlarm("delivery", {
      alarmName: `${name}-delivery`,
      alarmDescription:
        "Logz.io refuses metrics, or does not answer: the log stream http-endpoint of the group " +
        `${streamNames.logGroup(name)} says why.`,
      namespace: "AWS/Firehose",
      metricName: "DeliveryToHttpEndpoint.Success",
      dimensions: deliveryStream,
      statistic: "Average",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
    });
    this.freshness = this.createAlarm("freshness", {
      alarmName: `${name}-freshness`,
      alarmDescription:
        `Metrics wait in Firehose for more than ${freshnessMinutes} minutes: they reach neither Logz.io nor, where that is ` +
        "longer than its retries, the backup bucket.",
      namespace: "AWS/Firehose",
      metricName: "DeliveryToHttpEndpoint.DataFreshness",
      dimensions: deliveryStream,
      statistic: "Maximum",
      threshold: freshnessMinutes * 60,
    });
    this.backup = this.createAlarm("backup", {
      alarmName: `${name}-backup`,
      alarmDescription: "Firehose gave up on metrics and put them into the backup bucket.",
      namespace: "AWS/S3",
      metricName: "PutRequests",
      dimensions: { BucketName: backup.bucketName, FilterId: backup.requestMetric.name },
      statistic: "Sum",
      // It happens once for what is lost to the dashboards.
      evaluationPeriods: 1,
    });
    this.publish = streams.map((stream, index) =>
      this.createAlarm(`publish-${index}`, {
        alarmName: `${streamNames.stream(name, index)}-publish`,
        alarmDescription: "CloudWatch cannot hand metrics to Firehose, and keeps none of them.",
        namespace: "AWS/CloudWatch/MetricStreams",
        metricName: "PublishErrorRate",
        dimensions: { MetricStreamName: stream.name },
        statistic: "Average",
      }),
    );
  }

  /** Nothing is published while nothing flows. */
  private createAlarm(
    id: string,
    alarm: Omit<AlarmDescription, "evaluationPeriods" | "treatMissingData"> & {
      readonly evaluationPeriods?: number;
    },
  ): CloudwatchMetricAlarm {
    return alarmsFor(this, this.props)(id, {
      evaluationPeriods: period.count,
      period: period.seconds,
      treatMissingData: "notBreaching",
      ...alarm,
    });
  }
}
