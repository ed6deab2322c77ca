import { z } from "zod";
import { hookTriggers } from "../constructs/logs/hook-trigger";
import { logzioRegions } from "../constructs/logs/listener";
import { logLevels, tableFormats } from "../lambdas/runtime/environment";
import { accessSchema } from "./access-schema";
import { metricsSchema } from "./metrics-schema";
import { awsRegion, placement, roleGovernance, schedulerRoleArn, secretFields, tags } from "./shapes";

/*
 * The shape of logzio.yaml. What the values mean is checked by the constructs that take them, so that each rule is
 * written once: see the rules beside the constructs.
 */

/** What becomes of a source's objects, whoever reads them. */
const documents = {
  type: z.string().optional().describe('Logz.io type of the documents; default "auto": by key and content'),
  include: z
    .array(z.string())
    .optional()
    .describe("Regular expressions (RE2) on the key; at least one must match"),
  exclude: z.array(z.string()).optional().describe("Regular expressions (RE2) on the key; none may match"),
  format: z
    .enum(tableFormats)
    .optional()
    .describe("The files are tables: a document a row, a field a column; default: by key and content"),
  delimiter: z.string().optional().describe('Character between the cells, with the format csv; default ","'),
  columns: z
    .array(z.string())
    .optional()
    .describe("Names of the columns, for tables without a header row; default: the first row names them"),
  multiline: z
    .string()
    .optional()
    .describe(
      "Regular expression (RE2) on a record's first line; the lines up to the next one belong to the record",
    ),
  keepRecords: z
    .array(z.string())
    .optional()
    .describe("Regular expressions (RE2) on a record's text; at least one must match"),
  dropRecords: z
    .array(z.string())
    .optional()
    .describe("Regular expressions (RE2) on a record's text; none may match"),
  timeField: z
    .string()
    .optional()
    .describe("Field of JSON records, or column of tables, that holds the time; default: by the log's type"),
  pathToFields: z
    .string()
    .optional()
    .describe('Field names for the parts of the key, from its root, split at "/"; "-" skips a part'),
  fields: z.record(z.string(), z.string()).optional().describe("Fields that every document gets"),
  sourceFilePath: z.boolean().optional().describe("Whether documents carry s3_object_key; default: true"),
  recordId: z
    .boolean()
    .optional()
    .describe("Whether documents carry record_id, the same on every delivery of a record; default: false"),
  parse: z
    .boolean()
    .optional()
    .describe(
      "Whether lines of VPC flow logs, CloudFront, load balancers and S3 access become fields, beside message; default: false",
    ),
  kmsKeyArn: z.string().optional().describe("ARN of the KMS key that encrypts the objects; not an alias"),
};

/** Who reads a source in place of the function. */
const reader = {
  readRoleArn: z
    .string()
    .optional()
    .describe(
      "ARN of the role that reads the bucket, such as one of its account; default: the function's own",
    ),
  readRoleExternalId: z
    .string()
    .optional()
    .describe("External ID that the trust policy of that role asks for"),
};

const place = {
  bucket: z.string().describe("Name of the bucket, not its ARN"),
  prefix: z
    .string()
    .optional()
    .describe("Start of the keys, without a leading slash; default: the whole bucket"),
};

/** Settings of the function, whichever it is. */
const functionSettings = {
  memory: z.number().optional().describe("Memory of the function in MB, 128 to 10240; default 512"),
  timeoutSeconds: z.number().optional().describe("Time for one run in seconds, 60 to 900; default 300"),
  logRetentionDays: z.number().optional().describe("Days to keep the function's log; default 30"),
  logLevel: z.enum(logLevels).optional().describe("How much the function logs; default info"),
  ...placement,
};

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

const hook = z
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
    ...functionSettings,
    maximumConcurrency: z.number().optional().describe("Batches at the same time, 2 to 1000; default 10"),
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          topicArns: z.array(z.string()).optional().describe("ARNs of the SNS topics that are told"),
          ageMinutes: z.number().optional().describe("Age of what waits, 5 to 1440; default 60"),
        }),
      ])
      .optional()
      .describe("Alarms on the dead-letter queue, age, failures, throttles and refused lines; false: none"),
    dashboard: z.boolean().optional().describe("Whether there is a CloudWatch dashboard; default: false"),
    tags: tags.optional().describe("Tags of the hook's resources, beside aws.tags"),
  })
  .describe("S3 Hook: ships each object that is created in a bucket");

