import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/runtime/environment";

export interface FetcherAlarmsProps {
  readonly functionName: string;
  /** ARNs of the SNS topics that are told. @default none: the alarms are seen in CloudWatch alone */
  readonly topicArns?: readonly string[];
  /** Age of the oldest object that is not shipped, in minutes, above which there is an alarm. */
  readonly lagMinutes: number;
  readonly tags?: Record<string, string>;
}

/** Length of a period, in seconds, and how many of them must be bad: a short outage mends itself. */
const period = { seconds: 300, count: 3 } as const;

/** What an operator of a fetcher must hear of: it fails, falls behind, stands still, or leaves out. */
export class FetcherAlarms extends Construct {
  readonly errors: CloudwatchMetricAlarm;
  readonly lag: CloudwatchMetricAlarm;
  readonly stalled: CloudwatchMetricAlarm;
  readonly setAside: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: FetcherAlarmsProps) {
    super(scope, id);
    const { functionName, tags } = props;
    const topics = props.topicArns === undefined ? undefined : [...props.topicArns];
    const common = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: period.count,
      alarmActions: topics,
      okActions: topics,
      tags,
    };
    const own = (metricName: string, stat: string) => ({
      namespace: metricNamespace,
      metricName,
      dimensions: { FunctionName: functionName },
      period: period.seconds,
      stat,
    });
    this.errors = new CloudwatchMetricAlarm(this, "errors", {
      ...common,
      alarmName: `${functionName}-errors`,
      alarmDescription:
        "The fetcher fails: its log says at which object, or why the listener or AWS refuses.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: functionName },
      period: period.seconds,
      statistic: "Sum",
      threshold: 0,
      treatMissingData: "notBreaching",
    });
    this.lag = new CloudwatchMetricAlarm(this, "lag", {
      ...common,
      alarmName: `${functionName}-lag`,
      alarmDescription: `The oldest object that is not shipped is older than ${props.lagMinutes} minutes, or the fetcher does not run.`,
      namespace: metricNamespace,
      metricName: "LagSeconds",
      dimensions: { FunctionName: functionName },
      period: period.seconds,
      statistic: "Maximum",
      threshold: props.lagMinutes * 60,
      // Each run says how far it is: silence means that there are none.
      treatMissingData: "breaching",
    });
    this.stalled = new CloudwatchMetricAlarm(this, "stalled", {
      ...common,
      alarmName: `${functionName}-stalled`,
      alarmDescription: "Objects wait to be shipped, and none is.",
      threshold: 0,
      treatMissingData: "notBreaching",
      metricQuery: [
        {
          id: "stalled",
          expression: `IF(lag > ${period.seconds} AND FILL(objects, 0) == 0, 1, 0)`,
          label: "waiting and none shipped",
          returnData: true,
        },
        { id: "lag", metric: own("LagSeconds", "Maximum") },
        { id: "objects", metric: own("Objects", "Sum") },
      ],
    });
    this.setAside = new CloudwatchMetricAlarm(this, "set-aside", {
      ...common,
      alarmName: `${functionName}-set-aside`,
      alarmDescription:
        "An object was left out: logzio-s3 fetcher status says which and why, fetcher replay ships it.",
      namespace: metricNamespace,
      metricName: "ObjectsSetAside",
      dimensions: { FunctionName: functionName },
      period: period.seconds,
      statistic: "Sum",
      threshold: 0,
      // It happens once an object.
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
    });
  }
}
