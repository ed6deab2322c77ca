import type { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { DataResource, Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { PermissionPolicies } from "./permission-policies";

/** A role, and what it may do. */
interface RoleWithPolicies {
  readonly role: IamRole;
  readonly policies: PermissionPolicies;
  readonly dependables: ITerraformDependable[];
}

/**
 * Waits after a role or its policies changed, until IAM has told its other regions: Logz.io tries a role at once, and
 * IAM is eventually consistent. One wait for all connectors of the role. The wait is a shell's, where Terraform runs.
 * Source: IAM user guide, "Changes that I make are not always immediately visible".
 */
export class Settling extends Construct {
  readonly resource: DataResource;

  constructor(scope: Construct, id: string, fetcher: RoleWithPolicies, seconds: number) {
    super(scope, id);
    const { role, policies } = fetcher;
    this.resource = new DataResource(this, "wait", {
      // Hashes, so that plans do not show whole policies a second time.
      triggersReplace: {
        role: role.uniqueId,
        trust: Fn.sha256(role.assumeRolePolicy),
        permissions: Fn.sha256(Fn.join("", policies.texts)),
      },
      provisioners: [{ type: "local-exec", command: `sleep ${seconds}` }],
      dependsOn: fetcher.dependables,
    });
  }
}
