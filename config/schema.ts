import { z } from "zod";
import { logzioRegions } from "../constructs/foundation/listener";
import { accessSchema } from "./access-schema";
import { backendSchema } from "./backend-schema";
import { fetcherSchema } from "./fetcher-schema";
import { hookSchema } from "./hook-schema";
import { metricsSchema } from "./metrics-schema";
import { awsRegion, roleGovernance, secretFields, tags } from "./shapes";

/*
 * The shape of logzio.yaml, a file for each of its larger blocks. What the values mean is checked by the constructs that
 * take them, so that each rule is written once: see the rules beside the constructs.
 */

const token = z
  .strictObject(secretFields("logzio_token"))
  .describe(
    "The log shipping token, which hook and fetcher need: secretArn, or variable: true. Never write the token itself here",
  );

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
    hook: hookSchema.optional(),
    fetcher: fetcherSchema.optional(),
    access: accessSchema.optional(),
    metrics: metricsSchema.optional(),
    backend: backendSchema.optional(),
  })
  .describe("Configuration of cdktf-logzio-s3");

/** What logzio.yaml says. */
export type Config = z.infer<typeof configSchema>;
export type TokenConfig = z.infer<typeof token>;
