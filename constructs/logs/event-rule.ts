import { CloudwatchEventPermission } from "@cdktf/provider-aws/lib/cloudwatch-event-permission/index.js";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import { literal } from "../foundation/templates";
import { eventPattern } from "./event-pattern";
import type { HookSource } from "./hook-source";

export interface EventRuleProps {
  readonly name: string;
  readonly sources: readonly HookSource[];
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;
  readonly tags?: Record<string, string>;
}

/** What another account or region has to send to the bus of the rule, for whoever makes the rule there. */
export interface EventForwarding {
  /** The target of the rule. */
  readonly EventBusArn: string;
  /** The pattern of the rule. */
  readonly EventPattern: string;
}

/** As long and often as EventBridge tries. Source: EventBridge API reference, RetryPolicy. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 } as const;

/** Sends the events of objects that are created to a queue, and those that the queue does not take to its dead-letter queue. */
export class EventRule extends Construct {
  readonly rule: CloudwatchEventRule;
  /** Lets other accounts send their buckets' events to this account's bus, one each. */
  readonly permissions: readonly CloudwatchEventPermission[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EventRuleProps,
  ) {
    super(scope, id);
    this.rule = new CloudwatchEventRule(this, "rule", {
      name: props.name,
      description: `Tells ${props.name} of objects that are created in S3 buckets`,
      eventPattern: literal(eventPattern(this, props.sources)),
      tags: props.tags,
    });
    this.permissions = this.otherAccounts.map((accountId) => this.createPermission(accountId));
  }

  /** Sends what the rule finds; what it depends on are the queues' policies, without which events are lost. */
  send(dependsOn: ITerraformDependable[]): CloudwatchEventTarget {
    const { queue, deadLetterQueue } = this.props;
    return new CloudwatchEventTarget(this, "target", {
      rule: this.rule.name,
      arn: queue.arn,
      retryPolicy,
      deadLetterConfig: { arn: deadLetterQueue.arn },
      dependsOn,
    });
  }

  /** What accounts and regions other than the stack's have to send here; undefined where there are none. */
  get forwarding(): EventForwarding | undefined {
    const { accountId, partition, region } = AwsContext.of(this);
    const elsewhere = this.props.sources.filter(
      (source) => source.accountId !== undefined || source.region !== undefined,
    );
    if (elsewhere.length === 0) return undefined;
    return {
      EventBusArn: `arn:${partition}:events:${region}:${accountId}:event-bus/default`,
      EventPattern: eventPattern(this, elsewhere),
    };
  }

  private get otherAccounts(): string[] {
    return [...new Set(this.props.sources.flatMap(({ accountId }) => accountId ?? []))];
  }

  private createPermission(accountId: string): CloudwatchEventPermission {
    return new CloudwatchEventPermission(this, `permission-${accountId}`, {
      principal: accountId,
      statementId: `${this.props.name}-${accountId}`,
    });
  }
}
