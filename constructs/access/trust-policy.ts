import type { IConstruct } from "constructs";
import { trustPolicyCharacters } from "../foundation/limits";
import { settled } from "../foundation/reference-length";
import { literal } from "../foundation/templates";

/** Who may assume a role. */
export interface Trust {
  readonly partition: string;
  /** AWS account of Logz.io. */
  readonly logzioAccountId: string;
  readonly externalIds: readonly string[];
  /** ARNs of roles and users of one's own. */
  readonly testPrincipals: readonly string[];
}

interface TrustStatement {
  readonly Effect: "Allow";
  readonly Principal: { readonly AWS: string | readonly string[] };
  readonly Action: "sts:AssumeRole";
  readonly Condition: { readonly StringEquals: { readonly "sts:ExternalId": string | readonly string[] } };
}

/** The trust policy as text for a Terraform argument. Every statement has the condition on the external ID. */
export function trustPolicy(trust: Trust): string {
  return literal(trustJson(trust));
}

/** Characters that the trust policy has at most, references counted with the longest that they can stand for. */
export function trustPolicyLength(construct: IConstruct, trust: Trust): number {
  return settled(construct, trustJson(trust), referenceCharacters).length;
}

/** A reference that says nothing of its length stands for an external ID as Logz.io makes them, or an ARN with a path. */
const referenceCharacters = 64;

/** What is wrong with a trust policy of some length. */
export function trustProblems(construct: IConstruct, trust: Trust): string[] {
  const length = trustPolicyLength(construct, trust);
  if (length <= trustPolicyCharacters.raised) return [];
  return [
    `make a trust policy of up to ${length} characters, and IAM allows ${trustPolicyCharacters.raised}; write fewer ` +
      "testPrincipals, or a role of yours that they can assume",
  ];
}

function trustJson({ partition, logzioAccountId, externalIds, testPrincipals }: Trust): string {
  // The account, not one of its principals: which of them Logz.io uses is its own affair, and may change.
  const logzio = `arn:${partition}:iam::${logzioAccountId}:root`;
  const statements = [[logzio], testPrincipals].flatMap((principals): TrustStatement[] =>
    principals.length === 0 ? [] : [allow(principals, externalIds)],
  );
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function allow(principals: readonly string[], externalIds: readonly string[]): TrustStatement {
  return {
    Effect: "Allow",
    Principal: { AWS: oneOrList(principals) },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": oneOrList(externalIds) } },
  };
}

/** IAM writes a list of one as the one. */
function oneOrList(texts: readonly string[]): string | readonly string[] {
  return texts.length === 1 ? texts.join() : texts;
}
