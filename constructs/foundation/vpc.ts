import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { AwsContext } from "./aws-context";
import { functionNetworkLimits } from "./limits";
import type { PolicyStatement } from "./policy";
import { block, eachText, show, type Problem, type Rule, type Rules } from "./validation";

/** Where in a VPC a function has its network interfaces. */
export interface VpcProps {
  /** Ids of subnets, 1 to 16, in two availability zones or more; a public subnet gives a function no way out. */
  readonly subnetIds: readonly string[];
  /** Ids of security groups, 1 to 5, which let out HTTPS and the listener's port. */
  readonly securityGroupIds: readonly string[];
}

const example = '{ subnetIds: ["subnet-…"], securityGroupIds: ["sg-…"] }';

/** A list of ids of one kind. Source of the limits: {@link functionNetworkLimits}. */
const ids =
  (kind: "subnet" | "sg", most: number): Rule<readonly string[]> =>
  (list, construct) => {
    if (!Array.isArray(list))
      return [`is ${show(list)}; write a list of ids such as ${kind}-0123456789abcdef0`];
    const count =
      list.length >= 1 && list.length <= most ? [] : [`has ${list.length} entries; write 1 to ${most} ids`];
    const form = eachText((id) =>
      new RegExp(`^${kind}-[0-9a-f]{8,17}$`).test(id)
        ? []
        : [`is ${show(id)}; write an id such as ${kind}-0123456789abcdef0`],
    );
    return [...count, ...form(list, construct)];
  };

const rules: Rules<VpcProps> = {
  props: {
    subnetIds: ids("subnet", functionNetworkLimits.subnets),
    securityGroupIds: ids("sg", functionNetworkLimits.securityGroups),
  },
  together: [
    (props: Partial<VpcProps>): Problem[] =>
      (["subnetIds", "securityGroupIds"] as const)
        .filter((key) => props[key] === undefined)
        .map((path) => ({ path, text: `is missing; write ${example}` })),
  ],
};

export const vpc: Rule<VpcProps> = block(rules, example);

/** What Lambda does with a function's role to connect it, and what the function itself has no use for. */
const interfaces = {
  listed: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
  changed: ["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
} as const;

/**
 * What the role of a function in a VPC needs, as tight as Lambda takes it: interfaces are made in these subnets with
 * these security groups alone; listing knows no resources, and deleting must be allowed on all of the account's
 * resources of the region. The function's own code is denied all of it, which its credentials would otherwise allow.
 * Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC", execution role
 * permissions, and "Using source function ARN to control function access behavior".
 */
export function networkInterfaceStatements(
  scope: IConstruct,
  functionName: string,
  { subnetIds, securityGroupIds }: VpcProps,
): PolicyStatement[] {
  const aws = AwsContext.of(scope);
  const ec2 = (account: string, resource: string): string =>
    `arn:${aws.partition}:ec2:${aws.region}:${account}:${resource}`;
  // A shared VPC belongs to another account. Of a list that Terraform alone knows, the entries are not to be had.
  const each = (kind: string, list: readonly string[]): string[] =>
    Token.isUnresolved(list) ? [ec2("*", `${kind}/*`)] : list.map((id) => ec2("*", `${kind}/${id}`));
  return [
    {
      Effect: "Allow",
      Action: ["ec2:CreateNetworkInterface"],
      Resource: [
        ec2(aws.accountId, "network-interface/*"),
        ...each("subnet", subnetIds),
        ...each("security-group", securityGroupIds),
      ],
    },
    { Effect: "Allow", Action: interfaces.listed, Resource: ["*"] },
    { Effect: "Allow", Action: interfaces.changed, Resource: [ec2(aws.accountId, "*")] },
    {
      Effect: "Deny",
      Action: ["ec2:CreateNetworkInterface", ...interfaces.listed, ...interfaces.changed],
      Resource: ["*"],
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": aws.arn("lambda", `function:${functionName}`) },
      },
    },
  ];
}
