import type { IConstruct } from "constructs";
import { managedPolicyLimits } from "./limits";
import type { PolicyStatement } from "./policy";
import { policyLength } from "./policy-length";

/** Statements as the policies of one role or user hold them. */
export interface PackedPolicies {
  /** For the one inline policy; empty where not even one statement fits there. */
  readonly inline: readonly PolicyStatement[];
  /** For one managed policy each. */
  readonly managed: readonly (readonly PolicyStatement[])[];
}

/**
 * Spreads statements over one inline policy and as many managed policies as they need. Each policy is filled before
 * the next begins, in the order of the statements, so that statements at the end change none that are full.
 */
export function packPolicies(
  construct: IConstruct,
  statements: readonly PolicyStatement[],
  inlineCharacters: number,
): PackedPolicies {
  const lengthOf = policyLength(construct);
  const inline: PolicyStatement[] = [];
  const managed: PolicyStatement[][] = [];
  for (const statement of statements) {
    const last = managed.at(-1) ?? inline;
    const room = last === inline ? inlineCharacters : managedPolicyLimits.characters;
    if (lengthOf([...last, statement]) <= room) last.push(statement);
    else managed.push([statement]);
  }
  return { inline, managed };
}

/** What is wrong with statements that do not fit into the policies of one role or user. */
export function packingProblems(
  construct: IConstruct,
  statements: readonly PolicyStatement[],
  inlineCharacters: number,
  owner: "role" | "user",
): string[] {
  const lengthOf = policyLength(construct);
  const { inline, managed } = packPolicies(construct, statements, inlineCharacters);
  const tooLong = managed.map(lengthOf).find((length) => length > managedPolicyLimits.characters);
  if (tooLong !== undefined) {
    return [
      `need a policy of up to ${tooLong} characters for one bucket, and IAM allows ${managedPolicyLimits.characters}; ` +
        "write a shorter prefix",
    ];
  }
  if (managed.length <= managedPolicyLimits.attached) return [];
  const total = [inline, ...managed].map(lengthOf).reduce((sum, length) => sum + length, 0);
  const owners = Math.ceil(managed.length / managedPolicyLimits.attached);
  return [
    `need policies of up to ${total} characters, an inline one of ${inlineCharacters} and ${managed.length} managed ` +
      `ones of ${managedPolicyLimits.characters}, and a ${owner} may have ${managedPolicyLimits.attached} of these; ` +
      `split them between ${owners} ${owner}s, or write fewer entries with shorter prefixes`,
  ];
}
