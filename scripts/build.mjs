// Builds dist/: the kernel, the Lambda bundles with their zips, the command line, then the compiled app and library.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { buildCommandLine } from "./command-line.mjs";
import { buildKernel } from "./kernel.mjs";
import { buildLambdas } from "./lambdas.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
await buildKernel(root);
await buildLambdas(root, `${root}/dist/lambdas`);
await buildCommandLine(root, `${root}/dist/bin/logzio-s3.js`);
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", `${root}/tsconfig.build.json`], { stdio: "inherit" });
