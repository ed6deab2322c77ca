import { writeFileSync } from "node:fs";
import { z } from "zod";
import { knownKeysIn } from "./known-keys";
import { configSchema } from "./schema";

/** JSON Schema of logzio.yaml, for editors. */
function jsonSchema(): object {
  return z.toJSONSchema(configSchema, { target: "draft-7", io: "input" });
}

/** The keys that logzio.yaml may have. */
export const knownKeys = knownKeysIn(jsonSchema());

/** The schema as the file config/logzio.schema.json holds it. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(jsonSchema(), undefined, 2)}\n`;
}

if (require.main === module) writeFileSync("config/logzio.schema.json", jsonSchemaText());
