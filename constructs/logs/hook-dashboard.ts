import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { AwsContext } from "../foundation/aws-context";
import { literal } from "../foundation/templates";

/** What a hook's dashboard looks at. */
export interface HookMeasures {
  readonly functionName: string;
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly region: string;
}

/** Namespace, metric, the dimension's name and value, and how it is drawn. */
export type DashboardMetric = readonly [
  string,
  string,
  string,
  string,
  { readonly stat: string; readonly label: string; readonly color: string; readonly yAxis?: "right" },
];

/** A widget on CloudWatch's grid of 24 columns. Source: CloudWatch API reference, "Dashboard body structure and syntax". */
export interface DashboardWidget {
  readonly type: "metric";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly view: "timeSeries" | "singleValue";
    readonly stacked: boolean;
    readonly region: string;
    readonly period: number;
    /** Of single values: over the time that is shown, not the last period alone. */
    readonly setPeriodToTimeRange?: true;
    readonly metrics: readonly DashboardMetric[];
    readonly yAxis?: {
      readonly left: { readonly min: number; readonly label: string; readonly showUnits: false };
    };
  };
}

export interface DashboardBody {
  readonly start: string;
  readonly widgets: readonly DashboardWidget[];
}

/** One colour a meaning in all widgets. */
const colors = {
  good: "#2f9e6e",
  volume: "#3b6fd4",
  waiting: "#8a63d2",
  warning: "#e8a33d",
  bad: "#d64550",
} as const;

/** Length of the periods of lines, in seconds. */
const period = 300;

/** What arrives, what waits, and what goes wrong: from the top, what to look at first. */
export function hookDashboard(measures: HookMeasures): DashboardBody {
  const { functionName, queueName, deadLetterQueueName, region } = measures;
  type Drawn = DashboardMetric[4];
  const of =
    (namespace: string, dimension: string, value: string) =>
    (
      metric: string,
      label: string,
      color: string,
      stat = "Sum",
      drawn: Partial<Drawn> = {},
    ): DashboardMetric => [namespace, metric, dimension, value, { stat, label, color, ...drawn }];
  const own = of(metricNamespace, "FunctionName", functionName);
  const lambda = of("AWS/Lambda", "FunctionName", functionName);
  const queue = of("AWS/SQS", "QueueName", queueName);
  const deadLetters = of("AWS/SQS", "QueueName", deadLetterQueueName);

  const number = (x: number, title: string, metric: DashboardMetric, overAll: boolean): DashboardWidget => ({
    ...{ type: "metric", x, y: 0, width: 6, height: 3 },
    properties: {
      ...{ title, view: "singleValue", stacked: false, region, period },
      ...(overAll ? { setPeriodToTimeRange: true } : {}),
      metrics: [metric],
    },
  });
  const lines = (
    x: number,
    y: number,
    title: string,
    label: string,
    metrics: readonly DashboardMetric[],
    stacked = false,
  ): DashboardWidget => ({
    ...{ type: "metric", x, y, width: 12, height: 6 },
    properties: {
      ...{ title, view: "timeSeries", stacked, region, period, metrics },
      yAxis: { left: { min: 0, label, showUnits: false } },
    },
  });

  return {
    start: "-PT12H",
    widgets: [
      number(0, "Records accepted", own("RecordsAccepted", "accepted", colors.good), true),
      number(6, "Records refused", own("RecordsRefused", "refused", colors.bad), true),
      number(
        12,
        "Oldest object that waits (s)",
        queue("ApproximateAgeOfOldestMessage", "age", colors.waiting, "Maximum"),
        false,
      ),
      number(
        18,
        "In the dead-letter queue",
        deadLetters("ApproximateNumberOfMessagesVisible", "messages", colors.bad, "Maximum"),
        false,
      ),
      lines(
        0,
        3,
        "Records",
        "in 5 minutes",
        [
          own("RecordsAccepted", "accepted", colors.good),
          own("RecordsFiltered", "left out by the source", colors.volume),
          own("RecordsRefused", "refused", colors.bad),
        ],
        true,
      ),
      lines(12, 3, "Bytes read from S3", "in 5 minutes", [own("BytesIn", "bytes", colors.volume)], true),
      lines(0, 9, "Lag: age of the oldest message", "seconds", [
        queue("ApproximateAgeOfOldestMessage", "age", colors.waiting, "Maximum"),
      ]),
      lines(12, 9, "Messages", "messages", [
        queue("ApproximateNumberOfMessagesVisible", "waiting", colors.waiting, "Maximum"),
        queue("ApproximateNumberOfMessagesNotVisible", "under way or backing off", colors.volume, "Maximum"),
        deadLetters("ApproximateNumberOfMessagesVisible", "dead letters", colors.bad, "Maximum"),
      ]),
      lines(0, 15, "Retries and failures", "in 5 minutes", [
        own("Retries", "retries of bulks", colors.warning),
        own("ObjectsFailed", "objects failed", colors.bad),
        own("Continuations", "handed over", colors.volume),
      ]),
      lines(12, 15, "Function", "milliseconds", [
        lambda("Duration", "duration, median", colors.volume, "p50"),
        lambda("Duration", "duration, p99", colors.waiting, "p99"),
        lambda("Errors", "errors", colors.bad, "Sum", { yAxis: "right" }),
        lambda("Throttles", "throttles", colors.warning, "Sum", { yAxis: "right" }),
      ]),
    ],
  };
}

/** A hook's dashboard in CloudWatch. Dashboards are one list for all regions of an account, so the name ends with it. */
export class HookDashboard extends Construct {
  readonly resource: CloudwatchDashboard;

  constructor(scope: Construct, id: string, measures: Omit<HookMeasures, "region">) {
    super(scope, id);
    const { region } = AwsContext.of(this);
    this.resource = new CloudwatchDashboard(this, "dashboard", {
      dashboardName: `${measures.functionName}-${region}`,
      dashboardBody: literal(JSON.stringify(hookDashboard({ ...measures, region }))),
    });
  }
}
