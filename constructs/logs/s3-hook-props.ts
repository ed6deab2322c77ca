import type { LogLevel } from "../../lambdas/runtime/environment";
import type { ListenerToken } from "../foundation/listener-token";
import type { FunctionPlacement } from "../foundation/placement";
import type { HookSource } from "./hook-source";
import type { TriggerProps } from "./hook-trigger";
import type { ListenerProps } from "../foundation/listener";

/** Either `region` or `listener` says where the logs go. */
export interface S3HookProps extends ListenerProps, TriggerProps, FunctionPlacement {
  /**
   * Name of the function and queue; the other resources are named after it. Letters, digits, hyphens, underscores,
   * at most 49 of them. A change replaces both queues, with what is in them: let them run empty first.
   * @default "logzio-s3-hook"
   */
  readonly name?: string;
  /** The buckets and prefixes to ship from; at least one. */
  readonly sources: readonly HookSource[];
  /** The log shipping token. */
  readonly token: ListenerToken;
  /** Memory of the function in MB, 128 to 10,240; the processor's share grows with it. @default 512 */
  readonly memory?: number;
  /**
   * How long the function may work on one batch, in seconds, 60 to 900. An object that takes longer goes on in
   * another run.
   * @default 300
   */
  readonly timeoutSeconds?: number;
  /** How many batches are worked on at the same time, 2 to 1,000. @default 10 */
  readonly maximumConcurrency?: number;
  /** Days to keep the function's log; one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** How much the function logs. @default "info" */
  readonly logLevel?: LogLevel;
  /**
   * ARN of the customer key that encrypts the queue, the dead-letter queue and the function's log, in the region of the
   * stack. Its policy must have the `S3Hook.keyPolicyStatements`, or what is sent is lost and nobody is told.
   * @default keys of SQS and CloudWatch
   */
  readonly kmsKeyArn?: string;
  /**
   * Alarms on what is in the dead-letter queue, on objects that wait longer than `ageMinutes` (5 to 1,440), on failures,
   * throttles and lines that the listener refuses; `topicArns` are the SNS topics that are told. `false`: none.
   * @default alarms without topics, and 60 minutes
   */
  readonly alarms?: false | { readonly topicArns?: readonly string[]; readonly ageMinutes?: number };
  /**
   * Whether there is a CloudWatch dashboard of the hook. AWS bills those beyond the third of an account.
   * @default false
   */
  readonly dashboard?: boolean;
  /** Tags of all resources that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}
