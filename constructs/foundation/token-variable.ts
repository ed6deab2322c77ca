import { TerraformStack, TerraformVariable, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { elementNamed, originOf, resolvedText } from "./references";

const stringValue =
  "write the value of a sensitive, ephemeral Terraform variable of this stack, such as variable.stringValue";

/**
 * What is wrong with the origin of a token that must get into no plan, state or synthesized file. Only variables and
 * resources that are ephemeral are kept out of plans. No message repeats the text, which may be the token.
 * Source: Terraform language, "Ephemeral values" (Terraform 1.10) and "Write-only arguments" (1.11).
 */
export function tokenProblems(given: string, construct: IConstruct): string[] {
  // cdktf types variable.value as anything, and takes references as objects.
  const token = Token.asString(given);
  const expression = /^\$\{([^{}]*)\}$/.exec(resolvedText(construct, token))?.[1];
  if (expression === undefined) {
    return [`is literal text, or has some, which would be stored in the synthesized files; ${stringValue}`];
  }
  if (/^ephemeral\.[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*(\[\d+\])?(\.[A-Za-z_][\w-]*)+$/.test(expression))
    return [];
  const name = /^var\.([A-Za-z_][\w-]*)$/.exec(expression)?.[1];
  if (name !== undefined) return variableProblems(name, token, construct);
  return /^[A-Za-z_][\w-]*(\.[\w-]+|\[[^\]]*\])+$/.test(expression)
    ? [`refers to what Terraform keeps in its state; ${stringValue}`]
    : [`is made by an expression, whose text is stored in the synthesized files; ${stringValue}`];
}

function variableProblems(name: string, token: string, construct: IConstruct): string[] {
  const stack = TerraformStack.of(construct);
  if (originOf(construct, token) !== stack)
    return [`refers to a variable of another stack, and reaches this one through its state; ${stringValue}`];
  const variable = elementNamed(stack, name, isVariable);
  if (variable === undefined)
    return [`refers to var.${name}, which is no TerraformVariable of this stack; ${stringValue}`];
  const settings = settingsOf(variable);
  const problems: string[] = [];
  if (settings.sensitive !== true)
    problems.push(`refers to var.${name}, which Terraform may show; write sensitive: true in its props`);
  if (settings.ephemeral !== true)
    problems.push(
      `refers to var.${name}, whose value Terraform stores in plan files in clear text; write ` +
        'variable.addOverride("ephemeral", true) before this construct is made',
    );
  if (settings.default === "") {
    // It keeps Terraform from asking, and is refused by the variable itself.
    if (!Array.isArray(settings.validation) || settings.validation.length === 0)
      problems.push(
        `refers to var.${name}, whose default is an empty token; remove the default, or add a validation that refuses it`,
      );
  } else if (settings.default !== undefined && settings.default !== null)
    problems.push(
      `refers to var.${name}, whose default is stored in the synthesized files; remove the default`,
    );
  return problems;
}

interface VariableSettings {
  readonly sensitive?: unknown;
  readonly ephemeral?: unknown;
  readonly default?: unknown;
  readonly validation?: unknown;
}

/** With its overrides, since cdktf 0.21 knows `ephemeral` as nothing else. */
function settingsOf(variable: TerraformVariable): VariableSettings {
  const { variable: named } = variable.toTerraform() as { variable: Record<string, VariableSettings> };
  return Object.values(named)[0] ?? {};
}

function isVariable(construct: IConstruct): construct is TerraformVariable {
  return construct instanceof TerraformVariable;
}
