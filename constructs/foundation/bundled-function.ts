import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { AssetType, TerraformAsset, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AwsContext } from "./aws-context";
import { lambdaBundle } from "./lambda-bundle";
import { lambdaLimits } from "./limits";
import { functionName, functionNames } from "./names";
import { placementRules, placementStatements, roleArguments, type FunctionPlacement } from "./placement";
import { mergeStatements, renderPolicy, type PolicyStatement } from "./policy";
import { useProvider } from "./provider";
import { proxyVariables } from "./proxy";
import { settled } from "./reference-length";
import { rolePolicyProblems, writeOwnLog } from "./role-policy";
import { logRetentionDays, tags } from "./rules";
import { literals } from "./templates";
import { validate, within, type Problem, type Rules } from "./validation";

export interface BundledFunctionProps extends FunctionPlacement {
  /** Folder of lambdas/ whose bundle the function runs. */
  readonly bundle: string;
  /** Name of the function; its log group and role are named after it. */
  readonly name: string;
  readonly description: string;
  /** Environment variables; text is taken as it stands, references must be tokens. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the function may do, besides writing its own log. */
  readonly statements: readonly PolicyStatement[];
  /** Memory in MB, 128 to 10,240. @default 512 */
  readonly memory?: number;
  /** How long one invocation may take, in seconds, 1 to 900. */
  readonly timeoutSeconds: number;
  /** Days to keep the function's log; one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** ARN of the customer key that encrypts the function's log. @default CloudWatch's own */
  readonly logKmsKeyArn?: string;
  /** Tags of the function, role and log group. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What functions get where nothing else is asked for. */
const functionDefaults = { memory: 512, logRetentionDays: 30 } as const;

/**
 * Bytes of an environment as AWS counts them, at most. A reference that does not say what it stands for is taken for
 * 128 bytes, the length of a secret's ARN with a name of 60 characters.
 */
function environmentBytes(construct: IConstruct, environment: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(settled(construct, JSON.stringify(environment), 128));
}

/** Problems of sources that, with the rest of the environment, are more than a function can have. */
export function sourcesTooLong(
  construct: IConstruct,
  environment: Readonly<Record<string, string>>,
  advice: string,
): Problem[] {
  const bytes = environmentBytes(construct, environment);
  if (bytes <= lambdaLimits.environmentBytes) return [];
  return [
    {
      path: "sources",
      text:
        `need an environment of ${bytes} bytes, compressed where possible, and AWS allows ` +
        `${lambdaLimits.environmentBytes}; ${advice}`,
    },
  ];
}

const rules: Rules<BundledFunctionProps> = {
  props: {
    name: functionName,
    memory: within(lambdaLimits.memoryMegabytes, "MB"),
    timeoutSeconds: within(lambdaLimits.timeoutSeconds, "seconds"),
    logRetentionDays,
    tags,
    ...placementRules,
  },
  together: [
    ({ environment, proxy }, construct) => {
      const bytes = environmentBytes(construct, { ...environment, ...proxyVariables(construct, proxy) });
      if (bytes <= lambdaLimits.environmentBytes) return [];
      const text = `has ${bytes} bytes; AWS allows ${lambdaLimits.environmentBytes} for all variables together`;
      return [{ path: "environment", text }];
    },
    (props, construct) =>
      rolePolicyProblems(construct, props, "split what the function has to do into two").map((text) => ({
        path: "statements",
        text,
      })),
  ],
};

/** A function that runs a bundle of this package, with its own role and log group. */
export class BundledFunction extends Construct {
  readonly logGroup: CloudwatchLogGroup;
  /** The new role; undefined with a role that is there. */
  readonly role: IamRole | undefined;
  /** The new role's policy; undefined with a role that is there, whose owner writes {@link statements} on it. */
  readonly policy: IamRolePolicy | undefined;
  readonly roleArn: string;
  readonly resource: LambdaFunction;
  /** What the function may do, or needs to be allowed where the role is there already. */
  readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, rules);
    const ownTags = props.tags === undefined ? undefined : literals(props.tags);
    this.logGroup = this.createLogGroup(props, ownTags);
    this.statements = mergeStatements([
      ...props.statements,
      writeOwnLog(this.logGroupArn(props)),
      ...placementStatements(this, props.name, props),
    ]);
    this.role = props.role?.arn === undefined ? this.createRole(props, ownTags) : undefined;
    this.policy = this.role && this.createPolicy(this.role);
    this.roleArn = props.role?.arn ?? this.createdRole.arn;
    this.resource = this.createFunction(props, ownTags);
  }

  /** What must exist before the function can do what it is for. */
  get dependables(): ITerraformDependable[] {
    return this.policy === undefined ? [] : [this.policy];
  }

  private get createdRole(): IamRole {
    if (this.role === undefined) throw new Error(`${this.node.path} has no role of its own`);
    return this.role;
  }

  /** By name where somebody else writes the role's policy, and has to know it before the log group is made. */
  private logGroupArn({ name, role }: BundledFunctionProps): string {
    if (role?.arn === undefined) return this.logGroup.arn;
    return AwsContext.of(this).arn("logs", `log-group:${functionNames.logGroup(name)}`);
  }

  private createLogGroup(props: BundledFunctionProps, ownTags?: Record<string, string>): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "log-group", {
      name: functionNames.logGroup(props.name),
      retentionInDays: props.logRetentionDays ?? functionDefaults.logRetentionDays,
      kmsKeyId: props.logKmsKeyArn,
      tags: ownTags,
    });
  }

  private createRole(props: BundledFunctionProps, ownTags?: Record<string, string>): IamRole {
    return new IamRole(this, "role", {
      ...roleArguments(functionNames.role(props.name, AwsContext.of(this).region), props.role),
      description: `Role of the function ${props.name}`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
      tags: ownTags,
    });
  }

  private createPolicy(role: IamRole): IamRolePolicy {
    return new IamRolePolicy(this, "policy", {
      name: "function",
      role: role.id,
      policy: renderPolicy(this.statements),
    });
  }

  private createFunction(props: BundledFunctionProps, ownTags?: Record<string, string>): LambdaFunction {
    const bundle = lambdaBundle(props.bundle);
    const asset = new TerraformAsset(this, "code", { path: bundle.path, type: AssetType.FILE });
    return new LambdaFunction(this, "function", {
      functionName: props.name,
      description: props.description,
      architectures: ["arm64"],
      runtime: "nodejs22.x",
      handler: "index.handler",
      // From the module, not the working directory: the stack may be used as a module of another one.
      filename: `\${path.module}/${asset.path}`,
      sourceCodeHash: bundle.sha256,
      role: this.roleArn,
      memorySize: props.memory ?? functionDefaults.memory,
      timeout: props.timeoutSeconds,
      environment: { variables: literals({ ...props.environment, ...proxyVariables(this, props.proxy) }) },
      vpcConfig:
        props.vpc === undefined
          ? undefined
          : {
              subnetIds: [...props.vpc.subnetIds],
              securityGroupIds: [...props.vpc.securityGroupIds],
            },
      // LOG_LEVEL alone decides what is logged; Lambda's own filter would drop metrics below its level.
      loggingConfig: {
        logFormat: "JSON",
        logGroup: this.logGroup.name,
        applicationLogLevel: "TRACE",
        systemLogLevel: "INFO",
      },
      tags: ownTags,
      dependsOn: [...this.dependables, this.logGroup],
    });
  }
}
