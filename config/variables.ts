import { Annotations, TerraformVariable, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** A Terraform variable whose value gets into no plan, state or output. */
export function createSecretVariable(stack: Construct, name: string, description: string): TerraformVariable {
  const variable = new TerraformVariable(stack, name, {
    type: "string",
    description,
    sensitive: true,
    nullable: false,
    // Without one Terraform would ask for it, and where nobody answers stand still for ever; so it is refused below.
    default: "",
    validation: [
      {
        // Also a line break at the end, as files leave it, would be refused by Logz.io.
        condition: `\${var.${name} != "" && trimspace(var.${name}) == var.${name}}`,
        errorMessage: `The token is missing, or has white space around it; set the environment variable TF_VAR_${name} (in HCP Terraform, the workspace variable ${name}).`,
      },
    ],
  });
  // cdktf 0.21 does not know ephemeral variables, which Terraform keeps out of plan and state since 1.10.
  variable.addOverride("ephemeral", true);
  return variable;
}

/**
 * Says with the first line of a deployment which variables have no value. Terraform refuses them behind a long plan, and
 * the cdktf command line, which ends with Terraform, often drops the end of what that has said.
 */
export function warnOfMissingValues(stack: TerraformStack, environment: NodeJS.ProcessEnv): void {
  for (const variable of stack.node.children) {
    if (!(variable instanceof TerraformVariable)) continue;
    const name = `TF_VAR_${variable.node.id}`;
    if ((environment[name] ?? "") !== "") continue;
    Annotations.of(variable).addWarning(
      `${name} is not set: without the variable, Terraform refuses to plan, deploy and destroy. Paste the token: read -rs ${name} && export ${name}`,
    );
  }
}
