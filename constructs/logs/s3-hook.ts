import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { BucketReadAccess } from "../access/bucket-read-access";
import { checkOwnBuckets } from "../access/own-buckets";
import { readRolePolicies, type Read, type ReadRolePolicies } from "../access/read-role";
import type { BundledFunction } from "../foundation/bundled-function";
import type { PolicyStatement } from "../foundation/policy";
import { useProvider } from "../foundation/provider";
import { literals } from "../foundation/templates";
import { validate } from "../foundation/validation";
import {
  BucketNotifications,
  notificationDocuments,
  queueRules,
  type NotificationDocument,
  type QueueRule,
} from "./bucket-notifications";
import { EventRule } from "./event-rule";
import { createHookAlarms, type HookAlarms } from "./hook-alarms";
import { HookDashboard } from "./hook-dashboard";
import { keyPolicyOfHook } from "./hook-encryption";
import { createHookFunction } from "./hook-function";
import { createQueuePolicies, createQueues } from "./hook-queues";
import type { HookSource } from "./hook-source";
import type { HookTrigger } from "./hook-trigger";
import { filtersOfS3 } from "./hook-trigger-rules";
import { addHook } from "./hooks-of-app";
import { ownerStatements } from "./owner-statements";
import { bucketSenders, ruleSender, topicSender, type QueueSender } from "./queue-senders";
import type { S3HookProps } from "./s3-hook-props";
import { hookDefaults, hookRules, queueNames } from "./s3-hook-rules";
import { TopicSubscriptions } from "./topic-subscriptions";

/** The key is its owner's: nothing of it is written here, and nobody is told of what is lost without the statements. */
const keyWarning =
  "The policy of the key in kmsKeyArn must have the statements that the hook gives out (keyPolicyStatements, in the app " +
  "the output hook_key_policy_statements): without them nothing arrives in the queue, and no error says so.";

/** Messages of one batch; ten is the most without a batching window. Source: Lambda developer guide, "Using Lambda with Amazon SQS". */
const batchSize = 10;

/** Ships the objects that are created in S3 buckets to Logz.io: bucket, queue, function, listener. */
export class S3Hook extends Construct {
  readonly name: string;
  readonly trigger: HookTrigger;
  readonly sources: readonly HookSource[];
  readonly deadLetterQueue: SqsQueue;
  readonly queue: SqsQueue;
  readonly queuePolicy: SqsQueuePolicy;
  /** With a trigger that sends to the dead-letter queue what the queue does not take: "eventbridge" and "sns". */
  readonly deadLetterQueuePolicy: SqsQueuePolicy | undefined;
  /** With the trigger "eventbridge". */
  readonly eventRule: EventRule | undefined;
  /** With the trigger "sns". */
  readonly topics: TopicSubscriptions | undefined;
  readonly function: BundledFunction;
  readonly mapping: LambdaEventSourceMapping;
  readonly alarms: HookAlarms | undefined;
  readonly dashboard: HookDashboard | undefined;
  /** What the function may read, a source each. */
  readonly access: readonly BucketReadAccess[];
  /** For each bucket, or pattern of buckets, the notifications that its owner has to write with the trigger "none". */
  readonly notificationDocuments: Readonly<Record<string, NotificationDocument>>;

  private readonly tags: Record<string, string> | undefined;
  private readonly kmsKeyArn: string | undefined;
  private readonly senders: readonly QueueSender[];

  constructor(scope: Construct, id: string, props: S3HookProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, hookRules);
    this.name = props.name ?? hookDefaults.name;
    this.trigger = props.trigger;
    this.sources = props.sources;
    this.tags = props.tags === undefined ? undefined : literals(props.tags);
    this.kmsKeyArn = props.kmsKeyArn;
    const { name, trigger, sources, kmsKeyArn, tags } = this;
    const { enableEventBridge, provider } = props;
    addHook(this, { name, trigger, enableEventBridge, sources, provider });
    checkOwnBuckets(this, sources);

