import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { alarmsFor, type AlarmAudience } from "../foundation/alarms";
import { alarmWindows, type RunRhythm } from "../foundation/alarm-windows";
import { notInvoked } from "../foundation/not-invoked";

export interface FetcherAlarmsProps extends RunRhythm, AlarmAudience {
  readonly functionName: string;
  /** How long the oldest object that is left may have waited, in minutes, before there is an alarm. */
  readonly lagMinutes: number;
}

/** How long an alarm stays on what is counted once, in seconds. */
const once = { period: 900, evaluationPeriods: 1 } as const;

/**
 * What an operator of a fetcher must hear of: it fails, falls behind, stands still, does not run, leaves out, or finds late keys
 * at the end of its lookback. None of them is raised by a deployment before its first run: what no run says is no alarm.
 */
export class FetcherAlarms extends Construct {
  readonly errors: CloudwatchMetricAlarm;
  readonly lag: CloudwatchMetricAlarm;
  readonly stalled: CloudwatchMetricAlarm;
  readonly notRunning: CloudwatchMetricAlarm;
  readonly setAside: CloudwatchMetricAlarm;
  /** Late keys sorted nearly as far behind as the lookback reaches: others may have been missed. */
  readonly lateNearlyMissed: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: FetcherAlarmsProps) {
    super(scope, id);
    const { functionName, lagMinutes } = props;
    const create = alarmsFor(this, props);
    const windows = alarmWindows(props);
    const metric = (namespace: string, metricName: string) => ({
      namespace,
      metricName,
      dimensions: { FunctionName: functionName },
    });
    const { period, ...perRun } = windows.perRun;

    this.errors = create("errors", {
      ...windows.errors,
      ...metric("AWS/Lambda", "Errors"),
      statistic: "Sum",
      alarmName: `${functionName}-errors`,
      alarmDescription:
        "The fetcher fails: its log says at which object, or why the listener or AWS refuses.",
      treatMissingData: "notBreaching",
    });
    this.lag = create("lag", {
      ...windows.perRun,
      ...metric(metricNamespace, "LagSeconds"),
      statistic: "Maximum",
      alarmName: `${functionName}-lag`,
      alarmDescription: `The oldest object that is not shipped has waited for more than ${lagMinutes} minutes.`,
      threshold: lagMinutes * 60,
      // A run that has not seen everything says nothing, and changes nothing.
      treatMissingData: "ignore",
    });
    this.stalled = create("stalled", {
      ...perRun,
      alarmName: `${functionName}-stalled`,
      alarmDescription: "Objects wait to be shipped, and nothing of any is.",
      treatMissingData: "ignore",
      metricQuery: [
        {
          id: "stalled",
          expression: `IF(lag > ${period} AND bulks == 0, 1, 0)`,
          label: "waiting and none shipped",
          returnData: true,
        },
        { id: "lag", metric: { ...metric(metricNamespace, "LagSeconds"), period, stat: "Maximum" } },
        { id: "bulks", metric: { ...metric(metricNamespace, "Bulks"), period, stat: "Sum" } },
      ],
    });
    const { period: silence, ...notRunning } = windows.notRunning;
    this.notRunning = create("not-running", {
      ...notRunning,
      alarmName: `${functionName}-not-running`,
      alarmDescription:
        "The fetcher is not invoked any more: are its schedules there, and may they invoke it?",
      ...notInvoked(functionName, silence),
    });
    this.setAside = create("set-aside", {
      ...metric(metricNamespace, "ObjectsSetAside"),
      statistic: "Sum",
      alarmName: `${functionName}-set-aside`,
      alarmDescription:
        "An object was left out: logzio-s3 fetcher status says which and why, fetcher replay ships it.",
      ...once,
      treatMissingData: "notBreaching",
    });
    this.lateNearlyMissed = create("late-nearly-missed", {
      ...metric(metricNamespace, "LateNearlyMissed"),
      statistic: "Sum",
      alarmName: `${functionName}-late-nearly-missed`,
      alarmDescription:
        "Late keys sorted nearly as far behind as the lookback reaches, and others may have been missed: the log says in which streams; raise lookback.keys there.",
      ...once,
      treatMissingData: "notBreaching",
    });
  }
}
