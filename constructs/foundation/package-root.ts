import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder with package.json: above this file in the sources, in dist/, and in the bundle of the command line. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${__dirname}`);
    folder = parent;
  }
  return folder;
}
