import { contextOf } from "../policies/context";
import { parsePolicy, PolicySyntaxError, type Policy, type Statement } from "../policies/document";
import { evaluate, evaluateDenials } from "../policies/evaluate";
import { reasonOf } from "./assume";
import { knownOf, type Need } from "./needs";
import type { Reading } from "./reading";
import type { Reader } from "./reader";

/** What the policy of a bucket or key says to the calls of a need, the worst of them first. */
export type ResourceVerdict =
  | { readonly outcome: "denied"; readonly statement: Statement }
  /** It may deny. */
  | { readonly outcome: "unknown"; readonly reason: string }
  /** It does not deny, and may allow. */
  | { readonly outcome: "perhaps"; readonly reason: string }
  /** No statement is about it. */
  | { readonly outcome: "silent" }
  | { readonly outcome: "allowed"; readonly statement: Statement; readonly asAccount: boolean };

/** The policy of a bucket or key as it could be read. */
export type ResourcePolicy =
  | { readonly policy: Policy }
  | { readonly none: true }
  | { readonly unreadable: string }
  | { readonly malformed: string };

export function resourcePolicy(reading: Reading<string>): ResourcePolicy {
  if ("refused" in reading) return { unreadable: reading.refused };
  if ("absent" in reading) return { none: true };
  try {
    return { policy: parsePolicy(reading.found) };
  } catch (error) {
    if (error instanceof PolicySyntaxError) return { malformed: error.message };
    throw error;
  }
}

/** Evaluates a policy that is there for what a need asks of its resource. */
export function verdict(
  policy: Policy,
  need: Need,
  reader: Reader,
  ownerId: string | undefined,
): ResourceVerdict {
  const verdicts = need.calls.map((call) => one(policy, call, reader, ownerId));
  for (const outcome of ["denied", "unknown", "silent", "perhaps"] as const) {
    const found = verdicts.find((each) => each.outcome === outcome);
    if (found !== undefined) return found;
  }
  const asAccount = verdicts.find((each) => each.outcome === "allowed" && each.asAccount);
  return asAccount ?? verdicts[0];
}

function one(
  policy: Policy,
  { action, resource, known }: Need["calls"][number],
  reader: Reader,
  ownerId: string | undefined,
): ResourceVerdict {
  const context = contextOf({ ...knownOf(reader, ownerId), ...known });
  const request = { caller: { arn: reader.arn }, action, resource, context };
  const denial = evaluateDenials(policy, request);
  if (denial?.outcome === "denied") return denial;
  if (denial !== undefined) return { outcome: "unknown", reason: reasonOf(denial) };
  const decision = evaluate(policy, request);
  if (decision.outcome === "allowed") return decision;
  return decision.outcome === "unknown"
    ? { outcome: "perhaps", reason: reasonOf(decision) }
    : { outcome: "silent" };
}

/** Statements for the policy of a bucket or key that lets the reader in. */
export function grants(needs: readonly Need[], reader: Reader, resource?: string): object[] {
  return needs.map(({ statement }) => ({
    ...{ Effect: statement.Effect, Principal: { AWS: reader.arn } },
    ...{ Action: statement.Action, Resource: resource ?? statement.Resource },
    ...(statement.Condition === undefined ? {} : { Condition: statement.Condition }),
  }));
}
