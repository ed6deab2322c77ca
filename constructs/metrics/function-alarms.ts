import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { alarmsFor, type AlarmAudience } from "../foundation/alarms";
import { alarmWindows } from "../foundation/alarm-windows";
import { notInvoked } from "../foundation/not-invoked";

export interface FunctionAlarmsProps extends AlarmAudience {
  readonly functionName: string;
  /** How often the function runs, in minutes. */
  readonly everyMinutes: number;
  /** How long one run may take, in seconds. */
  readonly timeoutSeconds: number;
  /** How often a run that failed is tried again before the next of the schedule. */
  readonly retries: number;
  /** What to do about a function that fails; ends the alarm's description. */
  readonly errorAdvice: string;
  /** A metric of the function's own that must stay zero. */
  readonly loss: {
    readonly id: string;
    readonly metric: string;
    readonly description: string;
  };
}

/**
 * What an operator of a scheduled function must hear of: it fails, does not run, or leaves something out. A deployment
 * raises none of them before the first run, nor does a run that is tried again with success.
 */
export class FunctionAlarms extends Construct {
  readonly errors: CloudwatchMetricAlarm;
  readonly stopped: CloudwatchMetricAlarm;
  readonly loss: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    const { functionName, everyMinutes, timeoutSeconds, retries, loss } = props;
    const windows = alarmWindows({ everySeconds: everyMinutes * 60, timeoutSeconds });
    const create = alarmsFor(this, props);
    const dimensions = { FunctionName: functionName };
    this.errors = create("errors", {
      ...windows.errors,
      alarmName: `${functionName}-errors`,
      alarmDescription: `The function ${functionName} fails: ${props.errorAdvice}`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions,
      statistic: "Sum",
      // Lambda counts each try. Where one run is enough for an alarm, the last of its tries must have failed.
      threshold: windows.errors.datapointsToAlarm === 1 ? retries : 0,
      treatMissingData: "notBreaching",
    });
    const { period: silence, ...stopped } = windows.notRunning;
    this.stopped = create("stopped", {
      ...stopped,
      ...notInvoked(functionName, silence),
      alarmName: `${functionName}-stopped`,
      alarmDescription: `The function ${functionName} does not run: its schedule is disabled, or may not invoke it.`,
    });
    this.loss = create(loss.id, {
      alarmName: `${functionName}-${loss.id}`,
      alarmDescription: loss.description,
      namespace: metricNamespace,
      metricName: loss.metric,
      dimensions,
      statistic: "Sum",
      // No such period is without a run, so that the alarm does not go out between two of them.
      period: windows.perRun.period,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
    });
  }
}
