import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root";

/** The zip of one function, made when the package was built. */
export interface LambdaBundle {
  readonly path: string;
  /** Base64 of its SHA-256, as Lambda's `source_code_hash` has it. */
  readonly sha256: string;
}

/** The zip of a function is not there: the package was not built. */
export class MissingBundleError extends Error {
  override readonly name = "MissingBundleError";
}

/** Finds the zip of a folder of lambdas/. @throws MissingBundleError that says how to make it */
export function lambdaBundle(folder: string): LambdaBundle {
  const path = join(packageRoot(), "dist", "lambdas", `${folder}.zip`);
  if (!existsSync(path)) {
    throw new MissingBundleError(
      `The code of the function ${folder} is not built (${path}); run npm run build`,
    );
  }
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("base64") };
}
