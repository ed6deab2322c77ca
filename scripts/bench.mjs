// Bundles and runs test/bench/main.ts (raw MB per CPU second for each format, beside what zlib alone allows), or
// test/bench/fetcher.ts (objects and MB a second): `npm run bench`, `npm run bench -- fetcher`.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const name = process.argv[2] === "fetcher" ? "fetcher" : "main";
const folder = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const outfile = join(folder, "bench.js");
  await build({
    entryPoints: [join(root, `test/bench/${name}.ts`)],
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
