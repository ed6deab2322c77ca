import { z } from "zod";
import { accessSchema, type AccessConfig } from "../../config/access-schema";
import { ConfigDocument } from "../../config/document";
import { knownKeysIn } from "../../config/known-keys";
import { ConfigError, joined, type Path } from "../../config/problems";
import { schemaProblems } from "../../config/schema-problems";
import { awsRegion } from "../../config/shapes";
import { logzioRegions } from "../logzio-api/settings";
import { UsageError } from "../program/errors";

/** What the command line takes from logzio.yaml. The rest of the file is the deployment's and not looked at. */
export interface ConfigFile {
  /** As it was named, for messages. */
  readonly path: string;
  readonly text: string;
  /** Code of the Logz.io account's region. */
  readonly logzioRegion: string | undefined;
  /** URL of a listener of one's own, in place of the region's. */
  readonly listener: string | undefined;
  /** The region of the buckets that name no other one. */
  readonly awsRegion: string | undefined;
  /** The block `access`; undefined where there is none. */
  readonly access: AccessConfig | undefined;
  /** Where something is: `access.buckets[1].region (line 12)`. */
  place(path: Path): string;
}

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
