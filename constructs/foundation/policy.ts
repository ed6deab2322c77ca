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
  return literal(policyJson(statements));
}

/** The policy document before it is escaped for Terraform. */
export function policyJson(statements: readonly PolicyStatement[]): string {
  const json = JSON.stringify({ Version: "2012-10-17", Statement: mergeStatements(statements) });
  // Source: IAM API reference, PutRolePolicy, pattern of PolicyDocument.
  return json.replace(beyondLatin1, (found) =>
    Array.from({ length: found.length }, (_, index) => escape(found.charCodeAt(index))).join(""),
  );
}

/** Characters that IAM takes in no document, though it takes them in what a document is compared with. */
const beyondLatin1 = /[^\u0000-\u00ff]+/g;

function escape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

/**
 * Joins statements that differ in their resources alone, or in the objects for which one key decrypts, since a
 * role's inline policies may hold 10,240 characters in all. Source: IAM user guide, "IAM and AWS STS quotas".
 */
export function mergeStatements(statements: readonly PolicyStatement[]): PolicyStatement[] {
  return merge(merge(statements, contexts), resources);
}

/** A list of a statement of which any entry is enough. */
interface Alternatives {
  /** What the statement is without the list: packing policies asks for it again and again. */
  readonly keys: WeakMap<PolicyStatement, string>;
  readonly of: (statement: PolicyStatement) => readonly string[];
  readonly with: (statement: PolicyStatement, list: readonly string[]) => PolicyStatement;
}

const resources: Alternatives = {
  keys: new WeakMap(),
  of: ({ Resource }) => Resource,
  with: (statement, list) => ({ ...statement, Resource: list }),
};

const contextKey = "kms:EncryptionContext:aws:s3:arn";

const contexts: Alternatives = {
  keys: new WeakMap(),
  of: ({ Condition }) => [contextsIn(Condition) ?? []].flat(),
  with: (statement, list) => {
    const { Condition } = statement;
    if (contextsIn(Condition) === undefined) return statement;
    const StringLike = { ...Condition?.["StringLike"], [contextKey]: list };
    return { ...statement, Condition: { ...Condition, StringLike } };
  },
};

function contextsIn(condition: PolicyStatement["Condition"]): string | readonly string[] | undefined {
  const operators: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>> | undefined>
  > = condition ?? {};
  return operators["StringLike"]?.[contextKey];
}

function merge(statements: readonly PolicyStatement[], alternatives: Alternatives): PolicyStatement[] {
  const merged = new Map<string, { readonly statement: PolicyStatement; readonly list: Set<string> }>();
  for (const statement of statements) {
    const key = alternatives.keys.get(statement) ?? JSON.stringify(alternatives.with(statement, []));
    alternatives.keys.set(statement, key);
    const group = merged.get(key) ?? { statement, list: new Set() };
    for (const entry of alternatives.of(statement)) group.list.add(entry);
    merged.set(key, group);
  }
  return [...merged.values()].map(({ statement, list }) =>
    list.size === alternatives.of(statement).length ? statement : alternatives.with(statement, [...list]),
  );
}

/**
 * Text that a policy compares as it stands: `*`, `?` and `${` are written as the policy variables `${*}`, `${?}`
 * and `${$}`. Source: IAM user guide, "IAM policy elements: Variables and tags", special characters.
 * Characters beyond Latin-1 become `*`: IAM refuses them in documents, and an escape does not last, since Terraform's
 * AWS provider reads the JSON and writes it anew. Source: its verify.LegacyPolicyNormalize.
 */
export function policyText(text: string): string {
  return text
    .replace(new RegExp(`${reference.source}|[*?]|\\$(?=\\{)`, "g"), (found) =>
      found.length > 1 ? found : `\${${found}}`,
    )
    .replace(beyondLatin1, "*");
}
