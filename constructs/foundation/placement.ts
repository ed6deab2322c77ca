import type { IamRoleConfig } from "@cdktf/provider-aws/lib/iam-role/index.js";
import type { TerraformProvider } from "cdktf";
import type { IConstruct } from "constructs";
import { nameLimits } from "./limits";
import { iamNamePrefix, iamPath, permissionsBoundaryArn, roleArn } from "./iam-rules";
import type { PolicyStatement } from "./policy";
import { awsProvider } from "./provider";
import { proxy, type ProxyProps } from "./proxy";
import { block, type Problem, type Rule, type Rules } from "./validation";
import { networkInterfaceStatements, vpc, type VpcProps } from "./vpc";

/** What a new role is like. */
export interface NewRoleProps {
  /** Start of the role's name, up to 38 characters, which Terraform ends. @default a whole name, of name and region */
  readonly namePrefix?: string;
  /** Path of the role, such as `/logging/`. @default "/" */
  readonly path?: string;
  /** ARN of a managed policy that bounds what the role may do. @default none */
  readonly permissionsBoundaryArn?: string;
}

/** Either `arn`, or what the new role is to be like. */
export interface FunctionRoleProps extends NewRoleProps {
  /**
   * ARN of a role that is there and trusts `lambda.amazonaws.com`. Nothing is written on it: what it must be allowed
   * are the function's `statements`, and an output of the app.
   * @default a new role
   */
  readonly arn?: string;
}

/** The arguments of a role that follow from what it is to be like; the name is that of one without a prefix. */
export function roleArguments(name: string, like: NewRoleProps = {}): Partial<IamRoleConfig> {
  return {
    name: like.namePrefix === undefined ? name : undefined,
    namePrefix: like.namePrefix,
    path: like.path,
    permissionsBoundary: like.permissionsBoundaryArn,
  };
}

/** Where a function runs, and as whom. */
export interface FunctionPlacement {
  /** Subnets and security groups of a VPC; the endpoints that are needed there: docs/network.md. @default no VPC */
  readonly vpc?: VpcProps;
  /** The HTTP proxy through which the function reaches Logz.io. @default none */
  readonly proxy?: ProxyProps;
  /** The function's role. @default a new one, named after the function */
  readonly role?: FunctionRoleProps;
  /** Another AWS provider than the stack's own, with an alias: for another region or account. @default the stack's */
  readonly provider?: TerraformProvider;
}

const newRoleRules: Rules<NewRoleProps>["props"] = {
  namePrefix: iamNamePrefix(nameLimits.role),
  path: iamPath,
  permissionsBoundaryArn,
};
const roleExample = '{ path: "/logging/" }';

const roleRules: Rules<FunctionRoleProps> = {
  props: { arn: roleArn, ...newRoleRules },
  together: [existingOrNew],
};

/** Of a construct whose roles are all new. */
export const newRole: Rule<NewRoleProps> = block<NewRoleProps>({ props: newRoleRules }, roleExample);

function existingOrNew(role: FunctionRoleProps): Problem[] {
  if (role.arn === undefined) return [];
  return (["namePrefix", "path", "permissionsBoundaryArn"] as const)
    .filter((key) => role[key] !== undefined)
    .map((path) => ({
      path,
      text: "is given beside arn, and is for a new role alone; keep one of the two",
    }));
}

/** The rules of a construct's props that place its function. */
export const placementRules: Required<
  Rules<Pick<FunctionPlacement, "vpc" | "proxy" | "role" | "provider">>["props"]
> = {
  vpc,
  proxy,
  role: block(roleRules, roleExample),
  provider: awsProvider,
};

/** What the role needs for where the function is. */
export function placementStatements(
  scope: IConstruct,
  functionName: string,
  placement: FunctionPlacement,
): PolicyStatement[] {
  return placement.vpc === undefined ? [] : networkInterfaceStatements(scope, functionName, placement.vpc);
}

/** Of all props of a construct those that place its function. */
export function placementOf({
  vpc: inVpc,
  proxy: through,
  role,
  provider,
}: FunctionPlacement): FunctionPlacement {
  return { vpc: inVpc, proxy: through, role, provider };
}
