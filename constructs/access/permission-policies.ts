import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import type { IamUser } from "@cdktf/provider-aws/lib/iam-user/index.js";
import { IamUserPolicy } from "@cdktf/provider-aws/lib/iam-user-policy/index.js";
import { IamUserPolicyAttachment } from "@cdktf/provider-aws/lib/iam-user-policy-attachment/index.js";
import type { Precondition } from "cdktf";
import { Construct } from "constructs";
import { inlinePolicyCharacters, userInlinePolicyCharacters } from "../foundation/limits";
import { renderPolicy, type PolicyStatement } from "../foundation/policy";
import { packPolicies } from "../foundation/policy-packing";

export interface PermissionPoliciesProps {
  /** The role or user that gets the policies. */
  readonly owner: IamRole | IamUser;
  readonly statements: readonly PolicyStatement[];
  /** Start of the names of managed policies. */
  readonly namePrefix: string;
  /** Path of managed policies. */
  readonly path?: string;
  /** What has to be true before there is any policy. @default nothing */
  readonly preconditions?: readonly Precondition[];
  /** Tags of managed policies, escaped for Terraform. */
  readonly tags?: Readonly<Record<string, string>>;
}

type Attachment = IamRolePolicyAttachment | IamUserPolicyAttachment;

/**
 * What a role or user may do: one inline policy, and managed policies for what does not fit into it. The inline policy
 * stays at its address and keeps what it holds when managed ones are added, so growth takes no permission away.
 */
export class PermissionPolicies extends Construct {
  readonly inline?: IamRolePolicy | IamUserPolicy;
  readonly managed: readonly IamPolicy[];
  readonly attachments: readonly Attachment[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PermissionPoliciesProps,
  ) {
    super(scope, id);
    const room = props.owner instanceof IamRole ? inlinePolicyCharacters : userInlinePolicyCharacters;
    const packed = packPolicies(this, props.statements, room);
    const managed: IamPolicy[] = [];
    const attachments: Attachment[] = [];
    // From the last to the first, each after the one behind it: where an entry is inserted, statements move to policies
    // further behind, which then allow them before those in front stop to. Where one is removed they move the other
    // way, and some may be missing for the second between two updates.
    for (const [index, statements] of [...packed.managed.entries()].reverse()) {
      const after = attachments.slice(0, 1);
      const policy = this.createManaged(index + 1, statements, after);
      managed.unshift(policy);
      attachments.unshift(this.attach(index + 1, policy));
    }
    this.managed = managed;
    this.attachments = attachments;
    if (packed.inline.length > 0) this.inline = this.createInline(packed.inline);
  }

  /** What must exist before everything is allowed. */
  get dependables(): (IamRolePolicy | IamUserPolicy | Attachment)[] {
    return [...(this.inline === undefined ? [] : [this.inline]), ...this.attachments];
  }

  /** The policies' texts, as references. */
  get texts(): string[] {
    return [...(this.inline === undefined ? [] : [this.inline]), ...this.managed].map(({ policy }) => policy);
  }

  private createInline(statements: readonly PolicyStatement[]): IamRolePolicy | IamUserPolicy {
    const { owner } = this.props;
    const config = {
      name: "buckets",
      policy: renderPolicy(statements),
      dependsOn: some(this.attachments.slice(0, 1)),
      lifecycle: this.attachments.length === 0 ? this.checks : undefined,
    };
    return owner instanceof IamRole
      ? new IamRolePolicy(this, "inline", { ...config, role: owner.id })
      : new IamUserPolicy(this, "inline", { ...config, user: owner.name });
  }

  private createManaged(
    number: number,
    statements: readonly PolicyStatement[],
    dependsOn: Attachment[],
  ): IamPolicy {
    const { namePrefix, path, tags } = this.props;
    return new IamPolicy(this, `managed-${number}`, {
      namePrefix,
      path,
      description: "What does not fit into the inline policy",
      policy: renderPolicy(statements),
      tags: tags === undefined ? undefined : { ...tags },
      dependsOn: some(dependsOn),
      lifecycle: dependsOn.length === 0 ? this.checks : undefined,
    });
  }

  /** For the policy that the others wait for. */
  private get checks(): { precondition: Precondition[] } | undefined {
    const precondition = some(this.props.preconditions ?? []);
    return precondition && { precondition };
  }

  private attach(number: number, policy: IamPolicy): Attachment {
    const { owner } = this.props;
    const id = `attachment-${number}`;
    return owner instanceof IamRole
      ? new IamRolePolicyAttachment(this, id, { role: owner.name, policyArn: policy.arn })
      : new IamUserPolicyAttachment(this, id, { user: owner.name, policyArn: policy.arn });
  }
}

/** Undefined in place of an empty list, so that the synthesized JSON has none. */
function some<Item>(list: readonly Item[]): Item[] | undefined {
  return list.length === 0 ? undefined : [...list];
}
