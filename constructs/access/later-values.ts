import { Fn, Token, type Precondition } from "cdktf";
import type { IConstruct } from "constructs";
import { resolvedText } from "../foundation/references";

/** What a value has to be like that only Terraform knows. */
export interface Form {
  /** Regular expression that Terraform's RE2 takes; it counts to 1,000 alone. */
  readonly pattern: string;
  /** What is allowed, and what to write. */
  readonly allowed: string;
  /** References that have the form whatever their value is. */
  readonly certain?: RegExp;
}

/**
 * Has Terraform check what it knows later as the construct checks what is written out: a policy takes any text, also
 * one that widens it, or is JSON of its own.
 */
export function checkedLater(
  scope: IConstruct,
  { pattern, allowed, certain }: Form,
  values: readonly (string | undefined)[],
): Precondition[] {
  const references = new Map<string, string>();
  for (const value of values) {
    if (value !== undefined && Token.isUnresolved(value)) references.set(resolvedText(scope, value), value);
  }
  return [...references]
    .filter(([reference]) => certain?.test(reference) !== true)
    .map(([, value]) => ({ condition: Fn.can(Fn.regex(pattern, value)), errorMessage: `${allowed}.` }));
}
