import { z } from "zod";
import { ConfigDocument } from "../../config/document";
import { knownKeysIn } from "../../config/known-keys";
import { ConfigError, joined } from "../../config/problems";
import { schemaProblems } from "../../config/schema-problems";
import { Sources } from "../../lambdas/reading/sources";
import { EnvironmentError, tableFormats, type SourceSettings } from "../../lambdas/runtime/environment";
import type { FetcherSourceSettings, FetcherStart } from "../../lambdas/s3-fetcher/environment";
import { UsageError } from "../program/errors";
import type { ConfigFile } from "./parse";

/** What logzio.yaml says of logs that are shipped from buckets: by the hook, or by the fetcher. */
export interface ShippingConfig {
  /** Name of the hook; undefined for the default, or where the file has no hook. */
  readonly hookName: string | undefined;
  readonly hookSources: readonly HookSource[];
  /** Undefined where the file has no fetcher. */
  readonly fetcher: FetcherConfig | undefined;
}

export interface FetcherConfig {
  readonly name: string | undefined;
  readonly sources: readonly FetcherSourceSettings[];
}

/** A source of the hook, as far as it says which objects are shipped, and how. */
export interface HookSource extends SourceSettings {
  readonly region?: string;
  /** End of the keys for which S3 tells the hook. */
  readonly suffix?: string;
}

/* Not strict: what else a block has, and what the values mean, is for the deployment to judge. */

const texts = z.array(z.string());
const documents = {
  bucket: z.string().min(1, "write the name of a bucket"),
  prefix: z.string().optional(),
  type: z.string().optional(),
  include: texts.optional(),
  exclude: texts.optional(),
  pathToFields: z.string().optional(),
  fields: z.record(z.string(), z.string()).optional(),
  sourceFilePath: z.boolean().optional(),
  recordId: z.boolean().optional(),
  parse: z.boolean().optional(),
  format: z.enum(tableFormats).optional(),
  delimiter: z.string().optional(),
  columns: texts.optional(),
  multiline: z.string().optional(),
  keepRecords: texts.optional(),
  dropRecords: texts.optional(),
  timeField: z.string().optional(),
  region: z.string().optional(),
};

const hookSource = z.object({ ...documents, suffix: z.string().optional() });

const fetcherSource = z.object({
  ...documents,
  start: z
    .custom<FetcherStart>(isStart, 'write "now", "beginning", a date such as 2026-01-31, or a block with key')
    .optional(),
  settleSeconds: z.number().optional(),
  lookback: z.object({ keys: z.number(), minutes: z.number() }).optional(),
  streams: z.enum(["auto", "single"]).optional(),
  setAsideAfterMinutes: z.number().optional(),
});

const readSchema = z.object({
  hook: z.object({ name: z.string().optional(), sources: z.array(hookSource).optional() }).optional(),
  fetcher: z.object({ name: z.string().optional(), sources: z.array(fetcherSource).optional() }).optional(),
});

const knownKeys = knownKeysIn(z.toJSONSchema(readSchema, { io: "input", unrepresentable: "any" }));
const blocks = ["hook", "fetcher"];

/** Reads the blocks of a configuration file that say what is shipped. @throws UsageError with every problem and its line */
export function shippingConfig(file: ConfigFile): ShippingConfig {
  try {
    return read(file);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    if (error instanceof EnvironmentError)
      throw new UsageError(`${file.path} cannot be used as it is: ${error.message}`);
    throw error;
  }
}

function read({ text, path }: ConfigFile): ShippingConfig {
  const document = new ConfigDocument(text, path);
  const data = document.content() ?? {};
  const result = readSchema.safeParse(data);
  const issues = result.success ? [] : result.error.issues;
  const problems = joined(
    document.stars.filter((problem) => blocks.includes(String(problem.path[0]))),
    issues.flatMap((issue) => schemaProblems(issue, data, knownKeys)),
  );
  if (!result.success || problems.length > 0) throw document.error(problems);
  const { hook, fetcher } = result.data;
  const sources = fetcher?.sources ?? [];
  // Their regular expressions compile, and no two are the same.
  new Sources(sources);
  return {
    hookName: hook?.name,
    hookSources: hook?.sources ?? [],
    fetcher: fetcher === undefined ? undefined : { name: fetcher.name, sources },
  };
}

function isStart(value: unknown): boolean {
  if (typeof value === "string") return true;
  return typeof value === "object" && value !== null && "key" in value && typeof value.key === "string";
}
