// Bundles and runs test/bench/main.ts (speed, memory and start of the built function: `npm run bench -- --help`),
// test/bench/fetcher.ts (objects and MB a second): `npm run bench -- fetcher`, or test/bench/lane.ts (bytes to documents
// alone): `npm run bench -- lane`.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const name = ["fetcher", "lane"].find((program) => program === process.argv[2]) ?? "main";
const folder = mkdtempSync(join(tmpdir(), "bench-"));
try {
  await build({
    entryPoints: [name, "zlib-ceiling"].map((program) => join(root, `test/bench/${program}.ts`)),
    bundle: true,
    platform: "node",
    format: "cjs",
    outdir: folder,
    packages: "external",
  });
  const programs = [name, "zlib-ceiling"].map((program) => join(folder, `${program}.js`));
  const { status } = spawnSync(process.execPath, [programs[0], root, programs[1], ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, NODE_PATH: join(root, "node_modules") },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
