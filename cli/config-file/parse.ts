import { z } from "zod";
import { accessSchema } from "../../config/access-schema";
import { ConfigDocument } from "../../config/document";
import { knownKeysIn } from "../../config/known-keys";
import { ConfigError, joined } from "../../config/problems";
import { schemaProblems } from "../../config/schema-problems";
import { awsRegion } from "../../config/shapes";
import { logzioRegions } from "../logzio-api/settings";
import { UsageError } from "../program/errors";
import type { ConfigFile } from "./config-file";

/** The part of logzio.yaml that the command line reads; the whole is config/schema.ts, which needs cdktf. */
const readSchema = z.object({
  region: z.enum(logzioRegions).optional(),
  listener: z.string().optional(),
  aws: z.object({ region: awsRegion.optional() }).optional(),
  access: accessSchema.optional(),
});

const knownKeys = knownKeysIn(z.toJSONSchema(readSchema, { io: "input" }));

/** What a configuration file says; its name is for messages. @throws UsageError with every problem and its line */
export function parseConfigFile(text: string, path: string): ConfigFile {
  try {
    return read(text, path);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(error.message);
  }
}

function read(text: string, path: string): ConfigFile {
  const document = new ConfigDocument(text, path);
  // An empty file says nothing.
  const data = document.content() ?? {};
  const result = readSchema.safeParse(data);
  const issues = result.success ? [] : result.error.issues;
  const problems = joined(
    // A star may stand in a part that is not read here.
    document.stars.filter((problem) => problem.path[0] === "access"),
    issues.flatMap((issue) => schemaProblems(issue, data, knownKeys)),
  );
  if (!result.success || problems.length > 0) throw document.error(problems);
  const { region, listener, aws, access } = result.data;
  return {
    path,
    text,
    logzioRegion: region,
    listener,
    awsRegion: aws?.region,
    access,
    place: (at) => document.place(at),
  };
}
