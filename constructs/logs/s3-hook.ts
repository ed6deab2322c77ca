import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import type { LogLevel } from "../../lambdas/runtime/environment";
import { render } from "../../lambdas/s3-hook/environment";
import { BucketReadAccess } from "../access/bucket-read-access";
import { readingStatements, readRolePolicies, type Read, type ReadRolePolicies } from "../access/read-role";
import { AwsContext } from "../foundation/aws-context";
import { BundledFunction } from "../foundation/bundled-function";
import type { ListenerToken } from "../foundation/listener-token";
import { renderPolicy, type PolicyStatement } from "../foundation/policy";
import { rolePolicyProblems } from "../foundation/role-policy";
import { checkOwnBuckets } from "../access/own-buckets";
import { placementOf, type FunctionPlacement } from "../foundation/placement";
import { useProvider } from "../foundation/provider";
import { literals } from "../foundation/templates";
import { refuse, validate } from "../foundation/validation";
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
import { keyPolicyOfHook, queueKeyStatements } from "./hook-encryption";
import { createQueues, queueStatements } from "./hook-queues";
import type { HookSource } from "./hook-source";
import { hookSettings, type HookTrigger, type TriggerProps } from "./hook-trigger";
import { filtersOfS3 } from "./hook-trigger-rules";
import { addHook } from "./hooks-of-app";
import { listenerUrl, type ListenerProps } from "./listener";
import { ownerStatements } from "./owner-statements";
import {
  bucketSenders,
  queuePolicyStatements,
  ruleSender,
  topicSender,
  type QueueSender,
} from "./queue-senders";
import { hookDefaults, hookRules, queueNames, splitHook } from "./s3-hook-rules";
import { TopicSubscriptions } from "./topic-subscriptions";

/** Either `region` or `listener` says where the logs go. */
export interface S3HookProps extends ListenerProps, TriggerProps, FunctionPlacement {
  /**
   * Name of the function and queue; the other resources are named after it. Letters, digits, hyphens, underscores,
   * at most 49 of them. A change replaces both queues, with what is in them: let them run empty first.
   * @default "logzio-s3-hook"
   */
  readonly name?: string;
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
  /**
   * ARN of the customer key that encrypts the queue, the dead-letter queue and the function's log, in the region of the
   * stack. Its policy must have the {@link S3Hook.keyPolicyStatements}, or what is sent is lost and nobody is told.
   * @default keys of SQS and CloudWatch
   */
  readonly kmsKeyArn?: string;
  /**
   * Alarms on what is in the dead-letter queue, on objects that wait longer than `ageMinutes` (5 to 1,440), on failures,
   * throttles and lines that the listener refuses; `topicArns` are the SNS topics that are told. `false`: none.
   * @default alarms without topics, and 60 minutes
   */
  readonly alarms?: false | { readonly topicArns?: readonly string[]; readonly ageMinutes?: number };
  /**
   * Whether there is a CloudWatch dashboard of the hook. AWS bills those beyond the third of an account.
   * @default false
   */
  readonly dashboard?: boolean;
  /** Tags of all resources that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The key is its owner's: nothing of it is written here, and nobody is told of what is lost without the statements. */
const keyWarning =
  "The policy of the key in kmsKeyArn must have the statements that the hook gives out (keyPolicyStatements, in the app " +
  "the output hook_key_policy_statements): without them nothing arrives in the queue, and no error says so.";
/** Messages of one batch; ten is the most without a batching window. Source as above. */
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
    this.queuePolicy = this.createQueuePolicy("queue-policy", this.queue, this.senders);
    this.deadLetterQueuePolicy = this.createDeadLetterQueuePolicy();
    this.function = this.createFunction(props);
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

  private createQueuePolicy(id: string, queue: SqsQueue, senders: readonly QueueSender[]): SqsQueuePolicy {
    const policy = renderPolicy(queuePolicyStatements(queue.arn, senders));
    return new SqsQueuePolicy(this, id, { queueUrl: queue.url, policy });
  }

  private createDeadLetterQueuePolicy(): SqsQueuePolicy | undefined {
    const senders = this.senders.filter(({ deadLetters }) => deadLetters);
    if (senders.length === 0) return undefined;
    return this.createQueuePolicy("dead-letter-queue-policy", this.deadLetterQueue, senders);
  }

  private createSubscriptions({ topicArns }: S3HookProps): TopicSubscriptions | undefined {
    if (topicArns === undefined) return undefined;
    const { sources, queue, deadLetterQueue, queuePolicies: dependsOn } = this;
    return new TopicSubscriptions(this, "topics", { topicArns, sources, queue, deadLetterQueue, dependsOn });
  }

  private switchOnEventBridge(): void {
    for (const { bucket } of this.sources) BucketNotifications.of(this, bucket).enableEventBridge(bucket);
  }

  private createFunction(props: S3HookProps): BundledFunction {
    const statements = [
      ...this.queueStatements(props),
      ...props.token.readStatements,
      ...queueKeyStatements(this, this.kmsKeyArn),
      ...this.reads.flatMap(([source, access]) => readingStatements(source, access)),
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
        sources: props.sources.map((source) => hookSettings(source, props.trigger)),
        queueUrl: this.queue.url,
        deadLetterQueueUrl: this.deadLetterQueue.url,
        logLevel: props.logLevel ?? hookDefaults.logLevel,
      }),
      statements,
      memory: props.memory,
      timeoutSeconds: props.timeoutSeconds ?? hookDefaults.timeoutSeconds,
      logRetentionDays: props.logRetentionDays,
      logKmsKeyArn: props.kmsKeyArn,
      tags: props.tags,
      ...placementOf(props),
    });
  }

  private queueStatements({ role }: S3HookProps): PolicyStatement[] {
    // By name where somebody else writes the role's policy, and has to know it before the queues are made.
    const arn = ({ arn: ofQueue }: SqsQueue, name: string): string =>
      role?.arn === undefined ? ofQueue : AwsContext.of(this).arn("sqs", name);
    return queueStatements(
      arn(this.queue, queueNames.queue(this.name)),
      arn(this.deadLetterQueue, queueNames.deadLetterQueue(this.name)),
    );
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
