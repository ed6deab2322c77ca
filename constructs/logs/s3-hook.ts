import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Op, Token } from "cdktf";
import { Construct } from "constructs";
import type { LogLevel } from "../../lambdas/runtime/environment";
import { maximumReceives, render } from "../../lambdas/s3-hook/environment";
import { BucketReadAccess } from "../access/bucket-read-access";
import { AwsContext } from "../foundation/aws-context";
import { BundledFunction } from "../foundation/bundled-function";
import { queueLimits } from "../foundation/limits";
import type { ListenerToken } from "../foundation/listener-token";
import { renderPolicy, type PolicyStatement } from "../foundation/policy";
import { rolePolicyProblems } from "../foundation/role-policy";
import { placementOf, type FunctionPlacement } from "../foundation/placement";
import { useProvider } from "../foundation/provider";
import { literals } from "../foundation/templates";
import { refuse, validate } from "../foundation/validation";
import { bucketIdentity } from "../access/bucket-identity";
import {
  BucketNotifications,
  notificationDocument,
  type NotificationDocument,
  type QueueRule,
} from "./bucket-notifications";
import type { HookSource } from "./hook-source";
import { addHook } from "./hooks-of-app";
import { listenerUrl, type ListenerProps } from "./listener";
import { documentSettings } from "./log-source";
import { hookDefaults, hookRules, queueNames, splitHook, type HookTrigger } from "./s3-hook-rules";

/** Either `region` or `listener` says where the logs go. */
export interface S3HookProps extends ListenerProps, FunctionPlacement {
  /**
   * Name of the function and queue; the other resources are named after it. Letters, digits, hyphens, underscores,
   * at most 49 of them. A change replaces both queues, with what is in them: let them run empty first.
   * @default "logzio-s3-hook"
   */
  readonly name?: string;
  /**
   * How objects are announced. "s3": this stack writes the notifications of each bucket, and takes over the ones
   * that are there. "none": nothing is written on the buckets; {@link S3Hook.notificationDocuments} says what their
   * owner has to write.
   */
  readonly trigger: HookTrigger;
  /** The buckets and prefixes to ship from; at least one. */
  readonly sources: readonly HookSource[];
  /** The log shipping token. */
  readonly token: ListenerToken;
  /** Memory of the function in MB, 128 to 10,240; the processor's share grows with it. @default 512 */
  readonly memory?: number;
  /**
   * How long the function may work on one batch, in seconds, 60 to 900. An object that takes longer goes on in
   * another run.
   * @default 300
   */
  readonly timeoutSeconds?: number;
  /** How many batches are worked on at the same time, 2 to 1,000. @default 10 */
  readonly maximumConcurrency?: number;
  /** Days to keep the function's log; one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** How much the function logs. @default "info" */
  readonly logLevel?: LogLevel;
  /** Tags of all resources that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Six timeouts, so that a message is not seen again while it is worked on. Source: Lambda developer guide, "Using Lambda with Amazon SQS". */
const visibilityTimeouts = 6;
/** Messages of one batch; ten is the most without a batching window. Source as above. */
const batchSize = 10;

/** Of a number that may be a reference, which stands for a meaningless number until it is synthesized. */
function product(factor: number, value: number): number {
  return Token.isUnresolved(value) ? Token.asNumber(Op.mul(factor, value)) : factor * value;
}

/** Ships the objects that are created in S3 buckets to Logz.io: bucket, queue, function, listener. */
export class S3Hook extends Construct {
  readonly name: string;
  readonly trigger: HookTrigger;
  readonly sources: readonly HookSource[];
  readonly deadLetterQueue: SqsQueue;
  readonly queue: SqsQueue;
  readonly queuePolicy: SqsQueuePolicy;
  readonly function: BundledFunction;
  readonly mapping: LambdaEventSourceMapping;
  /** What the function may read, a source each. */
  readonly access: readonly BucketReadAccess[];
  /** For each bucket, the notifications that its owner has to write with the trigger "none". */
  readonly notificationDocuments: Readonly<Record<string, NotificationDocument>>;

  private readonly tags: Record<string, string> | undefined;

  constructor(scope: Construct, id: string, props: S3HookProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, hookRules);
    this.name = props.name ?? hookDefaults.name;
    this.trigger = props.trigger;
    this.sources = props.sources;
    this.tags = props.tags === undefined ? undefined : literals(props.tags);
    const { name, trigger, sources } = this;
    addHook(this, { name, trigger, sources, provider: props.provider });

    this.access = this.createAccess();
    this.deadLetterQueue = this.createDeadLetterQueue();
    this.queue = this.createQueue(props);
    this.queuePolicy = this.createQueuePolicy();
    this.function = this.createFunction(props);
    this.mapping = this.createMapping(props);
    this.notificationDocuments = this.describeNotifications();
    if (props.trigger === "s3") this.createNotifications();
  }

