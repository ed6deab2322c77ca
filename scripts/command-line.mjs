// Bundles cli/main.ts with all that it needs, so that the package's users do not install AWS clients for its sake.
import { build } from "esbuild";
import { chmod } from "node:fs/promises";
import { join } from "node:path";

export async function buildCommandLine(root, outfile) {
  await build({
    entryPoints: [join(root, "cli/main.ts")],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "none",
    mainFields: ["module", "main"],
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
}
