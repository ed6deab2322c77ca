import { conditionsHold } from "./conditions";
import type { Context } from "./context";
import type { Listed, Policy, Statement } from "./document";
import { matchesAction, matchesResource, parsePattern, type Reading } from "./patterns";
import { principalMatches, type Caller } from "./principals";
import { allOf, anyOf, not, Unknown, type Ternary } from "./ternary";

export interface PolicyRequest {
  /** Undefined for a policy of the caller itself, which names no principals. */
  readonly caller?: Caller;
  /** As `s3:GetObject`. */
  readonly action: string;
  /** ARN; undefined for a trust policy, which is about its own role. */
  readonly resource?: string;
  readonly context: Context;
}

/** What one policy says to a request. */
export type Decision =
  | {
      readonly outcome: "allowed";
      readonly statement: Statement;
      /** Whether only the caller's account is allowed, so that a policy of the caller must allow it too. */
      readonly asAccount: boolean;
    }
  | { readonly outcome: "denied"; readonly statement: Statement }
  /** For want of a statement that allows. */
  | { readonly outcome: "denied"; readonly statement: undefined }
  | { readonly outcome: "unknown"; readonly statement: Statement; readonly reasons: readonly string[] };

interface Judged {
  readonly statement: Statement;
  readonly applies: Ternary;
  readonly asAccount: boolean;
}

/** A statement that denies, for certain or perhaps. */
export type Denial = Extract<Decision, { statement: Statement; outcome: "denied" | "unknown" }>;

/**
 * Evaluates one policy: a statement that denies wins, without one that allows the answer is no. What is not known
 * makes the answer unknown only where it could change it.
 * Source: IAM user guide, "Policy evaluation logic".
 */
export function evaluate(policy: Policy, request: PolicyRequest): Decision {
  const denial = evaluateDenials(policy, request);
  if (denial?.outcome === "denied") return denial;
  const allows = judgeAll(policy, request, "Allow");
  const certain = allows.filter(({ applies }) => applies === true);
  const allowed = certain.find(({ asAccount }) => !asAccount) ?? certain.at(0);
  if (allowed === undefined) return unknownAmong(allows) ?? { outcome: "denied", statement: undefined };
  return denial ?? { outcome: "allowed", statement: allowed.statement, asAccount: allowed.asAccount };
}

/** What one policy takes from what another one allows; undefined where nothing. */
export function evaluateDenials(policy: Policy, request: PolicyRequest): Denial | undefined {
  const denies = judgeAll(policy, request, "Deny");
  const denied = denies.find(({ applies }) => applies === true);
  return denied ? { outcome: "denied", statement: denied.statement } : unknownAmong(denies);
}

function unknownAmong(judged: readonly Judged[]): Extract<Decision, { outcome: "unknown" }> | undefined {
  for (const { statement, applies } of judged) {
    if (applies instanceof Unknown) return { outcome: "unknown", statement, reasons: applies.reasons };
  }
  return undefined;
}

function judgeAll(
  { statements, variables }: Policy,
  request: PolicyRequest,
  effect: Statement["effect"],
): Judged[] {
  const reading = { context: request.context, variables };
  return statements
    .filter((statement) => statement.effect === effect)
    .map((statement) => judge(statement, request, reading));
}

/** Whether a statement is about the request. */
function judge(statement: Statement, { caller, action, resource }: PolicyRequest, reading: Reading): Judged {
  const principal =
    statement.principal === undefined || caller === undefined
      ? { matched: true, asAccount: false }
      : principalMatches(statement.principal, caller);
  const applies = allOf([
    principal.matched,
    lists(statement.action, (entry) => matchesAction(entry, action)),
    statement.resource === undefined || resource === undefined
      ? true
      : lists(statement.resource, (entry) => covers(entry, reading, resource)),
    conditionsHold(statement.conditions, reading),
  ]);
  return { statement, applies, asAccount: principal.asAccount };
}

function lists(listed: Listed<readonly string[]>, matched: (entry: string) => Ternary): Ternary {
  return "is" in listed ? anyOf(listed.is.map(matched)) : not(anyOf(listed.not.map(matched)));
}

function covers(entry: string, reading: Reading, resource: string): Ternary {
  const pattern = parsePattern(entry, reading);
  if (pattern instanceof Unknown) return pattern;
  return pattern !== undefined && matchesResource(pattern, resource);
}
