// Plays random cases of delivery: `npm run model:hook -- --seeds 100000`, from another start with `--from 17`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { seeds: { type: "string", default: "100000" }, from: { type: "string", default: "1" } },
});
const [cases, from] = [Number(values.seeds), Number(values.from)];
/** Cases of one process, of one seed of fast-check. */
const chunk = 1000;

for (let played = 0; played < cases; played += chunk) {
  const seed = from + played / chunk;
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/jest/bin/jest.js", "--selectProjects", "deep", "--testPathPatterns", "deep/delivery"],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, HOOK_SEED: String(seed), HOOK_CASES: String(Math.min(chunk, cases - played)) },
    },
  );
  if (status !== 0) process.exit(1);
}
