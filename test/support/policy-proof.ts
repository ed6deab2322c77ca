import { runSimulation } from "@cloud-copilot/iam-simulate";
import { emulatorAccount } from "./emulator";
import type { RecordedCall } from "./recording-proxy";

/** A call as IAM judges it. */
export interface IamCall {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const region = "us-east-1";

/** IAM knows no actions for batches: they are judged as their single calls. */
const jsonActions: Readonly<Partial<Record<string, string>>> = {
  "AmazonSQS.SendMessage": "sqs:SendMessage",
  "AmazonSQS.SendMessageBatch": "sqs:SendMessage",
  "AmazonSQS.ReceiveMessage": "sqs:ReceiveMessage",
  "AmazonSQS.DeleteMessage": "sqs:DeleteMessage",
  "AmazonSQS.DeleteMessageBatch": "sqs:DeleteMessage",
  "AmazonSQS.ChangeMessageVisibility": "sqs:ChangeMessageVisibility",
  "AmazonSQS.ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
  "AmazonSQS.GetQueueAttributes": "sqs:GetQueueAttributes",
  "secretsmanager.GetSecretValue": "secretsmanager:GetSecretValue",
};

/** What IAM has to allow for a recorded call. Fails on a call that it does not know, so that none goes unproven. */
export function iamCalls(call: RecordedCall): IamCall[] {
  if (call.service === "s3") return s3Calls(call);
  const action = jsonActions[call.target ?? ""];
  if (action === undefined) throw new Error(`no IAM action is known for ${JSON.stringify(call)}`);
  const { QueueUrl: queueUrl, SecretId: secretArn } = call.input as { QueueUrl?: string; SecretId?: string };
  return [{ action, resource: secretArn ?? queueArn(queueUrl ?? ""), context: {} }];
}

export function queueArn(queueUrl: string): string {
  return `arn:aws:sqs:${region}:${emulatorAccount}:${queueUrl.split("/").at(-1) ?? ""}`;
}

function s3Calls(call: RecordedCall): IamCall[] {
  const [bucket = "", ...key] = call.path.slice(1).split("/").map(decodeURIComponent);
  if (!["GET", "HEAD"].includes(call.method) || key.length === 0) {
    throw new Error(`no IAM action is known for ${JSON.stringify(call)}`);
  }
  const objectArn = `arn:aws:s3:::${bucket}/${key.join("/")}`;
  const action = "versionId" in call.query ? "s3:GetObjectVersion" : "s3:GetObject";
  const read = { action, resource: objectArn, context: {} };
  const keyArn = call.kmsKeyArn;
  if (keyArn === undefined) return [read];
  // A bucket holds objects written with and without bucket keys; their encryption contexts differ.
  const contexts = [objectArn, `arn:aws:s3:::${bucket}`];
  return [read, ...contexts.map((arn) => decryptCall(keyArn, arn))];
}

/** The call that S3 makes to KMS in the reader's name. */
export function decryptCall(keyArn: string, encryptionContextArn: string, via = `s3.${region}`): IamCall {
  return {
    action: "kms:Decrypt",
    resource: keyArn,
    context: {
      "kms:ViaService": `${via}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": encryptionContextArn,
    },
  };
}

/** Whether the role's policies allow the call. */
export async function isAllowed(
  call: IamCall,
  roleArn: string,
  policies: readonly PolicyDocument[],
): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: roleArn,
        action: call.action,
        resource: { resource: call.resource, accountId: emulatorAccount },
        contextVariables: { "aws:SecureTransport": "true", ...withoutEncryptionContext(call.context) },
      },
      identityPolicies: policies.map((policy, index) => ({
        name: `policy-${index}`,
        policy: { ...policy, Statement: policy.Statement.flatMap((statement) => settle(statement, call)) },
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: call.action.startsWith("kms:") ? defaultKeyPolicy : undefined,
    },
    {},
  );
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === "Allowed";
}

/** What a key has where its owner wrote nothing else: IAM policies decide. */
const defaultKeyPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${emulatorAccount}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

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
  if (operator !== "StringLike") throw new Error(`${operator} on an encryption context is not judged here`);
  return expected.some((pattern) => likePattern(pattern).test(actual));
}

function likePattern(pattern: string): RegExp {
  const parts = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${parts.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

function withoutEncryptionContext(context: IamCall["context"]): Record<string, string> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => !key.startsWith(encryptionContext)));
}
