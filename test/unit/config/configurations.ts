import { App } from "cdktf";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../../config/problems";
import { synthesize as synthesizeFile } from "../../../main";

/** For everything that a test file writes. */
export const folder = mkdtempSync(join(tmpdir(), "logzio-app-"));

export function removeFolder(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What Terraform reads. */
export interface Synthesized {
  readonly terraform: {
    readonly backend?: object;
    readonly cloud?: object;
    readonly required_providers: object;
  };
  readonly provider: { readonly aws: readonly object[]; readonly logzio?: readonly object[] };
  readonly variable?: object;
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resource: Readonly<Record<string, object>>;
}

/** Synthesizes a configuration as `main.ts` does, and returns the folder. */
export function synthesizeInto(outdir: string, text: string): string {
  const file = join(folder, "logzio.yaml");
  writeFileSync(file, text);
  synthesizeFile(new App({ outdir }), file);
  return outdir;
}

/** {@link synthesizeInto} a new folder. */
export function synthesize(text: string): Synthesized {
  const outdir = synthesizeInto(mkdtempSync(join(folder, "out-")), text);
  return JSON.parse(readFileSync(join(outdir, "stacks/logzio-s3/cdk.tf.json"), "utf8")) as Synthesized;
}

/** The message that a configuration is refused with. */
export function refusal(text: string): string {
  try {
    synthesize(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}
