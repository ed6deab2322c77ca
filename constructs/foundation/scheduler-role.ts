import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { AwsContext } from "./aws-context";
import type { BundledFunction } from "./bundled-function";
import { roleArguments, type NewRoleProps } from "./placement";
import { renderPolicy } from "./policy";

export interface SchedulerRoleProps {
  /** Ids of the role and its policy in the construct that has the schedules. */
  readonly ids: { readonly role: string; readonly policy: string };
  /** Name of what has the schedules; at most 40 characters. */
  readonly name: string;
  readonly invokes: BundledFunction;
  /** ARN of a role that is there. @default a new role */
  readonly existing?: string | undefined;
  /** Path, bounds and start of the name of the new role. @default none */
  readonly like?: NewRoleProps | undefined;
  readonly tags?: Record<string, string> | undefined;
}

/** Lets schedules of EventBridge Scheduler invoke one function: a new role, or one that is there. */
export class SchedulerRole {
  readonly arn: string;
  readonly role: IamRole | undefined;
  readonly policy: IamRolePolicy | undefined;

  constructor(scope: Construct, props: SchedulerRoleProps) {
    this.role = props.existing === undefined ? createRole(scope, props) : undefined;
    this.policy = this.role && createPolicy(scope, this.role, props);
    this.arn = props.existing ?? this.role?.arn ?? "";
  }

  /** What must exist before the schedules can invoke the function. */
  get dependables(): ITerraformDependable[] {
    return this.policy === undefined ? [] : [this.policy];
  }
}

function createRole(scope: Construct, { ids, name, like, tags }: SchedulerRoleProps): IamRole {
  const { accountId, region } = AwsContext.of(scope);
  return new IamRole(scope, ids.role, {
    ...roleArguments(`${name}-schedule-${region}`, like),
    description: `Lets the schedules of ${name} invoke its function`,
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
    tags,
  });
}

function createPolicy(scope: Construct, role: IamRole, { ids, invokes }: SchedulerRoleProps): IamRolePolicy {
  return new IamRolePolicy(scope, ids.policy, {
    name: "invoke",
    role: role.id,
    policy: renderPolicy([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [invokes.resource.arn] },
    ]),
  });
}
