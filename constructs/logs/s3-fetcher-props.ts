import type { LogLevel } from "../../lambdas/runtime/environment";
import type { ListenerToken } from "../foundation/listener-token";
import type { FunctionPlacement } from "../foundation/placement";
import type { FetcherSource } from "./fetcher-source";
import type { ListenerProps } from "../foundation/listener";

/** Either `region` or `listener` says where the logs go. */
export interface S3FetcherProps extends ListenerProps, FunctionPlacement {
  /**
   * Name of the function and of the table with the checkpoints; the other resources are named after it. Letters,
   * digits, hyphens, underscores, at most 40 of them. A change makes a new table: the fetcher then starts anew.
   * @default "logzio-fetcher"
   */
  readonly name?: string;
  /** The buckets and prefixes to fetch from; at least one. */
  readonly sources: readonly FetcherSource[];
  /** The log shipping token. */
  readonly token: ListenerToken;
  /** How often each source is looked at, in minutes, 1 to 1,440. @default 1 */
  readonly everyMinutes?: number;
  /** Memory of the function in MB, 128 to 10,240; the processor's share grows with it. @default 512 */
  readonly memory?: number;
  /** How long one run may take, in seconds, 60 to 900. What takes longer goes on in the next. @default 300 */
  readonly timeoutSeconds?: number;
  /** Days to keep the function's log; one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** How much the function logs. @default "info" */
  readonly logLevel?: LogLevel;
  /**
   * Alarms on errors, on objects that wait longer than `lagMinutes` (5 to 1,440), on a fetcher that stands still or is
   * not invoked, on objects set aside, and on late keys near the end of the lookback; `topicArns` are the SNS topics that
   * are told. `false`: none.
   * @default alarms without topics, and 30 minutes
   */
  readonly alarms?: false | { readonly topicArns?: readonly string[]; readonly lagMinutes?: number };
  /**
   * ARN of a role that is there, for the schedules: it trusts `scheduler.amazonaws.com` and may invoke the function.
   * @default a new role, on the path and in the bounds of `role`
   */
  readonly schedulerRoleArn?: string;
  /** Tags of all resources that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}
