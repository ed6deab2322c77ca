import { z } from "zod";
import { hookTriggers } from "../constructs/logs/hook-trigger";
import { documents, logFunction, place, reader } from "./log-shapes";
import { awsRegion, tags, toldTopics } from "./shapes";

/* The shape of the block `hook` of logzio.yaml. */

const hookSource = z.strictObject({
  ...place,
  bucket: z
    .string()
    .describe(
      'Name of the bucket, not its ARN; or, but for the trigger "s3", a pattern such as "org-logs-*"',
    ),
  accountId: z.string().optional().describe("Account of the bucket, in quotes; default: the stack's"),
  region: awsRegion
    .optional()
    .describe("Region of the bucket, with the triggers eventbridge and sns; default: aws.region"),
  ...reader,
  suffix: z.string().optional().describe("End of the keys; default: every key"),
  ...documents,
});

export const hookSchema = z
  .strictObject({
    name: z.string().optional().describe('Name of the function and queue; default "logzio-s3-hook"'),
    trigger: z
      .enum(hookTriggers)
      .describe(
        '"s3": this stack writes the notifications of each bucket and takes over the ones that are there. ' +
          '"eventbridge": a rule on the event bus, beside them. "sns": subscriptions to topics that the buckets notify. ' +
          '"none": the output notification_document says what the owner of the buckets has to write',
      ),
    enableEventBridge: z
      .boolean()
      .optional()
      .describe(
        'With the trigger "eventbridge": whether this stack switches the buckets on for it, and takes over the ' +
          "notifications that are there; default: false",
      ),
    topicArns: z
      .array(z.string())
      .optional()
      .describe('With the trigger "sns": ARNs of the topics, in aws.region'),
    kmsKeyArn: z
      .string()
      .optional()
      .describe(
        "ARN of the customer key for queues and log; its policy needs the output hook_key_policy_statements",
      ),
    sources: z.array(hookSource).describe("The buckets and prefixes to ship from; at least one"),
    ...logFunction,
    maximumConcurrency: z.number().optional().describe("Batches at the same time, 2 to 1000; default 10"),
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          topicArns: toldTopics,
          ageMinutes: z.number().optional().describe("Age of what waits, 5 to 1440; default 60"),
        }),
      ])
      .optional()
      .describe("Alarms on the dead-letter queue, age, failures, throttles and refused lines; false: none"),
    dashboard: z.boolean().optional().describe("Whether there is a CloudWatch dashboard; default: false"),
    tags: tags.optional().describe("Tags of the hook's resources, beside aws.tags"),
  })
  .describe("S3 Hook: ships each object that is created in a bucket");

export type HookConfig = z.infer<typeof hookSchema>;
