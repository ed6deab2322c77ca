import type { CloudwatchMetricAlarmMetricQuery } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";

/**
 * What an alarm looks at that is raised where a function is not invoked any more, and not by a deployment before the
 * first run.
 */
export function notInvoked(
  functionName: string,
  period: number,
): { readonly treatMissingData: "ignore"; readonly metricQuery: CloudwatchMetricAlarmMetricQuery[] } {
  return {
    // Silence is what is missing. As long as it is new, the run before it is in the window; behind that there is
    // nothing, as before the first run, and the alarm stays as it is.
    treatMissingData: "ignore",
    metricQuery: [
      {
        id: "silent",
        expression: "IF(FILL(runs, REPEAT) > 0 AND FILL(runs, 0) == 0, 1, 0)",
        label: "not invoked",
        returnData: true,
      },
      {
        id: "runs",
        metric: {
          namespace: "AWS/Lambda",
          metricName: "Invocations",
          dimensions: { FunctionName: functionName },
          period,
          stat: "Sum",
        },
      },
    ],
  };
}
