// Compiles lambdas/kernel (AssemblyScript) to WebAssembly, and writes it as a module that everything can import: the
// bundles, the compiled command line, the tests. It is not committed: what runs is what its sources say.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const options = [
  "-O3",
  "--enable",
  "simd",
  "--runtime",
  "stub",
  "--importMemory",
  "--noAssert",
  // Vectors pass between its own functions alone.
  "--disableWarning",
  "112",
];

export async function buildKernel(root) {
  const folder = join(root, "lambdas/kernel");
  const outfile = join(root, "lambdas/shipping/kernel-code.ts");
  const hash = await sourceHash(folder);
  const mark = `// Compiled by scripts/kernel.mjs from lambdas/kernel, whose hash is ${hash}`;
  // Compiling takes two seconds, and its sources seldom change.
  if (existsSync(outfile) && (await readFile(outfile, "utf8")).startsWith(mark)) return;
  const code = await compile(root);
  const text = `${mark}\n/** The kernel's WebAssembly, as base64. */\nexport const kernelCode =\n  "${code.toString("base64")}";\n`;
  await writeFile(outfile, text);
}

async function sourceHash(folder) {
  const hash = createHash("sha256").update(options.join(" "));
  const compiler = createRequire(import.meta.url)("assemblyscript/package.json");
  hash.update(compiler.version);
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  for (const name of names.sort()) hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

async function compile(root) {
  const { default: asc } = await import("assemblyscript/asc");
  let code;
  const { error, stderr } = await asc.main(
    ["lambdas/kernel/index.ts", "--baseDir", root, "--outFile", "kernel.wasm", ...options],
    {
      writeFile: (name, contents) => {
        if (name === "kernel.wasm") code = Buffer.from(contents);
      },
    },
  );
  if (error) throw new Error(`the kernel does not compile: ${error.message}\n${stderr.toString()}`);
  return code;
}
