import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { literals } from "../foundation/templates";

export interface FunctionAlarmsProps {
  readonly functionName: string;
  /** ARNs of the SNS topics that are told. @default none: the alarms are seen in CloudWatch alone */
  readonly topicArns?: readonly string[];
  /** How often the function runs, in minutes. */
  readonly everyMinutes: number;
  /** What to do about a function that fails; ends the alarm's description. */
  readonly errorAdvice: string;
  /** A metric of the function's own that must stay zero. */
  readonly loss: {
    readonly id: string;
    readonly metric: string;
    readonly description: string;
  };
  readonly tags?: Readonly<Record<string, string>>;
}

/** How many runs must fail until there is an alarm: one mends itself in the next. */
const failedRuns = 3;

/** What an operator of a scheduled function must hear of: it fails, does not run, or leaves something out. */
export class FunctionAlarms extends Construct {
  readonly errors: CloudwatchMetricAlarm;
  readonly stopped: CloudwatchMetricAlarm;
  readonly loss: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    const { functionName, everyMinutes, loss } = props;
    const topics = props.topicArns === undefined ? undefined : [...props.topicArns];
    const dimensions = { FunctionName: functionName };
    const common = {
      dimensions,
      statistic: "Sum",
      alarmActions: topics,
      okActions: topics,
      tags: props.tags === undefined ? undefined : literals(props.tags),
    };
    const period = everyMinutes * 60;
    this.errors = new CloudwatchMetricAlarm(this, "errors", {
      ...common,
      alarmName: `${functionName}-errors`,
      alarmDescription: `The function ${functionName} fails: ${props.errorAdvice}`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period,
      evaluationPeriods: failedRuns,
      treatMissingData: "notBreaching",
    });
    this.stopped = new CloudwatchMetricAlarm(this, "stopped", {
      ...common,
      alarmName: `${functionName}-stopped`,
      alarmDescription: `The function ${functionName} does not run: its schedule is disabled, or may not invoke it.`,
      namespace: "AWS/Lambda",
      metricName: "Invocations",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      period,
      evaluationPeriods: failedRuns,
      treatMissingData: "breaching",
    });
    this.loss = new CloudwatchMetricAlarm(this, loss.id, {
      ...common,
      alarmName: `${functionName}-${loss.id}`,
      alarmDescription: loss.description,
      namespace: metricNamespace,
      metricName: loss.metric,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
    });
  }
}
