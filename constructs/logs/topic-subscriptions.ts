import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import type { PolicyStatement } from "../foundation/policy";
import { literal } from "../foundation/templates";
import type { HookSource } from "./hook-source";
import { topicFilter } from "./topic-filter";

export interface TopicSubscriptionsProps {
  readonly topicArns: readonly string[];
  readonly sources: readonly HookSource[];
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;
  /** The queues' policies, without which messages are lost. */
  readonly dependsOn: ITerraformDependable[];
}

/** Sends what topics are told of buckets to a queue, and what the queue does not take to its dead-letter queue. */
export class TopicSubscriptions extends Construct {
  readonly subscriptions: readonly SnsTopicSubscription[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TopicSubscriptionsProps,
  ) {
    super(scope, id);
    this.subscriptions = props.topicArns.map((topicArn, index) => this.subscribe(topicArn, index));
  }

  /** For the policy of a topic in another account, which must let this one subscribe. */
  get policyStatements(): PolicyStatement[] {
    const { accountId, partition } = AwsContext.of(this);
    return this.props.topicArns.map((topicArn) => ({
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: ["sns:Subscribe"],
      Resource: [topicArn],
      Condition: {
        StringEquals: { "sns:Protocol": "sqs" },
        ArnEquals: { "sns:Endpoint": this.props.queue.arn },
      },
    }));
  }

  private subscribe(topicArn: string, index: number): SnsTopicSubscription {
    const { sources, queue, deadLetterQueue, dependsOn } = this.props;
    const filter = topicFilter(sources);
    return new SnsTopicSubscription(this, `subscription-${index}`, {
      topicArn,
      protocol: "sqs",
      endpoint: queue.arn,
      rawMessageDelivery: true,
      ...(filter === undefined
        ? {}
        : { filterPolicyScope: "MessageBody", filterPolicy: literal(JSON.stringify(filter)) }),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn }),
      dependsOn,
    });
  }
}
