import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { Construct } from "constructs";
import { literals } from "./templates";

/** Who is told of the alarms of a construct, and what they are tagged with. */
export interface AlarmAudience {
  /** ARNs of the SNS topics that are told. @default none: the alarms are seen in CloudWatch alone */
  readonly topicArns?: readonly string[];
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An alarm as its construct describes it; the rest is the same for all. */
export type AlarmDescription = Omit<
  CloudwatchMetricAlarmConfig,
  "comparisonOperator" | "evaluationPeriods" | "alarmActions" | "okActions" | "tags"
> & {
  readonly alarmName: string;
  readonly alarmDescription: string;
  readonly evaluationPeriods: number;
  /** What a metric that is silent means. */
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
  /** @default "GreaterThanThreshold" */
  readonly comparisonOperator?: string;
  /** @default 0 */
  readonly threshold?: number;
};

/** Makes alarms that tell their audience when they are raised, and when they are over. */
export function alarmsFor(
  scope: Construct,
  { topicArns, tags }: AlarmAudience,
): (id: string, alarm: AlarmDescription) => CloudwatchMetricAlarm {
  const topics = topicArns === undefined ? undefined : [...topicArns];
  const common = {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    alarmActions: topics,
    okActions: topics,
    tags: tags === undefined ? undefined : literals(tags),
  };
  return (id, alarm) => new CloudwatchMetricAlarm(scope, id, { ...common, ...alarm });
}
