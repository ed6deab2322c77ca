// Plays seeds of the fetcher's model: `npm run model:fetcher`, `npm run model:fetcher -- 17`, `… -- 1-500`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [first, last = first] = (process.argv[2] ?? "1-10000").split("-").map(Number);
/** Seeds of one process: what they log is kept until it ends. */
const chunk = 500;

for (let from = first; from <= last; from += chunk) {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/jest/bin/jest.js", "--selectProjects", "deep", "--testPathPatterns", "fetcher-model"],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, FETCHER_SEEDS: `${from}-${Math.min(last, from + chunk - 1)}` },
    },
  );
  if (status !== 0) process.exit(1);
}
