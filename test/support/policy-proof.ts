import { emulatorAccount } from "./emulator";
import { simulate, type IamCall, type PolicyDocument } from "./policy-simulation";
import type { RecordedCall } from "./recording-proxy";

export type { IamCall, PolicyDocument } from "./policy-simulation";

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
  if (call.target?.startsWith("DynamoDB_")) return tableCalls(call);
  const action = jsonActions[call.target ?? ""];
  if (action === undefined) throw new Error(`no IAM action is known for ${JSON.stringify(call)}`);
  const { QueueUrl: queueUrl, SecretId: secretArn } = call.input as { QueueUrl?: string; SecretId?: string };
  return [{ action, resource: secretArn ?? queueArn(queueUrl ?? ""), context: {} }];
}

export function queueArn(queueUrl: string): string {
  return `arn:aws:sqs:${region}:${emulatorAccount}:${queueUrl.split("/").at(-1) ?? ""}`;
}

/** What a transaction does is allowed or denied as the single calls. Source: DynamoDB developer guide, IAM with transactions. */
function tableCalls({ target = "", input }: RecordedCall): IamCall[] {
  const { TableName = "", TransactItems } = input as {
    TableName?: string;
    TransactItems?: readonly object[];
  };
  const call = (action: string, table: string): IamCall => ({
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${region}:${emulatorAccount}:table/${table}`,
    context: {},
  });
  if (TransactItems === undefined) return [call(target.split(".")[1] ?? "", TableName)];
  return TransactItems.flatMap((item) =>
    Object.entries(item as Record<string, { TableName: string }>).map(([kind, { TableName: table }]) =>
      call(`${kind}Item`, table),
    ),
  );
}

function s3Calls(call: RecordedCall): IamCall[] {
  const [bucket = "", ...key] = call.path.slice(1).split("/").map(decodeURIComponent);
  if (call.method === "GET" && call.query["list-type"] === "2") {
    return [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}`, context: {} }];
  }
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

/** Whether the role's policies allow the call, on resources of its own account. */
export function isAllowed(
  call: IamCall,
  roleArn: string,
  policies: readonly PolicyDocument[],
): Promise<boolean> {
  return simulate({ principal: roleArn, identityPolicies: policies, call });
}
