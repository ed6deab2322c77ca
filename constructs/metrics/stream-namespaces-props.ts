import type { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import type { ScheduledFunctionProps } from "./scheduled-function";

export interface StreamNamespacesProps extends ScheduledFunctionProps {
  /**
   * The metric stream. It needs an `includeFilter` to start with, since a stream without one sends every metric of
   * the account: `startingNamespaces({ include, exclude })` says which.
   */
  readonly stream: CloudwatchMetricStream;
  /** The delivery stream that the metric stream is made with. */
  readonly firehoseArn: string;
  /** The role that the metric stream is made with. */
  readonly roleArn: string;
  /**
   * Namespaces to stream: names, which are included whether they have metrics or not, and patterns in which `*` stands
   * for any characters, such as `AWS/*`. At least one.
   */
  readonly include: readonly string[];
  /** Names and patterns to leave out of what the patterns of `include` match. @default none */
  readonly exclude?: readonly string[];
  /**
   * Name of the function; its role, schedule and alarms are named after it. Letters, digits, hyphens, underscores, at
   * most 40 of them.
   * @default "logzio-metric-namespaces"
   */
  readonly name?: string;
  /** How often namespaces are looked for, in minutes, 5 to 1,440; the first time is right behind the deployment. @default 60 */
  readonly everyMinutes?: number;
  /**
   * How long one run may take, in seconds, 30 to 900. One call lists 500 metrics, and CloudWatch allows about 25 calls
   * a second.
   * @default 300
   */
  readonly timeoutSeconds?: number;
  /** Memory of the function in MB, 128 to 10,240. @default 256 */
  readonly memory?: number;
}
