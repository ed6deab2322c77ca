import { mergeStatements, type PolicyStatement } from "../foundation/policy";
import { roleArn } from "../foundation/iam-rules";
import { externalIdCharacters } from "../foundation/limits";
import { show, text, type Problem, type Rule, type Rules } from "../foundation/validation";

/** A role that reads a source in place of the function's own, such as one that the bucket's account hands out. */
export interface ReadBySource {
  /**
   * ARN of the role that reads the bucket. The function may then assume it, and nothing on the bucket itself; what the
   * role has to be like is in `readRolePolicies` of hook and fetcher.
   * @default the function's own role
   */
  readonly readRoleArn?: string;
  /** External ID that the trust policy of that role asks for, 2 to 1,224 characters. @default none */
  readonly readRoleExternalId?: string;
}

/** A statement of a trust policy, whose resource is the role that has it. */
export type TrustStatement = Omit<PolicyStatement, "Resource">;

/** The two policies of a role that reads for a function of another account, for whoever makes it. */
export interface ReadRolePolicies {
  /** Who may assume the role. */
  readonly trust: readonly TrustStatement[];
  /** What the role may do. */
  readonly permissions: readonly PolicyStatement[];
}

const externalId: Rule<string> = text((id) => {
  const { min, max } = externalIdCharacters;
  return id.length >= min && id.length <= max && /^[\w+=,.@:/-]+$/.test(id)
    ? []
    : [`is ${show(id)}; external IDs have ${min} to ${max} letters, digits and _+=,.@:/-`];
});

export const readRoleRules: Rules<ReadBySource>["props"] = {
  readRoleArn: roleArn,
  readRoleExternalId: externalId,
};

export function externalIdNeedsRole({ readRoleArn, readRoleExternalId }: ReadBySource): Problem[] {
  if (readRoleExternalId === undefined || readRoleArn !== undefined) return [];
  return [
    { path: "readRoleExternalId", text: "is given without readRoleArn, whose trust policy asks for it" },
  ];
}

/** What the function may do for a source: read it, or assume the role that does. */
export function readingStatements(
  { readRoleArn }: ReadBySource,
  { identityStatements }: Readable,
): readonly PolicyStatement[] {
  if (readRoleArn === undefined) return identityStatements;
  return [{ Effect: "Allow", Action: ["sts:AssumeRole"], Resource: [readRoleArn] }];
}

/** A source, and the permissions to read it. */
export type Read<Source extends ReadBySource = ReadBySource, Access extends Readable = Readable> = readonly [
  Source,
  Access,
];

/** What may be read, as the policy of the reader has it. */
export interface Readable {
  readonly identityStatements: readonly PolicyStatement[];
}

/** For each role that reads, by its ARN, what it has to be like for the function with a role to read with it. */
export function readRolePolicies(
  reads: readonly Read[],
  readerArn: string,
): Record<string, ReadRolePolicies> {
  const policies = new Map<string, ReadRolePolicies>();
  for (const [{ readRoleArn, readRoleExternalId: id }, { identityStatements }] of reads) {
    if (readRoleArn === undefined) continue;
    const { trust = [], permissions = [] } = policies.get(readRoleArn) ?? {};
    const trusting: TrustStatement = {
      Effect: "Allow",
      Principal: { AWS: readerArn },
      Action: ["sts:AssumeRole"],
      ...(id === undefined ? {} : { Condition: { StringEquals: { "sts:ExternalId": id } } }),
    };
    const isKnown = trust.some((other) => JSON.stringify(other) === JSON.stringify(trusting));
    policies.set(readRoleArn, {
      trust: isKnown ? trust : [...trust, trusting],
      permissions: mergeStatements([...permissions, ...identityStatements]),
    });
  }
  return Object.fromEntries(policies);
}
