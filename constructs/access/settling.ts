import { DataResource, Fn } from "cdktf";
import { Construct } from "constructs";
import type { FetcherRole } from "./fetcher-role";

/**
 * Waits after a role or its policies changed, until IAM has told its other regions: Logz.io tries a role at once, and
 * IAM is eventually consistent. One wait for all connectors of the role. The wait is a shell's, where Terraform runs.
 * Source: IAM user guide, "Changes that I make are not always immediately visible".
 */
export class Settling extends Construct {
  readonly resource: DataResource;

  constructor(scope: Construct, id: string, fetcher: FetcherRole, seconds: number) {
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
