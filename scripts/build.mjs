// Builds dist/: the Lambda bundles with their zips, then the compiled app and library.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { buildLambdas } from "./lambdas.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
await buildLambdas(root, `${root}/dist/lambdas`);
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", `${root}/tsconfig.build.json`], { stdio: "inherit" });
