import { TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { iamPathCharacters, tagLimits, uniqueSuffix } from "./limits";
import { tags } from "./rules";
import { show, text, type Problem, type Rule } from "./validation";

/** Name of a role or user. Source: IAM API reference, CreateRole and CreateUser. */
export function iamName(limit: number): Rule<string> {
  return text((name) =>
    name.length <= limit && /^[\w+=,.@-]+$/.test(name)
      ? []
      : [`is ${show(name)}; write 1 to ${limit} letters, digits and _+=,.@-`],
  );
}

/** Start of a name that the provider ends. */
export function iamNamePrefix(limit: number): Rule<string> {
  return iamName(limit - uniqueSuffix);
}

/** Path of a role, user or policy; Terraform would read the start of a template. Source: IAM API reference, CreateRole. */
export const iamPath: Rule<string> = text((path) =>
  path.length <= iamPathCharacters && /^\/([\x21-\x7e]+\/)?$/.test(path) && !/[$%]\{/.test(path)
    ? []
    : [
        `is ${show(path)}; write a path that begins and ends with "/", such as /logging/, of at most ` +
          `${iamPathCharacters} characters`,
      ],
);

/**
 * What an ARN has behind its kind: a path, which may have characters that names have not, and the name. Characters to
 * which policies give a meaning are left out, and those that JSON escapes. It is for RE2, Terraform's, as well.
 * Source: IAM API reference, CreateRole, Path and RoleName.
 */
export const iamArnEnd = "/([!#%-)+->@-Z^-~]+/)?[A-Za-z0-9_+=,.@-]+";

const policyArn = new RegExp(`^arn:[a-z0-9-]+:iam::([0-9]{12}|aws):policy${iamArnEnd}$`);
const roleArnForm = new RegExp(`^arn:[a-z0-9-]+:iam::[0-9]{12}:role${iamArnEnd}$`);

/** ARN of one IAM role. */
export const roleArn: Rule<string> = text((arn) =>
  roleArnForm.test(arn)
    ? []
    : [`is ${show(arn)}; write the ARN of a role, such as arn:aws:iam::123456789012:role/logging/logzio`],
);

/** ARN of a managed policy that bounds what a role or user may do. */
export const permissionsBoundaryArn: Rule<string> = text((arn) =>
  policyArn.test(arn)
    ? []
    : [
        `is ${show(arn)}; write the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary`,
      ],
);

/**
 * Refuses a name that another construct of the stack has; IAM's names differ in more than case.
 * @param nameOf the name of a construct that is of the same kind, undefined for others
 * Source: IAM API reference, CreateRole and CreateUser.
 */
export function freeName(
  construct: IConstruct,
  name: string,
  nameOf: (other: IConstruct) => string | undefined,
): Problem[] {
  if (Token.isUnresolved(name)) return [];
  const other = TerraformStack.of(construct)
    .node.findAll()
    .find((one) => nameOf(one)?.toLowerCase() === name.toLowerCase());
  if (other === undefined) return [];
  return [{ path: "name", text: `is ${show(name)}, the name of ${other.node.path}; write another name` }];
}

/** The tag by which `logzio-s3 migrate-external-id` knows what Terraform would change back. */
const ownership = { key: "managed-by", value: "cdktf-logzio-s3" } as const;

/** Tags of a role or user, for which IAM's keys differ in more than case. */
export const iamTags: Rule<Readonly<Record<string, string>>> = (given, construct) => {
  const count = Object.keys(withOwnership(given)).length;
  const own = count > tagLimits.count && Object.keys(given).length === tagLimits.count;
  return [
    ...tags(given, construct),
    ...(own
      ? [
          `has ${tagLimits.count} entries, and ${ownership.key} is added to them; AWS allows ${tagLimits.count}`,
        ]
      : []),
  ];
};

/** Adds the tag that says who manages a role or user, unless the user's own tags say it. */
export function withOwnership(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const taken = Object.keys(given).some(
    (key) => !Token.isUnresolved(key) && key.toLowerCase() === ownership.key,
  );
  return taken ? { ...given } : { ...given, [ownership.key]: ownership.value };
}
