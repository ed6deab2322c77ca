import { literal, reference } from "./templates";

/** One statement of an IAM, bucket, queue or key policy; the names are those of the policy language. */
export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * The policy document as text for a Terraform argument. Policy variables such as `${*}` are escaped for
 * Terraform; references must be cdktf tokens, not hand-written `${...}`.
 */
export function renderPolicy(statements: readonly PolicyStatement[]): string {
  return literal(JSON.stringify({ Version: "2012-10-17", Statement: mergeStatements(statements) }));
}

/**
 * Joins statements that differ in their resources alone, since a role's inline policies may hold 10,240
 * characters in all. Source: IAM user guide, "IAM and AWS STS quotas".
 */
export function mergeStatements(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const merged = new Map<string, PolicyStatement>();
  for (const statement of statements) {
    const key = JSON.stringify({ ...statement, Resource: [] });
    const resources = [...(merged.get(key)?.Resource ?? []), ...statement.Resource];
    merged.set(key, { ...statement, Resource: [...new Set(resources)] });
  }
  return [...merged.values()];
}

/**
 * Text that a policy compares as it stands: `*`, `?` and `${` are written as the policy variables `${*}`, `${?}`
 * and `${$}`. Source: IAM user guide, "IAM policy elements: Variables and tags", special characters.
 */
export function policyText(text: string): string {
  return text.replace(new RegExp(`${reference.source}|[*?]|\\$(?=\\{)`, "g"), (found) =>
    found.length > 1 ? found : `\${${found}}`,
  );
}
