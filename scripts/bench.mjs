// Bundles and runs test/bench/main.ts: raw MB per CPU second for each format, beside what zlib alone allows.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const outfile = join(folder, "bench.js");
  await build({
    entryPoints: [join(root, "test/bench/main.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
    packages: "external",
  });
  execFileSync(process.execPath, [outfile, root, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, NODE_PATH: join(root, "node_modules") },
  });
} finally {
  rmSync(folder, { recursive: true });
}
