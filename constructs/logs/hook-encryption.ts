import type { SqsQueueConfig } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { IConstruct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import type { PolicyStatement } from "../foundation/policy";
import type { QueueSender } from "./queue-senders";

/** What a queue is encrypted with: a customer key, or one of SQS's own, which every service may send with. */
export function queueEncryption(
  kmsKeyArn: string | undefined,
): Pick<SqsQueueConfig, "kmsMasterKeyId" | "sqsManagedSseEnabled"> {
  return kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn };
}

/** SQS makes a data key for what is sent, and decrypts it for what is received. Source: SQS developer guide, "Key management". */
const messageActions = ["kms:GenerateDataKey", "kms:Decrypt"];

/** What the function's role needs of the queues' key: to receive, and to send continuations. */
export function queueKeyStatements(construct: IConstruct, kmsKeyArn: string | undefined): PolicyStatement[] {
  if (kmsKeyArn === undefined) return [];
  const { region, domain } = AwsContext.of(construct);
  return [
    {
      Effect: "Allow",
      Action: messageActions,
      Resource: [kmsKeyArn],
      Condition: { StringEquals: { "kms:ViaService": `sqs.${region}.${domain}` } },
    },
  ];
}

export interface EncryptedHook {
  readonly senders: readonly QueueSender[];
  readonly roleArn: string;
  readonly logGroupArn: string;
}

/**
 * For the policy of the key of queues and log group, where "*" is that key. Without them what the services send is lost:
 * S3, EventBridge and SNS tell nobody of a key that they may not use.
 */
export function keyPolicyOfHook(
  construct: IConstruct,
  kmsKeyArn: string,
  { senders, roleArn, logGroupArn }: EncryptedHook,
): PolicyStatement[] {
  const { region, domain } = AwsContext.of(construct);
  const allow = (
    principal: PolicyStatement["Principal"],
    actions: readonly string[],
    condition: PolicyStatement["Condition"],
  ): PolicyStatement => ({
    Effect: "Allow",
    Principal: principal,
    Action: actions,
    Resource: ["*"],
    Condition: condition,
  });
  return [
    ...senders.map(({ service, keyCondition }) => allow({ Service: service }, messageActions, keyCondition)),
    ...queueKeyStatements(construct, kmsKeyArn).map(({ Action, Condition }) =>
      allow({ AWS: roleArn }, Action, Condition),
    ),
    // Source: CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    allow(
      { Service: `logs.${region}.${domain}` },
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroupArn } },
    ),
  ];
}
