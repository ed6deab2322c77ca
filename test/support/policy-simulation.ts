import { runSimulation } from "@cloud-copilot/iam-simulate";
import { emulatorAccount } from "./emulator";

/** A call as IAM judges it. */
export interface IamCall {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Conditions;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** A call, who makes it, and the policies that decide. */
export interface Simulation {
  /** ARN of a role or user. */
  readonly principal: string;
  /** Policies of the principal. */
  readonly identityPolicies: readonly PolicyDocument[];
  readonly call: IamCall;
  /** Account of the resource. @default the emulator's */
  readonly resourceAccount?: string;
  /** Policy of the resource: of a bucket, a key, or the trust policy of a role. @default a key's own default, else none */
  readonly resourcePolicy?: PolicyDocument;
}

/** Whether IAM would allow a call, as the simulator and the few lines below for what it lacks have it. */
export async function simulate(simulation: Simulation): Promise<boolean> {
  const { principal, identityPolicies, call, resourceAccount = emulatorAccount } = simulation;
  const settled = (policy: PolicyDocument): PolicyDocument => ({
    ...policy,
    Statement: policy.Statement.flatMap((statement) => settle(statement, call)),
  });
  const keyPolicy = call.action.startsWith("kms:") ? defaultKeyPolicy(resourceAccount) : undefined;
  const resourcePolicy = simulation.resourcePolicy ?? keyPolicy;
  const answer = await runSimulation(
    {
      request: {
        principal,
        action: call.action,
        resource: { resource: call.resource, accountId: resourceAccount },
        contextVariables: { "aws:SecureTransport": "true", ...withoutEncryptionContext(call.context) },
      },
      identityPolicies: identityPolicies.map((policy, index) => ({
        name: `policy-${index}`,
        policy: settled(policy),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: resourcePolicy === undefined ? undefined : settled(resourcePolicy),
    },
    {},
  );
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === "Allowed";
}

/** What a key has where its owner wrote nothing else: IAM policies decide. */
function defaultKeyPolicy(account: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
}

const encryptionContext = "kms:EncryptionContext:";

/**
 * The simulator does not know encryption contexts and takes them for missing. The conditions on them are judged
 * here: where they do not hold the statement falls away, where they do it goes on with its other conditions.
 */
function settle(statement: Statement, call: IamCall): Statement[] {
  const { Condition, ...unconditional } = statement;
  const others: Record<string, Record<string, string | readonly string[]>> = {};
  for (const [operator, keys] of Object.entries(Condition ?? {})) {
    for (const [key, expected] of Object.entries(keys)) {
      if (key.startsWith(encryptionContext)) {
        if (!holds(operator, call.context[key], [expected].flat())) return [];
      } else {
        others[operator] = { ...others[operator], [key]: expected };
      }
    }
  }
  return [Object.keys(others).length === 0 ? unconditional : { ...unconditional, Condition: others }];
}

function holds(operator: string, actual: string | undefined, expected: readonly string[]): boolean {
  if (actual === undefined) return false;
  if (operator === "StringEquals") return expected.includes(actual);
  // ArnEquals and ArnLike are the same, and compare patterns.
  if (!["StringLike", "ArnEquals", "ArnLike"].includes(operator))
    throw new Error(`${operator} on an encryption context is not judged here`);
  return expected.some((pattern) => likePattern(pattern).test(actual));
}

function likePattern(pattern: string): RegExp {
  const parts = pattern.replace(/\$\{([*?$])\}|[.+^${}()|[\]\\*?]/g, (found, variable?: string) => {
    // The policy variables ${*}, ${?} and ${$} stand for the characters themselves.
    if (variable !== undefined) return `\\${variable}`;
    return found === "*" ? ".*" : found === "?" ? "." : `\\${found}`;
  });
  return new RegExp(`^${parts}$`, "s");
}

function withoutEncryptionContext(context: IamCall["context"]): Record<string, string> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => !key.startsWith(encryptionContext)));
}