  private createAccess(): BucketReadAccess[] {
    return this.sources.map(
      ({ bucket, prefix, kmsKeyArn }, index) =>
        new BucketReadAccess(this, `access-${index}`, { bucket, prefix, kmsKeyArn }),
    );
  }

  private createDeadLetterQueue(): SqsQueue {
    return new SqsQueue(this, "dead-letter-queue", {
      name: queueNames.deadLetterQueue(this.name),
      messageRetentionSeconds: queueLimits.retentionSeconds.max,
      sqsManagedSseEnabled: true,
      tags: this.tags,
    });
  }

  private createQueue(props: S3HookProps): SqsQueue {
    return new SqsQueue(this, "queue", {
      name: queueNames.queue(this.name),
      visibilityTimeoutSeconds: product(
        visibilityTimeouts,
        props.timeoutSeconds ?? hookDefaults.timeoutSeconds,
      ),
      messageRetentionSeconds: queueLimits.retentionSeconds.max,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: this.deadLetterQueue.arn,
        maxReceiveCount: maximumReceives,
      }),
      tags: this.tags,
    });
  }

  private createQueuePolicy(): SqsQueuePolicy {
    const statements: PolicyStatement[] = [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: ["sqs:SendMessage"],
        Resource: [this.queue.arn],
        Condition: {
          ArnLike: { "aws:SourceArn": [...new Set(this.access.map(({ bucketArn }) => bucketArn))] },
          StringEquals: { "aws:SourceAccount": AwsContext.of(this).accountId },
        },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["sqs:*"],
        Resource: [this.queue.arn],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ];
    return new SqsQueuePolicy(this, "queue-policy", {
      queueUrl: this.queue.url,
      policy: renderPolicy(statements),
    });
  }

  private createFunction(props: S3HookProps): BundledFunction {
    const statements = [
      ...this.queueStatements(props),
      ...props.token.readStatements,
      ...this.access.flatMap(({ identityStatements }) => identityStatements),
    ];
    const tooLong = rolePolicyProblems(
      this,
      { ...placementOf(props), name: this.name, statements },
      splitHook,
    );
    refuse(
      this,
      tooLong.map((text) => ({ path: "sources", text })),
    );
    return new BundledFunction(this, "function", {
      bundle: "s3-hook",
      name: this.name,
      description: "Ships the objects that are created in S3 buckets to Logz.io",
      environment: render({
        listener: listenerUrl(props),
        tokenSecretArn: props.token.secretArn,
        sources: props.sources.map(documentSettings),
        queueUrl: this.queue.url,
        deadLetterQueueUrl: this.deadLetterQueue.url,
        logLevel: props.logLevel ?? hookDefaults.logLevel,
      }),
      statements,
      memory: props.memory,
      timeoutSeconds: props.timeoutSeconds ?? hookDefaults.timeoutSeconds,
      logRetentionDays: props.logRetentionDays,
      tags: props.tags,
      ...placementOf(props),
    });
  }

  private queueStatements({ role }: S3HookProps): PolicyStatement[] {
    // By name where somebody else writes the role's policy, and has to know it before the queues are made.
    const arn = ({ arn: ofQueue }: SqsQueue, name: string): string =>
      role?.arn === undefined ? ofQueue : AwsContext.of(this).arn("sqs", name);
    const queue = arn(this.queue, queueNames.queue(this.name));
    const deadLetterQueue = arn(this.deadLetterQueue, queueNames.deadLetterQueue(this.name));
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
        Resource: [queue],
      },
      // Continuations go back to the queue, and to the dead-letter queue where they make no progress.
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [queue, deadLetterQueue],
      },
    ];
  }

  private createMapping(props: S3HookProps): LambdaEventSourceMapping {
    return new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: this.queue.arn,
      functionName: this.function.resource.arn,
      batchSize,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: props.maximumConcurrency ?? hookDefaults.maximumConcurrency },
      tags: this.tags,
      // Lambda checks the role's right to the queue when the mapping is made, and starts to work at once.
      dependsOn: [...this.function.dependables, ...props.token.dependables],
    });
  }

  private describeNotifications(): Record<string, NotificationDocument> {
    const rules = this.queueRules();
    const identities = rules.map(({ bucket }) => bucketIdentity(this, bucket));
    return Object.fromEntries(
      [...new Set(identities)].map((identity) => {
        const own = rules.filter((_, index) => identities[index] === identity);
        return [own.at(0)?.bucket ?? identity, notificationDocument(this, own)];
      }),
    );
  }

  private createNotifications(): void {
    for (const rule of this.queueRules()) {
      BucketNotifications.of(this, rule.bucket).add(rule, this.queuePolicy);
    }
  }

  private queueRules(): QueueRule[] {
    return this.sources.map(({ bucket, prefix, suffix }) => ({
      owner: this.name,
      bucket,
      prefix,
      suffix,
      queueArn: this.queue.arn,
    }));
  }
}
