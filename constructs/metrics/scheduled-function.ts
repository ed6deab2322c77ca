import { logLevels, type LogLevel } from "../../lambdas/runtime/environment";
import { alarmsRule, type AlarmsProp } from "../foundation/alarm-rules";
import { lambdaLimits, longestRegionCode, nameLimits } from "../foundation/limits";
import { functionName } from "../foundation/names";
import { roleArn } from "../foundation/iam-rules";
import { placementRules, type FunctionPlacement } from "../foundation/placement";
import { logRetentionDays, tags } from "../foundation/rules";
import { oneOf, within, type Rule } from "../foundation/validation";

/** What the functions beside a metric stream have in common. */
export interface ScheduledFunctionProps extends FunctionPlacement {
  /** Days to keep the function's log; one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** How much the function logs. @default "info" */
  readonly logLevel?: LogLevel;
  /**
   * Alarms on a function that fails or does not run, and on what it has to leave out; `topicArns` are the SNS topics
   * that are told. `false`: none.
   * @default alarms without topics
   */
  readonly alarms?: AlarmsProp;
  /** ARN of a role that is there, for the schedule. @default a new role, on the path and in the bounds of `role` */
  readonly schedulerRoleArn?: string;
  /** Tags of all resources that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Rules of these, and of the function's memory. */
export const scheduledFunctionRules = {
  memory: within(lambdaLimits.memoryMegabytes, "MB"),
  logRetentionDays,
  logLevel: oneOf(logLevels),
  alarms: alarmsRule,
  tags,
  schedulerRoleArn: roleArn,
  ...placementRules,
};

/** With what is added for the schedule's role, whose name may have 64 characters. */
const longestName = nameLimits.role - "-schedule-".length - longestRegionCode;

/** Name of a function that has a schedule. */
export const scheduledFunctionName: Rule<string> = (name, construct) => [
  ...functionName(name.slice(0, longestName), construct),
  ...(name.length > longestName ? [`has ${name.length} characters; write at most ${longestName}`] : []),
];
