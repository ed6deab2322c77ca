import { nameOf, parsePolicy, PolicySyntaxError, type Policy, type Statement } from "../policies/document";
import type { Decision } from "../policies/evaluate";
import { mayAssume, reasonOf, trustStatement, type TrustExpectation } from "./assume";
import { notProven, proven, sentence, wrong, type Finding, type Fix } from "./finding";
import { otherExternalIds } from "./other-external-ids";
import { judgeOthers } from "./trusted-others";

/** Judges a role's trust policy: Logz.io with the right external ID, and nobody else. */
export function judgeTrust(text: string, expected: TrustExpectation): Finding[] {
  let policy: Policy;
  try {
    policy = parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    return [wrong("trust.policy", `The trust policy cannot be used: ${error.message}`)];
  }
  return [...judgeLogzio(policy, expected), ...judgeOthers(policy, expected)];
}

function judgeLogzio(policy: Policy, expected: TrustExpectation): Finding[] {
  const { logzioAccountId, externalIds } = expected;
  if (logzioAccountId === undefined) {
    const reason =
      "the AWS account of Logz.io is not known; write --account-id, or let `logzio-s3 connect` write it into logzio.yaml";
    return [notProven("trust.external-id", "That Logz.io may assume the role", reason)];
  }
  const logzio = { accountId: logzioAccountId };
  const decide = (externalId?: string): Decision => mayAssume(policy, logzio, externalId);
  const findings =
    externalIds.length === 0
      ? [
          notProven(
            "trust.external-id",
            "That Logz.io may assume the role with its external ID",
            "the external ID is not known; write --external-id, or let `logzio-s3 connect` write it into logzio.yaml",
          ),
        ]
      : externalIds.map((externalId) => judgeRight(decide(externalId), externalId, expected));
  const others = otherExternalIds(policy, externalIds, logzio).map((externalId) => ({
    externalId,
    decision: decide(externalId),
  }));
  return [...findings, judgeOther(others, expected), judgeNone(decide(), expected)];
}

function judgeRight(decision: Decision, externalId: string, expected: TrustExpectation): Finding {
  const check = "trust.external-id";
  const claim = `Logz.io's account ${expected.logzioAccountId ?? ""} may assume the role with the external ID ${externalId}`;
  if (decision.outcome === "allowed") return proven(check, `${claim} (${nameOf(decision.statement)})`);
  if (decision.outcome === "unknown") return notProven(check, claim, reasonOf(decision));
  const { statement } = decision;
  if (statement !== undefined)
    return wrong(check, `Not so: ${claim}; ${nameOf(statement)} denies it`, removal(statement));
  const fix = { instruction: "add to the trust policy of the role:", statement: trustStatement(expected) };
  return wrong(check, `Not so: ${claim}; no statement of the trust policy allows it`, fix);
}

function judgeOther(
  others: readonly { readonly externalId: string; readonly decision: Decision }[],
  expected: TrustExpectation,
): Finding {
  const check = "trust.other-external-id";
  const accepted = others.find(({ decision }) => decision.outcome === "allowed");
  if (accepted?.decision.outcome === "allowed") {
    const { statement } = accepted.decision;
    return wrong(
      check,
      `${sentence(nameOf(statement))} lets Logz.io's account assume the role with another external ID too, such as ${accepted.externalId}`,
      replacement(statement, expected),
    );
  }
  const claim = "With another external ID, Logz.io's account may not assume the role";
  for (const { decision } of others) {
    if (decision.outcome === "unknown") return notProven(check, claim, reasonOf(decision));
  }
  return proven(check, claim);
}

function judgeNone(decision: Decision, expected: TrustExpectation): Finding {
  const check = "trust.no-external-id";
  const claim = "Without an external ID, Logz.io's account may not assume the role";
  if (decision.outcome === "denied") return proven(check, claim);
  if (decision.outcome === "unknown") return notProven(check, claim, reasonOf(decision));
  return wrong(
    check,
    `${sentence(nameOf(decision.statement))} lets Logz.io's account assume the role without an external ID: every customer of Logz.io who knows the role's ARN could have it read`,
    replacement(decision.statement, expected),
  );
}

function replacement(statement: Statement, expected: TrustExpectation): Fix {
  return {
    instruction: `put into the trust policy of the role, in place of ${nameOf(statement)}:`,
    statement: trustStatement(expected, statement),
  };
}

function removal(statement: Statement): Fix {
  return {
    instruction: `take out of the trust policy of the role, or let it leave out Logz.io's account (${nameOf(statement)}):`,
    statement: statement.source,
  };
}
