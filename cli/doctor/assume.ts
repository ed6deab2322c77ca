import { contextOf, type KnownKeys } from "../policies/context";
import { nameOf, type Policy } from "../policies/document";
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
  const known: KnownKeys = {
    "sts:ExternalId": externalId ?? [],
    "aws:PrincipalAccount": accountOf(caller),
    "aws:PrincipalIsAWSService": "false",
    // STS answers over TLS only.
    "aws:SecureTransport": "true",
    ...("arn" in caller ? { "aws:PrincipalArn": caller.arn } : {}),
  };
  return evaluate(policy, { caller, action: "sts:AssumeRole", context: contextOf(known) });
}

/** The statement that a trust policy needs. */
export function trustStatement({ reader, logzioAccountId, externalIds }: TrustExpectation): object {
  const ids = externalIds.length === 0 ? ["YOUR_EXTERNAL_ID"] : externalIds;
  return {
    Effect: "Allow",
    Principal: { AWS: `arn:${reader.partition}:iam::${logzioAccountId ?? "LOGZIO_ACCOUNT_ID"}:root` },
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
