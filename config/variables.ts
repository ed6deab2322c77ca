import { TerraformVariable } from "cdktf";
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
