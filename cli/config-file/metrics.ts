import { z } from "zod";
import { ConfigDocument } from "../../config/document";
import { ConfigError } from "../../config/problems";
import { schemaProblems } from "../../config/schema-problems";
import { knownKeysIn } from "../../config/known-keys";
import { UsageError } from "../program/errors";
import type { ConfigFile } from "./parse";

/* Not strict: what else the block has, and what the values mean, is for the deployment to judge. */
const readSchema = z.object({
  metrics: z
    .object({
      endpoint: z.string().optional(),
      p8sLogzioName: z.string().optional(),
      backup: z.object({ bucket: z.string().optional(), prefix: z.string().optional() }).optional(),
    })
    .optional(),
});
const knownKeys = knownKeysIn(z.toJSONSchema(readSchema, { io: "input", unrepresentable: "any" }));

/** What logzio.yaml says of where metrics go, and where those are that did not get there. */
export type MetricsPlaces = NonNullable<z.infer<typeof readSchema>["metrics"]>;

/** Reads the block `metrics` of a configuration file. @throws UsageError with every problem and its line */
export function metricsPlaces({ text, path }: ConfigFile): MetricsPlaces {
  try {
    const document = new ConfigDocument(text, path);
    const data = document.content() ?? {};
    const result = readSchema.safeParse(data);
    if (!result.success)
      throw document.error(result.error.issues.flatMap((issue) => schemaProblems(issue, data, knownKeys)));
    return result.data.metrics ?? {};
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}
