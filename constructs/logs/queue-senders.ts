import type { IConstruct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import type { PolicyStatement } from "../foundation/policy";

/** A service that sends to the hook's queues, and on whose behalf. Nobody else's buckets, rules and topics may make it send. */
export interface QueueSender {
  /** Principal of the service, such as `s3.amazonaws.com`. */
  readonly service: string;
  /** Conditions that tell on whose behalf the service sends. */
  readonly condition: NonNullable<PolicyStatement["Condition"]>;
  /** Whether it also sends to the dead-letter queue, where the queue takes nothing. */
  readonly deadLetters: boolean;
  /** The same in the policy of a key; services tell KMS less than they tell SQS. */
  readonly keyCondition: NonNullable<PolicyStatement["Condition"]>;
}

/** A bucket, or a pattern of buckets, that S3 may send for. */
export interface SendingBucket {
  readonly bucketArn: string;
  readonly accountId: string | undefined;
}

/** S3, on behalf of buckets; the account is named, since anybody can make a bucket whose name fits a pattern. */
export function bucketSenders(construct: IConstruct, buckets: readonly SendingBucket[]): QueueSender[] {
  const own = AwsContext.of(construct).accountId;
  const accounts = new Map<string, string[]>();
  for (const { bucketArn, accountId = own } of buckets)
    accounts.set(accountId, [...(accounts.get(accountId) ?? []), bucketArn]);
  return [...accounts].map(([account, arns]) => {
    const ofAccount = { StringEquals: { "aws:SourceAccount": account } };
    return {
      service: "s3.amazonaws.com",
      condition: { ArnLike: { "aws:SourceArn": [...new Set(arns)] }, ...ofAccount },
      deadLetters: false,
      keyCondition: ofAccount,
    };
  });
}

/** EventBridge, on behalf of a rule. */
export function ruleSender(construct: IConstruct, ruleArn: string): QueueSender {
  return {
    service: "events.amazonaws.com",
    condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
    deadLetters: true,
    keyCondition: { StringEquals: { "aws:SourceAccount": AwsContext.of(construct).accountId } },
  };
}

/** SNS, on behalf of topics. */
export function topicSender(topicArns: readonly string[]): QueueSender {
  const condition = { ArnEquals: { "aws:SourceArn": [...topicArns] } };
  return { service: "sns.amazonaws.com", condition, deadLetters: true, keyCondition: condition };
}

/** The policy of a queue: its senders, and nobody without TLS. */
export function queuePolicyStatements(queueArn: string, senders: readonly QueueSender[]): PolicyStatement[] {
  return [
    ...senders.map(({ service, condition }): PolicyStatement => ({
      Effect: "Allow",
      Principal: { Service: service },
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: condition,
    })),
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:*"],
      Resource: [queueArn],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ];
}
