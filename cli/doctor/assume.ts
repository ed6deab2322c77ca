import { contextOf, type KnownKeys } from "../policies/context";
import { nameOf, type Policy, type Statement } from "../policies/document";
import { evaluate, type Decision } from "../policies/evaluate";
import { accountOf, type Caller } from "../policies/principals";
import type { Reader } from "./reader";

/** What a trust policy is to say. */
export interface TrustExpectation {
  readonly reader: Reader;
  readonly logzioAccountId: string | undefined;
  readonly externalIds: readonly string[];
  readonly testPrincipals: readonly string[];
}

/** What the trust policy says to someone with an external ID, or without one. */
export function mayAssume(policy: Policy, caller: Caller, externalId: string | undefined): Decision {
  const context = contextOf({ ...knownOfCaller(caller), "sts:ExternalId": externalId ?? [] });
  return evaluate(policy, { caller, action: "sts:AssumeRole", context });
}

/** What is known of every call to assume a role. */
export function knownOfCaller(caller: Caller): KnownKeys {
  return {
    "aws:CurrentTime": new Date().toISOString(),
    "aws:PrincipalAccount": accountOf(caller),
    "aws:PrincipalIsAWSService": "false",
    // STS answers over TLS only.
    "aws:SecureTransport": "true",
    ...("arn" in caller ? { "aws:PrincipalArn": caller.arn } : {}),
  };
}

/** The statement that a trust policy needs, in place of one where that is given: it keeps its principals that may test. */
export function trustStatement(expected: TrustExpectation, replaced?: Statement): object {
  const { reader, logzioAccountId, externalIds, testPrincipals } = expected;
  const ids = externalIds.length === 0 ? ["YOUR_EXTERNAL_ID"] : externalIds;
  const logzio = `arn:${reader.partition}:iam::${logzioAccountId ?? "LOGZIO_ACCOUNT_ID"}:root`;
  const { principal } = replaced ?? {};
  const named = principal !== undefined && "is" in principal ? (principal.is["AWS"] ?? []) : [];
  const testing = testPrincipals.filter((arn) => named.includes(arn));
  return {
    Effect: "Allow",
    Principal: { AWS: testing.length === 0 ? logzio : [logzio, ...testing] },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "sts:ExternalId": ids.length === 1 ? ids[0] : ids },
    },
  };
}

/** Why it is not known. */
export function reasonOf(decision: Extract<Decision, { outcome: "unknown" }>): string {
  return `${nameOf(decision.statement)} decides, and ${decision.reasons.join(", and ")}`;
}
