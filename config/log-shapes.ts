import { z } from "zod";
import { logLevels, tableFormats } from "../lambdas/runtime/environment";
import { placement } from "./shapes";

/* What the blocks `hook` and `fetcher` of logzio.yaml have in common. */

/** What becomes of a source's objects, whoever reads them. */
export const documents = {
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
export const reader = {
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

/** Where a source's objects are. */
export const place = {
  bucket: z.string().describe("Name of the bucket, not its ARN"),
  prefix: z
    .string()
    .optional()
    .describe("Start of the keys, without a leading slash; default: the whole bucket"),
};

/** The function, whichever it is. */
export const logFunction = {
  memory: z.number().optional().describe("Memory of the function in MB, 128 to 10240; default 512"),
  timeoutSeconds: z.number().optional().describe("Time for one run in seconds, 60 to 900; default 300"),
  logRetentionDays: z.number().optional().describe("Days to keep the function's log; default 30"),
  logLevel: z.enum(logLevels).optional().describe("How much the function logs; default info"),
  ...placement,
};
