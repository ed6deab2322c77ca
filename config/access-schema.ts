import { z } from "zod";
import { awsRegion, tags } from "./shapes";

/*
 * The shape of the block `access` of logzio.yaml. The command line is bundled with this file, so it imports neither
 * constructs nor cdktf.
 */

const register = z
  .strictObject({
    type: z.string().describe("Logz.io type of the documents, such as elb"),
    sourceFilePath: z
      .boolean()
      .optional()
      .describe("Whether documents carry the key of their object; default: false"),
    active: z.boolean().optional().describe("false: registered, but not fetched; default: true"),
  })
  .describe(
    "Registers the bucket with Logz.io through its Terraform provider, with the API token in the Terraform variable " +
      "logzio_api_token",
  );

const bucket = z.strictObject({
  bucket: z.string().describe("Name of the bucket, not its ARN"),
  prefix: z
    .string()
    .optional()
    .describe("Start of the keys, without a leading slash; default: the whole bucket"),
  region: awsRegion.optional().describe("AWS region of the bucket; default: aws.region"),
  kmsKeyArn: z.string().optional().describe("ARN of the KMS key that encrypts the objects; not an alias"),
  register: register.optional(),
});

const archiveBucket = z.strictObject({
  bucket: z.string().describe("Name of the bucket, not its ARN"),
  region: awsRegion.optional().describe("AWS region of the bucket; default: aws.region"),
  kmsKeyArn: z.string().optional().describe("ARN of the KMS key that encrypts the archive; not an alias"),
});

const role = z
  .strictObject({
    name: z.string().optional().describe('Name of the role; default "logzio-s3-fetcher"'),
    namePrefix: z.string().optional().describe("Start of a name that AWS completes; in place of name"),
    path: z.string().optional().describe('IAM path, such as /logging/; default "/"'),
    permissionsBoundaryArn: z
      .string()
      .optional()
      .describe("ARN of the managed policy that bounds the role's permissions"),
    maxSessionDurationSeconds: z
      .number()
      .optional()
      .describe("Longest session of the role in seconds, 3600 to 43200; default 3600"),
    testPrincipals: z
      .array(z.string())
      .optional()
      .describe(
        "ARNs of principals of yours that may assume the role too, with the same external ID, so that " +
          "`logzio-s3 doctor` can try it; default: none",
      ),
    settleSeconds: z
      .number()
      .optional()
      .describe("Seconds between the role and the first registration, 0 to 300; default 15"),
    tags: tags.optional().describe("Tags of the role and its policies, beside aws.tags"),
  })
  .describe("The role that Logz.io assumes; made with its defaults where the block is left out");

const user = z
  .strictObject({
    name: z.string().optional().describe('Name of the user; default "logzio-s3-fetcher"'),
    path: z.string().optional().describe('IAM path, such as /logging/; default "/"'),
    permissionsBoundaryArn: z
      .string()
      .optional()
      .describe("ARN of the managed policy that bounds the user's permissions"),
    tags: tags.optional().describe("Tags of the user and its policies, beside aws.tags"),
  })
  .describe(
    "In place of the role: an IAM user, for Logz.io accounts that must use access keys. " +
      "`logzio-s3 connect` makes the key, which never gets into Terraform's state",
  );

export const accessSchema = z
  .strictObject({
    logzioAccountId: z
      .string()
      .optional()
      .describe("Logz.io's AWS account, 12 digits in quotes; `logzio-s3 connect` writes it"),
    externalIds: z
      .array(z.string())
      .optional()
      .describe(
        "The external ID that Logz.io assigned to your account, or two while you move from one to the other; " +
          "`logzio-s3 connect` writes it",
      ),
    buckets: z.array(bucket).optional().describe("The buckets and prefixes that Logz.io may read"),
    archiveBuckets: z
      .array(archiveBucket)
      .optional()
      .describe("The buckets that Logz.io may write its archive to, and restore from"),
    role: role.optional(),
    user: user.optional(),
  })
  .describe("Access for Logz.io's own S3 fetcher: a role, or else a user, that may read the buckets");

/** What the block says; what is missing or wrong in it, the rules beside it and the constructs find. */
export type AccessConfig = z.infer<typeof accessSchema>;
export type AccessBucket = z.infer<typeof bucket>;

/** The keys of the blocks inside it, of which each is a prop of the construct that is made from it. */
export const roleKeys = Object.keys(role.shape);
export const userKeys = Object.keys(user.shape);
export const registerKeys = Object.keys(register.shape);