const fetcherSource = z.strictObject({
  ...place,
  region: awsRegion.optional().describe("Region of the bucket; default: aws.region"),
  ...reader,
  start: z
    .union([z.string(), z.strictObject({ key: z.string().describe("The last key that is not to be read") })])
    .optional()
    .describe('Where to begin: "now", "beginning", an ISO date, or a key with streams: single; default now'),
  settleSeconds: z
    .number()
    .optional()
    .describe("Age in seconds that an object must have before it is read, 0 to 3600; default 5"),
  lookback: z
    .strictObject({
      keys: z.number().describe("How many keys back, 0 to 20000"),
      minutes: z.number().describe("How long after their place was passed, 0 to 2880"),
    })
    .optional()
    .describe(
      "How far behind its writer's last key, and after a dated folder's end, late keys are looked for; default 800 keys, 60 minutes",
    ),
  streams: z
    .enum(["auto", "single"])
    .optional()
    .describe('"auto": an order for each writer\'s folder; "single": one for all keys; default auto'),
  setAsideAfterMinutes: z
    .number()
    .optional()
    .describe("Minutes of failing after which an object is left out, 1 to 20160; default never"),
  ...documents,
});

const fetcher = z
  .strictObject({
    name: z.string().optional().describe('Name of the function and table; default "logzio-fetcher"'),
    sources: z.array(fetcherSource).describe("The buckets and prefixes to fetch from; at least one"),
    everyMinutes: z.number().optional().describe("How often to look, in minutes, 1 to 1440; default 1"),
    ...functionSettings,
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          topicArns: z.array(z.string()).optional().describe("ARNs of the SNS topics that are told"),
          lagMinutes: z.number().optional().describe("Age of what waits, 5 to 1440; default 30"),
        }),
      ])
      .optional()
      .describe(
        "Alarms on errors, lag, standing still, silence, objects set aside and late keys nearly missed; false: none",
      ),
    schedulerRoleArn,
    tags: tags.optional().describe("Tags of the fetcher's resources, beside aws.tags"),
  })
  .describe("S3 Fetcher: ships the objects of buckets in key order, without notifications");

const token = z
  .strictObject(secretFields("logzio_token"))
  .describe(
    "The log shipping token, which hook and fetcher need: secretArn, or variable: true. Never write the token itself here",
  );

const backend = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("local"),
      path: z.string().describe("File of the state; a relative path starts at cdktf.out/stacks/STACK"),
    }),
    z.strictObject({
      type: z.literal("s3"),
      bucket: z.string(),
      key: z.string(),
      region: z.string(),
      profile: z.string().optional(),
      encrypt: z.boolean().optional(),
      kmsKeyId: z.string().optional(),
      useLockfile: z.boolean().optional().describe("Lock by a file beside the state; default true"),
    }),
    z
      .strictObject({
        type: z.literal("cloud"),
        organization: z.string(),
        hostname: z.string().optional().describe("default app.terraform.io"),
        project: z.string().optional(),
        workspace: z.string().optional().describe("Name of the workspace; or else tags"),
        tags: z.array(z.string()).optional().describe("Tags of the workspaces; or else workspace"),
      })
      .refine(
        ({ workspace, tags: workspaceTags }) => (workspace === undefined) !== (workspaceTags === undefined),
        {
          path: ["workspace"],
          message: "write either workspace or tags, and not both",
        },
      ),
  ])
  .describe("Where Terraform keeps its state; default: what Terraform itself does, none is forced");

export const configSchema = z
  .strictObject({
    stack: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, "write letters, digits, hyphens and underscores")
      .optional()
      .describe('Name of the stack; default "logzio-s3"'),
    region: z
      .enum(logzioRegions)
      .optional()
      .describe("Region of the Logz.io account: picks the listener, unless listener names one, and the API"),
    listener: z
      .string()
      .optional()
      .describe("URL of the listener, for PrivateLink or a proxy, in place of the region's"),
    token: token.optional(),
    aws: z.strictObject({
      region: awsRegion.describe("AWS region of the buckets"),
      tags: tags.optional().describe("Tags of every resource"),
      roles: z
        .strictObject(roleGovernance)
        .optional()
        .describe("What every new role, user and policy is like that does not say otherwise"),
    }),
    hook: hook.optional(),
    fetcher: fetcher.optional(),
    access: accessSchema.optional(),
    metrics: metricsSchema.optional(),
    backend: backend.optional(),
  })
  .describe("Configuration of cdktf-logzio-s3");

/** What logzio.yaml says. */
export type Config = z.infer<typeof configSchema>;
export type TokenConfig = z.infer<typeof token>;
export type HookConfig = z.infer<typeof hook>;
export type FetcherConfig = z.infer<typeof fetcher>;
export type BackendConfig = z.infer<typeof backend>;
