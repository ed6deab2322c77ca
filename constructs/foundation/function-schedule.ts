import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule/index.js";
import { Lazy, type ITerraformDependable, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { AwsContext } from "./aws-context";
import type { BundledFunction } from "./bundled-function";
import { renderPolicy } from "./policy";
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
  /** Where one of these changes, the schedule is made anew, and so the function runs at once. @default none */
  readonly restartOn?: readonly { readonly resource: TerraformResource; readonly attribute: string }[];
  /** What must be there before the first run. */
  readonly dependsOn?: readonly ITerraformDependable[];
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
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, id: string, props: FunctionScheduleProps) {
    super(scope, id);
    this.invocations = this.createInvocations(props);
    this.role = this.createRole(props);
    this.policy = this.createPolicy(props);
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

  private createRole(props: FunctionScheduleProps): IamRole {
    const { accountId, region } = AwsContext.of(this);
    return new IamRole(this, "role", {
      name: `${props.name}-schedule-${region}`,
      description: `Lets the schedule of ${props.name} invoke its function`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "scheduler.amazonaws.com" },
            Action: "sts:AssumeRole",
            // Another account's schedule must not borrow the role. Source: EventBridge Scheduler user guide,
            // "Confused deputy prevention".
            Condition: { StringEquals: { "aws:SourceAccount": accountId } },
          },
        ],
      }),
      tags: props.tags === undefined ? undefined : literals(props.tags),
    });
  }

  private createPolicy(props: FunctionScheduleProps): IamRolePolicy {
    return new IamRolePolicy(this, "policy", {
      name: "invoke",
      role: this.role.id,
      policy: renderPolicy([
        { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [props.function.resource.arn] },
      ]),
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
      dependsOn: [props.function.policy, this.policy, this.invocations, ...(props.dependsOn ?? [])],
      lifecycle:
        restartOn === undefined
          ? undefined
          : { replaceTriggeredBy: restartOn.map(({ resource, attribute }) => address(resource, attribute)) },
    });
  }
}

/** Terraform takes addresses here, not references; the resource's name is settled when the stack is synthesized. */
function address(resource: TerraformResource, attribute: string): string {
  return Lazy.stringValue({
    produce: () => `${resource.terraformResourceType}.${resource.friendlyUniqueId}.${attribute}`,
  });
}
