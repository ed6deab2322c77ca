import { TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { resolvedText } from "../foundation/references";
import { roleArn as anyRoleArn } from "../foundation/iam-rules";
import { isObject, show, text, type Problem, type Rule, type Rules } from "../foundation/validation";
import { bucketIdentity } from "./bucket-identity";
import { rightAttributes } from "./bucket-references";
import { bucketName, keyPrefix, keyRegion, needsBucket } from "./bucket-rules";
import type { FetcherConnectorProps } from "./fetcher-connector-props";
import type { FetcherRole } from "./fetcher-role";
import { fetcherRegion } from "./fetcher-region-rule";
import { arnElsewhere } from "./logzio-partition";
import { LogzioS3Fetcher } from "./logzio-s3-fetcher";

const roleArn: Rule<string> = text((arn, construct) => {
  const problems = anyRoleArn(arn, construct);
  return problems.length > 0 ? problems : arnElsewhere(arn);
});

const logsType: Rule<string> = text((type) =>
  /^\S+$/.test(type) ? [] : [`is ${show(type)}; write a type without spaces, such as cloudtrail`],
);

export const fetcherConnectorRules: Rules<FetcherConnectorProps> = {
  props: {
    roleArn,
    bucket: text(bucketName),
    prefix: text(keyPrefix),
    region: fetcherRegion,
    type: logsType,
  },
  // The first is another name in the API, the others decide what is synthesized.
  known: ["region", "sourceFilePath", "active"],
  together: [
    required,
    roleOrArn,
    roleOfStack,
    needsBucket('a name, such as "my-logs"'),
    rightAttributes,
    readable,
    fetchedOnce,
  ],
};

/** The types say so already; configuration files and JavaScript do not. */
function required(props: Partial<FetcherConnectorProps>): Problem[] {
  const problems: Problem[] = [];
  if (props.region === undefined)
    problems.push({ path: "region", text: "is missing; write the bucket's region, such as eu-central-1" });
  if (props.type === undefined)
    problems.push({ path: "type", text: "is missing; write the type of the logs, such as cloudtrail" });
  return problems;
}

function roleOrArn({ role, roleArn: arn }: FetcherConnectorProps): Problem[] {
  if (role !== undefined && arn !== undefined)
    return [{ path: "role", text: "and roleArn are both given; keep one of them" }];
  if (role === undefined && arn === undefined)
    return [
      { path: "role", text: "is missing, and so is roleArn; give a FetcherRole, or the ARN of a role" },
    ];
  if (role !== undefined && !isRole(role))
    return [{ path: "role", text: `is ${show(role)}; give a FetcherRole, or the ARN of a role as roleArn` }];
  return [];
}

/** Resources wait for those of their own stack alone. */
function roleOfStack({ role }: FetcherConnectorProps, construct: IConstruct): Problem[] {
  if (!isRole(role) || TerraformStack.of(role) === TerraformStack.of(construct)) return [];
  return [
    { path: "role", text: `is ${role.node.path}, of another stack; give its ARN as roleArn: role.role.arn` },
  ];
}

function isRole(role: unknown): role is FetcherRole {
  return isObject(role) && "permissionStatements" in role && "buckets" in role;
}

/** What Logz.io's API would answer with 403 once it is deployed. */
function readable(
  { role, bucket, prefix = "", region }: FetcherConnectorProps,
  construct: IConstruct,
): Problem[] {
  if (!isRole(role) || typeof (bucket as unknown) !== "string") return [];
  const identity = bucketIdentity(construct, bucket);
  const entries = role.buckets.filter((entry) => bucketIdentity(role, entry.bucket) === identity);
  const covering = entries.filter((entry) => covers(entry.prefix ?? "", prefix));
  const what = Token.isUnresolved(bucket) ? "a bucket" : show(bucket);
  if (covering.length === 0)
    return [
      {
        path: entries.length === 0 ? "bucket" : "prefix",
        text:
          entries.length === 0
            ? `is ${what}, which the role ${role.node.path} may not read; add it to the role's buckets`
            : `is ${show(prefix)}, and the role ${role.node.path} may read other prefixes of ${what} alone; add this ` +
              "one to the role's buckets",
      },
    ];
  const regions = covering.map((entry) => entry.region ?? keyRegion(entry.kmsKeyArn));
  const elsewhere = regions.find((other) => other !== undefined && !Token.isUnresolved(other));
  // Where the role has it in several regions, the role says so itself.
  if (elsewhere === undefined || regions.includes(region)) return [];
  return [
    {
      path: "region",
      text: `is ${show(region)}, and the role ${role.node.path} has the bucket in ${elsewhere}`,
    },
  ];
}

/** Whether keys under a prefix are all under another; of references this is not known, and taken for true. */
function covers(wide: string, narrow: string): boolean {
  return Token.isUnresolved(wide) || Token.isUnresolved(narrow) || narrow.startsWith(wide);
}

/** Two configurations of one Logz.io account for the same objects would bring each document twice. */
function fetchedOnce(props: FetcherConnectorProps, construct: IConstruct): Problem[] {
  const { bucket, prefix = "", provider, active = true } = props;
  if (typeof (bucket as unknown) !== "string" || typeof (prefix as unknown) !== "string") return [];
  const identity = bucketIdentity(construct, bucket);
  const other = TerraformStack.of(construct)
    .node.findAll()
    .filter((fetcher) => fetcher instanceof LogzioS3Fetcher)
    .filter((fetcher) => fetcher.provider?.alias === provider?.alias)
    .filter((fetcher) => bucketIdentity(construct, fetcher.bucketNameInput) === identity)
    .find(({ prefixInput = "", activeInput }) =>
      // One that is switched off may be there for what was before.
      active && activeInput
        ? overlap(construct, prefix, prefixInput)
        : resolvedText(construct, prefix) === resolvedText(construct, prefixInput),
    );
  if (other === undefined) return [];
  return [
    {
      path: "bucket",
      text:
        `and prefix have objects in common with those of ${other.node.path}, and Logz.io would fetch these twice; ` +
        "write prefixes of which none starts with another, or keep one of the two",
    },
  ];
}

/** Whether keys can have both prefixes; of references this is not known, but where they are the same. */
function overlap(construct: IConstruct, one: string, other: string): boolean {
  if (Token.isUnresolved(one) || Token.isUnresolved(other))
    return resolvedText(construct, one) === resolvedText(construct, other);
  return one.startsWith(other) || other.startsWith(one);
}
