import { nameOf } from "../policies/document";
import { matchesAction } from "../policies/patterns";

/** A statement that lets Logz.io in, and whose external IDs can be changed. */
export interface TrustStatement {
  /** From 0. */
  readonly index: number;
  readonly externalIds: readonly string[];
  /** The statement with other external IDs, and all else as it was written. */
  withExternalIds(externalIds: readonly string[]): unknown;
}

/** What a statement of a trust policy is to a migration. */
export type ReadStatement = TrustStatement | { readonly problem: string } | { readonly irrelevant: true };

type Written = Readonly<Record<string, unknown>>;

const irrelevant = { irrelevant: true } as const;

/** Reads one statement; where it lets Logz.io in and cannot be edited, the problem says what to write instead. */
export function readTrustStatement(written: unknown, index: number, logzioAccountId: string): ReadStatement {
  const { Sid: sid } = isObject(written) ? written : {};
  const name = nameOf({ number: index + 1, sid: typeof sid === "string" && sid !== "" ? sid : undefined });
  if (!isObject(written)) return { problem: `${name} is no JSON object` };
  const whom = principals(written, logzioAccountId);
  if (whom === "others" || !isAboutAssuming(written)) return irrelevant;
  const conditions = externalIdConditions(written);
  if (written["Effect"] !== "Allow" && conditions.length === 0) return irrelevant;
  const problem = problemOf(written, whom, conditions, logzioAccountId);
  const condition = conditions.at(0);
  if (problem !== undefined || condition === undefined) return { problem: `${name} ${problem ?? ""}` };
  return {
    index,
    externalIds: condition.values.map(String),
    withExternalIds: (ids) => withValue(written, condition, ids.length === 1 ? ids[0] : [...ids]),
  };
}

/** Why the external IDs of a statement that is about Logz.io cannot be changed safely. */
function problemOf(
  { Effect: effect }: Written,
  whom: "logzio" | "logzio and others",
  conditions: readonly IdCondition[],
  logzioAccountId: string,
): string | undefined {
  if (effect !== "Allow") {
    return (
      "denies by external ID, and would have to change together with what is allowed; take sts:ExternalId out of it " +
      "(what no statement allows is denied anyway)"
    );
  }
  if (whom === "logzio and others") {
    return (
      "lets in others besides Logz.io's account under the same condition, and they would have to change their external " +
      `ID too; give Logz.io's account ${logzioAccountId} a statement of its own`
    );
  }
  const condition = conditions.at(0);
  if (condition === undefined) {
    return (
      'lets Logz.io in without an external ID; add "Condition": {"StringEquals": {"sts:ExternalId": "…"}} with the one ' +
      "that the configurations use now (Logz.io shows it with their role)"
    );
  }
  if (conditions.length > 1) return "has more than one condition on sts:ExternalId; write one";
  if (condition.operator.toLowerCase() !== "stringequals") {
    return (
      `compares sts:ExternalId by ${condition.operator}; write StringEquals with each external ID in full, so that no ` +
      "other is accepted"
    );
  }
  const isText = condition.values.length > 0 && condition.values.every((value) => typeof value === "string");
  return isText
    ? undefined
    : "has no text for sts:ExternalId; write the external ID that the configurations use now";
}

export function isObject(value: unknown): value is Written {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whom a statement is about. */
function principals(statement: Written, logzioAccountId: string): "logzio" | "logzio and others" | "others" {
  const { Principal: principal } = statement;
  // NotPrincipal, or everyone.
  if (!isObject(principal)) return "logzio and others";
  const names = [principal["AWS"] ?? []].flat();
  const ofLogzio = names.filter((name) => accountOf(name) === logzioAccountId);
  if (ofLogzio.length === 0) return names.includes("*") ? "logzio and others" : "others";
  const kinds = Object.keys(principal);
  return ofLogzio.length === names.length && kinds.length === 1 ? "logzio" : "logzio and others";
}

/** The account of a principal: its ID, or the account of an ARN. */
function accountOf(principal: unknown): string | undefined {
  if (typeof principal !== "string") return undefined;
  return /^(?:(\d{12})|arn:[^:]*:(?:iam|sts)::(\d{12}):.*)$/.exec(principal)?.slice(1).find(Boolean);
}

/** Whether `sts:AssumeRole` is among the actions, which may have wildcards; with NotAction it may be. */
function isAboutAssuming({ Action: action }: Written): boolean {
  if (action === undefined) return true;
  return [action].flat().some((one) => typeof one === "string" && matchesAction(one, "sts:AssumeRole"));
}

/** A condition on the external ID, as it is written. */
interface IdCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly unknown[];
}

/** The statement with another value in a condition. */
function withValue(written: Written, { operator, key }: IdCondition, value: unknown): Written {
  const all = written["Condition"] as Readonly<Record<string, Written>>;
  return { ...written, Condition: { ...all, [operator]: { ...all[operator], [key]: value } } };
}

/** Every condition on the external ID; IAM does not mind the case of condition keys. */
function externalIdConditions({ Condition: conditions }: Written): IdCondition[] {
  return Object.entries(isObject(conditions) ? conditions : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {})
      .filter(([key]) => key.toLowerCase() === "sts:externalid")
      .map(([key, value]) => ({ operator, key, values: [value].flat() })),
  );
}
