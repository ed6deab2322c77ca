import { z } from "zod";
import { networkPlacement, newRole, secretFields, tags, toldTopics } from "./shapes";

/* The shape of the block `metrics` of logzio.yaml. */

const filter = z.union([
  z.string().describe("A namespace with all of its metrics, such as AWS/S3"),
  z
    .strictObject({
      namespace: z.string().describe("Such as AWS/EC2; upper and lower case matter"),
      metrics: z.array(z.string()).optional().describe("Names of metrics; default: all of the namespace"),
    })
    .describe("A namespace with some of its metrics"),
]);

const statistics = z.strictObject({
  statistics: z.array(z.string()).describe("Percentiles such as p99 or p99.9, up to 20"),
  metrics: z
    .array(z.strictObject({ namespace: z.string(), metric: z.string() }))
    .describe("The metrics that get them, up to 100"),
});

const backup = z
  .strictObject({
    bucket: z.string().optional().describe("Name of a bucket that is there; default: a new one"),
    prefix: z.string().optional().describe("Start of the keys, such as logzio/; default none"),
    kmsKeyArn: z
      .string()
      .optional()
      .describe("ARN of the KMS key that encrypts the bucket; not an alias; default: S3's own"),
    expireDays: z
      .number()
      .optional()
      .describe("Days to keep what is in the new bucket, 1 to 3650; default 30"),
    keepOnDestroy: z
      .boolean()
      .optional()
      .describe("true: the new bucket stays while there is something in it; default: it is deleted with it"),
  })
  .describe("Where Firehose puts what it could not deliver");

const measuredBucket = z.strictObject({
  bucket: z.string().describe("Name of the bucket, in aws.region"),
  prefix: z.string().optional().describe("Start of the keys; default: the whole bucket"),
  name: z
    .string()
    .optional()
    .describe("Value of the dimension FilterId; default EntireBucket, or made of the prefix"),
});

export const metricsSchema = z
  .strictObject({
    name: z
      .string()
      .optional()
      .describe('Name of the metric stream and the delivery stream; default "logzio-metrics"'),
    token: z
      .strictObject(secretFields("logzio_metrics_token"))
      .optional()
      .describe(
        "The metrics shipping token, which is another one than that for logs; default: the Terraform variable " +
          "logzio_metrics_token. Never write the token itself here",
      ),
    endpoint: z
      .string()
      .optional()
      .describe("URL that takes the metrics, for a proxy: https on port 443; default: that of the region"),
    namespaces: z
      .union([z.literal("all"), z.array(filter)])
      .optional()
      .describe('What to stream: namespaces, or "all", which bills for every metric of the account'),
    exclude: z
      .array(filter)
      .optional()
      .describe("What not to stream of all that the account has, in place of a list of namespaces"),
    discover: z
      .strictObject({
        include: z.array(z.string()).describe("Namespaces, and patterns with * such as AWS/*; at least one"),
        exclude: z
          .array(z.string())
          .optional()
          .describe("Namespaces and patterns to leave out; default none"),
        everyMinutes: z.number().optional().describe("How often to look, in minutes, 5 to 1440; default 60"),
      })
      .optional()
      .describe("Namespaces that a function finds and keeps, in place of namespaces and exclude"),
    statistics: z
      .array(statistics)
      .optional()
      .describe("Percentiles of some metrics, which AWS bills extra; default none"),
    linkedAccounts: z
      .boolean()
      .optional()
      .describe("Whether a monitoring account streams the metrics of linked accounts too; default false"),
    p8sLogzioName: z
      .string()
      .optional()
      .describe('Value of the label p8s_logzio_name; default "logzio-otlp-metrics-stream"'),
    bufferSeconds: z
      .number()
      .optional()
      .describe("How long Firehose collects, in seconds, 0 to 900; default 60"),
    bufferMegabytes: z.number().optional().describe("How much Firehose collects, in MB, 1 to 64; default 5"),
    retrySeconds: z
      .number()
      .optional()
      .describe("How long Firehose tries before the backup, in seconds, 0 to 7200; default 300"),
    backup: backup.optional(),
    resourceTags: z
      .union([
        z.boolean(),
        z.strictObject({
          tagKeys: z
            .array(z.string())
            .optional()
            .describe("Keys of the tags that become labels, and patterns with *; default all"),
          everyMinutes: z
            .number()
            .optional()
            .describe("How often to send them, in minutes, 1 to 4; default 4"),
          listener: z
            .string()
            .optional()
            .describe(
              "URL of the listener for metrics, port 8053, beside an endpoint; default: the region's",
            ),
        }),
      ])
      .optional()
      .describe(
        "Whether a function ships the tags of resources as the metric aws_resource_info; default false",
      ),
    requestMetrics: z
      .array(measuredBucket)
      .optional()
      .describe("Buckets whose requests S3 measures, which CloudWatch bills; default none"),
    logRetentionDays: z.number().optional().describe("Days to keep Firehose's error log; default 30"),
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          topicArns: toldTopics,
          freshnessMinutes: z
            .number()
            .optional()
            .describe("Age of what is not delivered, 5 to 1440; default 15"),
        }),
      ])
      .optional()
      .describe("Alarms on delivery, freshness, backup and publishing; false: none"),
    ...networkPlacement,
    role: newRole.optional().describe("What the roles of streams and functions are like"),
    tags: tags.optional().describe("Tags of the metrics' resources, beside aws.tags"),
  })
  .describe("CloudWatch metrics: streams them to Logz.io through Firehose");

export type MetricsConfig = z.infer<typeof metricsSchema>;
