import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Op, Token } from "cdktf";
import type { Construct } from "constructs";
import { maximumReceives } from "../../lambdas/s3-hook/environment";
import { queueLimits } from "../foundation/limits";
import { renderPolicy, type PolicyStatement } from "../foundation/policy";
import { queueEncryption } from "./hook-encryption";
import { queuePolicyStatements, type QueueSender } from "./queue-senders";
import { queueNames } from "./s3-hook-rules";

export interface HookQueuesProps {
  /** Name of the hook. */
  readonly name: string;
  /** Timeout of the function. */
  readonly timeoutSeconds: number;
  readonly kmsKeyArn: string | undefined;
  readonly tags: Record<string, string> | undefined;
}

/** Six timeouts, so that a message is not seen again while it is worked on. Source: Lambda developer guide, "Using Lambda with Amazon SQS". */
const visibilityTimeouts = 6;

/** The queue of a hook, and the one for what its function gave up. */
export interface HookQueues {
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;
}

export function createQueues(
  scope: Construct,
  { name, timeoutSeconds, kmsKeyArn, tags }: HookQueuesProps,
): HookQueues {
  const common = {
    messageRetentionSeconds: queueLimits.retentionSeconds.max,
    ...queueEncryption(kmsKeyArn),
    tags,
  };
  const deadLetterQueue = new SqsQueue(scope, "dead-letter-queue", {
    name: queueNames.deadLetterQueue(name),
    ...common,
  });
  const queue = new SqsQueue(scope, "queue", {
    name: queueNames.queue(name),
    visibilityTimeoutSeconds: product(visibilityTimeouts, timeoutSeconds),
    redrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetterQueue.arn,
      maxReceiveCount: maximumReceives,
    }),
    ...common,
  });
  return { queue, deadLetterQueue };
}

/** Who may send to the queues: to the dead-letter queue the services that put there what the queue does not take. */
export interface HookQueuePolicies {
  readonly queuePolicy: SqsQueuePolicy;
  readonly deadLetterQueuePolicy: SqsQueuePolicy | undefined;
}

export function createQueuePolicies(
  scope: Construct,
  { queue, deadLetterQueue }: HookQueues,
  senders: readonly QueueSender[],
): HookQueuePolicies {
  const create = (id: string, { arn, url }: SqsQueue, allowed: readonly QueueSender[]): SqsQueuePolicy =>
    new SqsQueuePolicy(scope, id, {
      queueUrl: url,
      policy: renderPolicy(queuePolicyStatements(arn, allowed)),
    });
  const ofDeadLetters = senders.filter(({ deadLetters }) => deadLetters);
  return {
    queuePolicy: create("queue-policy", queue, senders),
    deadLetterQueuePolicy:
      ofDeadLetters.length === 0
        ? undefined
        : create("dead-letter-queue-policy", deadLetterQueue, ofDeadLetters),
  };
}

/** What the function may do with its queues. */
export function queueStatements(queueArn: string, deadLetterQueueArn: string): PolicyStatement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        // What failed comes back after a backoff.
        "sqs:ChangeMessageVisibility",
      ],
      Resource: [queueArn],
    },
    // Continuations go back to the queue, and to the dead-letter queue where they make no progress.
    { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn, deadLetterQueueArn] },
  ];
}

/** Of a number that may be a reference, which stands for a meaningless number until it is synthesized. */
function product(factor: number, value: number): number {
  return Token.isUnresolved(value) ? Token.asNumber(Op.mul(factor, value)) : factor * value;
}
