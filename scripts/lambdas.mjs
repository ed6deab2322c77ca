// Bundles each folder of lambdas/ that has a handler.ts, and zips the bundle.
// The zip's bytes depend on the sources alone: no time, folder, umask or locale enters them.
import { build } from "esbuild";
import { zipSync } from "fflate";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** 1980 is the zip format's first year. fflate writes local time, so the date is built from local parts. */
const firstZipDate = new Date(1980, 0, 1);
/** Unix, regular file, readable by all: Lambda's runtime user is not the owner. */
const entryAttributes = { os: 3, attrs: (0o100644 << 16) >>> 0, mtime: firstZipDate, level: 9 };

export async function buildLambdas(root, outputFolder) {
  const folders = (await readdir(join(root, "lambdas"))).sort();
  for (const name of folders.filter((folder) => existsSync(join(root, "lambdas", folder, "handler.ts")))) {
    const result = await build({
      entryPoints: [join("lambdas", name, "handler.ts")],
      absWorkingDir: root,
      bundle: true,
      minify: true,
      keepNames: true,
      platform: "node",
      target: "node22",
      format: "cjs",
      legalComments: "none",
      mainFields: ["module", "main"],
      // The AWS clients import node:http when they first connect. As a module it has all of its exports evaluated, one of
      // which loads all of fetch and WebSocket: a third of a cold start. Required, it has not.
      supported: { "dynamic-import": false },
      write: false,
    });
    const code = result.outputFiles[0].contents;
    await mkdir(join(outputFolder, name), { recursive: true });
    await writeFile(join(outputFolder, name, "index.js"), code);
    await writeFile(join(outputFolder, `${name}.zip`), zipSync({ "index.js": [code, entryAttributes] }));
  }
}
