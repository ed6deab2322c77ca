import { z } from "zod";
import { documents, logFunction, place, reader } from "./log-shapes";
import { awsRegion, schedulerRoleArn, tags, toldTopics } from "./shapes";

/* The shape of the block `fetcher` of logzio.yaml. */

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

export const fetcherSchema = z
  .strictObject({
    name: z.string().optional().describe('Name of the function and table; default "logzio-fetcher"'),
    sources: z.array(fetcherSource).describe("The buckets and prefixes to fetch from; at least one"),
    everyMinutes: z.number().optional().describe("How often to look, in minutes, 1 to 1440; default 1"),
    ...logFunction,
    alarms: z
      .union([
        z.literal(false),
        z.strictObject({
          topicArns: toldTopics,
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

export type FetcherConfig = z.infer<typeof fetcherSchema>;
