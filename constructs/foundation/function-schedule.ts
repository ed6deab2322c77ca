import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule/index.js";
import { Lazy, type ITerraformDependable, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { BundledFunction } from "./bundled-function";
import type { NewRoleProps } from "./placement";
import { SchedulerRole } from "./scheduler-role";
import { literals } from "./templates";

export interface FunctionScheduleProps {
  readonly function: BundledFunction;
  /** Name of the function, after which schedule and role are named; at most 40 characters. */
  readonly name: string;
  readonly description: string;
  /** How often the function runs, in minutes. The first run is at once. */
  readonly everyMinutes: number;
  /** How often a run that failed is tried again before the next of the schedule: after 1 minute, then after 2. */
  readonly retries: 0 | 1 | 2;
  /**
   * Where one of these attributes, or anything of a resource, is changed by Terraform, the schedule is made anew, and so
   * the function runs at once.
   * @default none
   */
  readonly restartOn?: readonly { readonly resource: TerraformResource; readonly attribute?: string }[];
  /** What must be there before the first run. */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** ARN of a role that is there, for the schedule. @default a new role */
  readonly roleArn?: string | undefined;
  /** Path and bounds of the new role, as those of the function's. @default none */
  readonly roleLike?: NewRoleProps | undefined;
  /** Tags of the role; a schedule can have none. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Runs a function at a steady rate, beginning when it is deployed: a rate schedule without a start date begins at once
 * (EventBridge Scheduler user guide, "Rate-based schedules"). So a deployment neither waits for the function nor fails
 * with it, and no plan has a time in it.
 */
export class FunctionSchedule extends Construct {
  readonly invocations: LambdaFunctionEventInvokeConfig;
  readonly role: SchedulerRole;
  readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, id: string, props: FunctionScheduleProps) {
    super(scope, id);
    this.invocations = this.createInvocations(props);
    this.role = new SchedulerRole(this, {
      ids: { role: "role", policy: "policy" },
      name: props.name,
      invokes: props.function,
      existing: props.roleArn,
      like: props.roleLike,
      tags: props.tags === undefined ? undefined : literals(props.tags),
    });
    this.schedule = this.createSchedule(props);
  }

  private createInvocations(props: FunctionScheduleProps): LambdaFunctionEventInvokeConfig {
    return new LambdaFunctionEventInvokeConfig(this, "invocations", {
      functionName: props.function.resource.functionName,
      maximumRetryAttempts: props.retries,
      // What waited longer has been overtaken by the schedule. AWS takes at least 60 seconds.
      maximumEventAgeInSeconds: Math.max(60, Math.min(props.everyMinutes * 60, 3600)),
    });
  }

  private createSchedule(props: FunctionScheduleProps): SchedulerSchedule {
    const { everyMinutes, restartOn } = props;
    return new SchedulerSchedule(this, "schedule", {
      name: props.name,
      description: props.description,
      scheduleExpression: `rate(${everyMinutes} minute${everyMinutes === 1 ? "" : "s"})`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: props.function.resource.arn,
        roleArn: this.role.arn,
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
      dependsOn: [
        ...props.function.dependables,
        ...this.role.dependables,
        this.invocations,
        ...(props.dependsOn ?? []),
      ],
      lifecycle:
        restartOn === undefined
          ? undefined
          : { replaceTriggeredBy: restartOn.map(({ resource, attribute }) => address(resource, attribute)) },
    });
  }
}

/** Terraform takes addresses here, not references; the resource's name is settled when the stack is synthesized. */
function address(resource: TerraformResource, attribute?: string): string {
  return Lazy.stringValue({
    produce: () =>
      [
        resource.terraformResourceType,
        resource.friendlyUniqueId,
        ...(attribute === undefined ? [] : [attribute]),
      ].join("."),
  });
}
