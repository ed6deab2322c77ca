import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { Construct } from "constructs";
import { render } from "../../lambdas/s3-hook/environment";
import type { BucketReadAccess } from "../access/bucket-read-access";
import { readingStatements, type Read } from "../access/read-role";
import { AwsContext } from "../foundation/aws-context";
import { BundledFunction } from "../foundation/bundled-function";
import { placementOf } from "../foundation/placement";
import type { PolicyStatement } from "../foundation/policy";
import { refuseSourcesOfLongPolicy } from "../foundation/role-policy";
import { queueKeyStatements } from "./hook-encryption";
import { queueStatements, type HookQueues } from "./hook-queues";
import type { HookSource } from "./hook-source";
import { hookSettings } from "./hook-trigger";
import { listenerUrl } from "../foundation/listener";
import type { S3HookProps } from "./s3-hook-props";
import { hookDefaults, queueNames, splitHook } from "./s3-hook-rules";

/** What the function of a hook works with. */
export interface HookFunctionSurroundings {
  /** Name of the hook. */
  readonly name: string;
  readonly queues: HookQueues;
  readonly reads: readonly Read<HookSource, BucketReadAccess>[];
}

/** @throws ConstructError for sources whose permissions do not fit into a role's policy */
export function createHookFunction(
  hook: Construct,
  props: S3HookProps,
  { name, queues, reads }: HookFunctionSurroundings,
): BundledFunction {
  const statements = [
    ...statementsOnQueues(hook, name, queues, props),
    ...props.token.readStatements,
    ...queueKeyStatements(hook, props.kmsKeyArn),
    ...reads.flatMap(([source, access]) => readingStatements(source, access)),
  ];
  const placement = placementOf(props);
  refuseSourcesOfLongPolicy(hook, { ...placement, name, statements }, splitHook);
  return new BundledFunction(hook, "function", {
    bundle: "s3-hook",
    name,
    description: "Ships the objects that are created in S3 buckets to Logz.io",
    environment: render({
      listener: listenerUrl(props),
      tokenSecretArn: props.token.secretArn,
      sources: props.sources.map((source) => hookSettings(source, props.trigger)),
      queueUrl: queues.queue.url,
      deadLetterQueueUrl: queues.deadLetterQueue.url,
      logLevel: props.logLevel ?? hookDefaults.logLevel,
    }),
    statements,
    memory: props.memory,
    timeoutSeconds: props.timeoutSeconds ?? hookDefaults.timeoutSeconds,
    logRetentionDays: props.logRetentionDays,
    logKmsKeyArn: props.kmsKeyArn,
    tags: props.tags,
    ...placement,
  });
}

function statementsOnQueues(
  hook: Construct,
  name: string,
  { queue, deadLetterQueue }: HookQueues,
  { role }: S3HookProps,
): PolicyStatement[] {
  // By name where somebody else writes the role's policy, and has to know it before the queues are made.
  const arn = ({ arn: ofQueue }: SqsQueue, queueName: string): string =>
    role?.arn === undefined ? ofQueue : AwsContext.of(hook).arn("sqs", queueName);
  return queueStatements(
    arn(queue, queueNames.queue(name)),
    arn(deadLetterQueue, queueNames.deadLetterQueue(name)),
  );
}