    this.access = this.createAccess();
    const timeoutSeconds = props.timeoutSeconds ?? hookDefaults.timeoutSeconds;
    const queues = createQueues(this, { name, timeoutSeconds, kmsKeyArn, tags });
    this.deadLetterQueue = queues.deadLetterQueue;
    this.queue = queues.queue;
    this.eventRule = props.trigger === "eventbridge" ? this.createEventRule() : undefined;
    this.senders = this.findSenders(props);
    const policies = createQueuePolicies(this, queues, this.senders);
    this.queuePolicy = policies.queuePolicy;
    this.deadLetterQueuePolicy = policies.deadLetterQueuePolicy;
    this.function = createHookFunction(this, props, { name, queues, reads: this.reads });
    this.mapping = this.createMapping(props);
    this.notificationDocuments = filtersOfS3(this.trigger)
      ? notificationDocuments(this, this.queueRules)
      : {};
    this.eventRule?.send(this.queuePolicies);
    this.topics = this.createSubscriptions(props);
    this.alarms = createHookAlarms(this, this.name, props);
    this.dashboard = props.dashboard === true ? this.createDashboard() : undefined;
    if (props.trigger === "s3") this.createNotifications();
    if (enableEventBridge === true) this.switchOnEventBridge();
    if (kmsKeyArn !== undefined) Annotations.of(this).addWarning(keyWarning);
  }

  /** For the policies of buckets in other accounts that the function itself reads, by bucket or pattern. */
  get bucketPolicyStatements(): Readonly<Record<string, readonly PolicyStatement[]>> {
    return ownerStatements(
      this.reads,
      ({ bucket }) => bucket,
      (access) => access.bucketPolicyStatements(this.roleArn),
    );
  }

  /** For the policies of the keys of buckets in other accounts that the function itself reads, by the keys' ARNs. */
  get objectKeyPolicyStatements(): Readonly<Record<string, readonly PolicyStatement[]>> {
    const statements = (access: BucketReadAccess): PolicyStatement[] =>
      access.keyPolicyStatements(this.roleArn);
    return ownerStatements(this.reads, ({ kmsKeyArn }) => kmsKeyArn, statements);
  }

  /** What the roles have to be like that read for the function, by their ARNs. */
  get readRolePolicies(): Readonly<Record<string, ReadRolePolicies>> {
    return readRolePolicies(this.reads, this.roleArn);
  }

  /** For the policy of the key of queues and log, where "*" is that key; none without one. */
  get keyPolicyStatements(): readonly PolicyStatement[] {
    if (this.kmsKeyArn === undefined) return [];
    const { senders, roleArn } = this;
    const logGroupArn = this.function.logGroup.arn;
    return keyPolicyOfHook(this, this.kmsKeyArn, { senders, roleArn, logGroupArn });
  }

  private get roleArn(): string {
    return this.function.roleArn;
  }

  private get reads(): readonly Read<HookSource, BucketReadAccess>[] {
    return this.sources.map((source, index) => [source, this.access[index]] as const);
  }

  private get queueRules(): readonly QueueRule[] {
    return queueRules(this.name, this.sources, this.queue.arn);
  }

  private get queuePolicies(): SqsQueuePolicy[] {
    return [
      this.queuePolicy,
      ...(this.deadLetterQueuePolicy === undefined ? [] : [this.deadLetterQueuePolicy]),
    ];
  }

  private createAccess(): BucketReadAccess[] {
    return this.sources.map(
      ({ bucket, prefix, kmsKeyArn, region, accountId }, index) =>
        new BucketReadAccess(this, `access-${index}`, { bucket, prefix, kmsKeyArn, region, accountId }),
    );
  }

  private createEventRule(): EventRule {
    const { name, sources, queue, deadLetterQueue, tags } = this;
    return new EventRule(this, "events", { name, sources, queue, deadLetterQueue, tags });
  }

  private findSenders({ topicArns = [] }: S3HookProps): QueueSender[] {
    if (this.eventRule !== undefined) return [ruleSender(this, this.eventRule.rule.arn)];
    if (this.trigger === "sns") return [topicSender(topicArns)];
    const buckets = this.reads.map(([{ accountId }, { bucketArn }]) => ({ accountId, bucketArn }));
    return bucketSenders(this, buckets);
  }

  private createSubscriptions({ topicArns }: S3HookProps): TopicSubscriptions | undefined {
    if (topicArns === undefined) return undefined;
    const { sources, queue, deadLetterQueue, queuePolicies: dependsOn } = this;
    return new TopicSubscriptions(this, "topics", { topicArns, sources, queue, deadLetterQueue, dependsOn });
  }

  private switchOnEventBridge(): void {
    for (const { bucket } of this.sources) BucketNotifications.of(this, bucket).enableEventBridge(bucket);
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

  private createDashboard(): HookDashboard {
    return new HookDashboard(this, "dashboard", {
      functionName: this.name,
      queueName: queueNames.queue(this.name),
      deadLetterQueueName: queueNames.deadLetterQueue(this.name),
    });
  }

  private createNotifications(): void {
    for (const rule of this.queueRules) BucketNotifications.of(this, rule.bucket).add(rule, this.queuePolicy);
  }
}
