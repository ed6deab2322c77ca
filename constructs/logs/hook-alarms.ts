import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { alarmsFor, type AlarmAudience } from "../foundation/alarms";
import type { S3HookProps } from "./s3-hook-props";
import { hookDefaults, queueNames } from "./s3-hook-rules";

export interface HookAlarmsProps extends AlarmAudience {
  /** Name of the function; the alarms are named after it. */
  readonly functionName: string;
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  /** Age of the oldest message, in minutes, above which there is an alarm. */
  readonly ageMinutes: number;
}

/** What lasts no longer mends itself, or is counted once: length of the periods in seconds, and how many are looked at. */
const short = { period: 300, evaluationPeriods: 3 } as const;
const once = { period: 900, evaluationPeriods: 1 } as const;

/**
 * A message that fails comes back after at most half an hour, so that its failures are in three of any eleven periods
 * of ten minutes for as long as it fails; what is over within ten minutes is in two of them at most.
 */
const failing = { evaluationPeriods: 11, datapointsToAlarm: 3 } as const;
/** Where an alarm asks for several metrics, each of them has the period, in seconds, and the alarm none. */
const failingPeriod = 600;

/** What an operator of a hook must hear of: messages are given up, wait, fail, are not taken on, or lines are refused. */
export class HookAlarms extends Construct {
  /** Something is in the dead-letter queue. */
  readonly deadLetters: CloudwatchMetricAlarm;
  readonly age: CloudwatchMetricAlarm;
  /** Objects fail, or the function itself does. */
  readonly errors: CloudwatchMetricAlarm;
  readonly throttles: CloudwatchMetricAlarm;
  /** The listener refuses lines. */
  readonly refused: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: HookAlarmsProps) {
    super(scope, id);
    const { functionName, queueName, deadLetterQueueName, ageMinutes } = props;
    const create = alarmsFor(this, props);
    const ofFunction = { FunctionName: functionName };
    const own = { namespace: metricNamespace, dimensions: ofFunction };
    const lambda = { namespace: "AWS/Lambda", dimensions: ofFunction };
    const queue = (QueueName: string) => ({ namespace: "AWS/SQS", dimensions: { QueueName } });
    // What is not measured has not happened: each of them is silent while nothing flows.
    const treatMissingData = "notBreaching";

    this.deadLetters = create("dead-letters", {
      ...queue(deadLetterQueueName),
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      alarmName: `${functionName}-dead-letters`,
      alarmDescription:
        "Objects were given up: logzio-s3 replay --dlq says which and why, and sends them through again.",
      period: short.period,
      evaluationPeriods: 1,
      treatMissingData,
    });
    this.age = create("age", {
      ...queue(queueName),
      ...short,
      metricName: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: ageMinutes * 60,
      alarmName: `${functionName}-age`,
      alarmDescription: `The oldest object that is not shipped has waited for more than ${ageMinutes} minutes.`,
      treatMissingData,
    });
    this.errors = create("errors", {
      ...failing,
      alarmName: `${functionName}-errors`,
      alarmDescription:
        "Objects fail, or the function does: its log says which and why. They are tried again for six hours.",
      treatMissingData,
      metricQuery: [
        {
          id: "failures",
          // Objects are counted only where some fail, errors with every run.
          expression: "errors + FILL(objects, 0)",
          label: "failures",
          returnData: true,
        },
        query("errors", { ...lambda, metricName: "Errors" }),
        query("objects", { ...own, metricName: "ObjectsFailed" }),
      ],
    });
    this.throttles = create("throttles", {
      ...lambda,
      ...short,
      metricName: "Throttles",
      statistic: "Sum",
      alarmName: `${functionName}-throttles`,
      alarmDescription: "Lambda does not start the function: the account has no concurrency left for it.",
      treatMissingData,
    });
    this.refused = create("refused", {
      ...own,
      ...once,
      metricName: "RecordsRefused",
      statistic: "Sum",
      alarmName: `${functionName}-refused`,
      alarmDescription:
        "The listener refused lines, which are not sent again; the function's log says of which objects.",
      treatMissingData,
    });
  }
}

function query(
  id: string,
  metric: {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensions: Record<string, string>;
  },
) {
  return { id, metric: { ...metric, period: failingPeriod, stat: "Sum" } };
}

/** The alarms that a hook's props ask for, on its queues and function. */
export function createHookAlarms(
  hook: Construct,
  name: string,
  { alarms, tags }: Pick<S3HookProps, "alarms" | "tags">,
): HookAlarms | undefined {
  if (alarms === false) return undefined;
  return new HookAlarms(hook, "alarms", {
    functionName: name,
    queueName: queueNames.queue(name),
    deadLetterQueueName: queueNames.deadLetterQueue(name),
    topicArns: alarms?.topicArns,
    ageMinutes: alarms?.ageMinutes ?? hookDefaults.ageMinutes,
    tags,
  });
}
