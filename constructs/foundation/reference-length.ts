import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { longestRegionCode, nameLimits, uniqueSuffix } from "./limits";
import { elementNamed, originOf, resolvedText } from "./references";
import { reference } from "./templates";

/** Longest values of attributes that differ between partitions: `aws-us-gov`, `amazonaws.com.cn`. */
const longest = { partition: 10, domain: 16, region: longestRegionCode, account: 12 } as const;
/** Longest name of a bucket that can be made today. Source: S3 user guide, "General purpose bucket naming rules". */
const bucketCharacters = 63;
/** `arn:`, partition, service, region and account, each with its colon. */
const arn = (service: string): number =>
  "arn:".length + longest.partition + 1 + service.length + 1 + longest.region + 1 + longest.account + 1;
/** ARN of a multi-region key, the longest of a key. Source: KMS developer guide, "Key identifiers". */
export const keyArnCharacters = arn("kms") + "key/mrk-".length + 32;

/** Characters of the URL of a queue with a name of some length. */
export function queueUrlCharacters(name: number): number {
  return "https://sqs...//".length + longest.region + longest.domain + longest.account + name;
}

/** Characters of the ARN of a log group with a name of some length. */
export function logGroupArnCharacters(name: number): number {
  return arn("logs") + "log-group:".length + name;
}

/** What an attribute of a resource is at most, for the length of the resource's name. */
type Length = (name: number) => number;

interface Named {
  readonly limit: number;
  readonly lengths: Readonly<Partial<Record<string, Length>>>;
}

/** The resources whose names are known, with the limits of these. */
const named: Readonly<Partial<Record<string, Named>>> = {
  aws_sqs_queue: {
    limit: nameLimits.queue,
    lengths: { arn: (name) => arn("sqs") + name, url: queueUrlCharacters, id: queueUrlCharacters },
  },
  aws_cloudwatch_log_group: { limit: nameLimits.logGroup, lengths: { arn: logGroupArnCharacters } },
  aws_secretsmanager_secret: {
    limit: nameLimits.secret,
    lengths: Object.fromEntries(
      ["arn", "id"].map((attribute) => [
        attribute,
        (name: number) => arn("secretsmanager") + "secret:".length + name + "-AbCdEf".length,
      ]),
    ),
  },
};

/** The others whose length does not depend on a name. */
const plain: readonly (readonly [RegExp, number])[] = [
  [/^data\.aws_partition\.[\w-]+\.(id|partition)$/, longest.partition],
  [/^data\.aws_partition\.[\w-]+\.dns_suffix$/, longest.domain],
  [/^data\.aws_region\./, longest.region],
  [/^data\.aws_caller_identity\.[\w-]+\.(id|account_id)$/, longest.account],
  [/^(data\.)?aws_s3_bucket\.[\w-]+\.(id|bucket)$/, bucketCharacters],
  [/^(data\.)?aws_kms_key\./, keyArnCharacters],
];

/**
 * A text as long as it is at most once Terraform has put in what its references stand for; one that says nothing of
 * what it stands for, such as a variable, is taken for a length that the caller gives.
 */
export function settled(scope: IConstruct, text: string, otherwise: number): string {
  return settling(scope, otherwise)(text);
}

/** {@link settled} for many texts with the same references, each of which is looked up once. */
export function settling(scope: IConstruct, otherwise: number): (text: string) => string {
  const known = new Map<string, string>();
  const valueOf = (token: string): string => {
    const value = known.get(token) ?? "x".repeat(lengthOf(scope, token, otherwise));
    known.set(token, value);
    return value;
  };
  const bucket = "x".repeat(bucketCharacters);
  return (text) =>
    text.replace(reference, (found, offset: number) =>
      text.slice(0, offset).endsWith(":s3:::") ? bucket : valueOf(found),
    );
}

function lengthOf(scope: IConstruct, token: string, otherwise: number): number {
  const expression = resolvedText(scope, token).replace(/^\$\{(.*)\}$/, "$1");
  const length = plain.find(([pattern]) => pattern.test(expression))?.[1];
  if (length !== undefined) return length;
  const [type = "", name = "", attribute = ""] = expression.split(".");
  const kind = named[type];
  const attributeLength = kind?.lengths[attribute];
  if (kind === undefined || attributeLength === undefined) return otherwise;
  return attributeLength(nameLength(scope, token, type, name) ?? kind.limit);
}

/** Length of the name that a resource of the app gets. */
function nameLength(scope: IConstruct, token: string, type: string, name: string): number | undefined {
  const isOfType = (construct: IConstruct): construct is TerraformResource & Names =>
    TerraformResource.isTerraformResource(construct) && construct.terraformResourceType === type;
  const stack = originOf(scope, token);
  const { nameInput, namePrefixInput } = elementNamed(stack, name, isOfType) ?? {};
  if (nameInput !== undefined) return settled(stack, nameInput, nameLimits.function).length;
  if (namePrefixInput === undefined) return undefined;
  return settled(stack, namePrefixInput, nameLimits.function).length + uniqueSuffix;
}

interface Names {
  readonly nameInput?: string;
  readonly namePrefixInput?: string;
}
