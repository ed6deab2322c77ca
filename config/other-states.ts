import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./problems";

/**
 * Stops where another stack has its state in the folder: the cdktf command line removes the folders of all stacks
 * that the app no longer has, and with the state goes the record of what is deployed.
 * Source: cdktf-cli 0.21, synth-stack.ts, orphanedDirectories.
 */
export function keepOtherStates(outdir: string, stack: string): void {
  const folder = join(outdir, "stacks");
  if (!existsSync(folder)) return;
  const lost = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== stack)
    .flatMap(({ name }) => stateFiles(join(folder, name)).map((file) => ({ name, file })));
  if (lost.length === 0) return;
  const places = lost.map(({ name, file }) => `  - stack ${name}: ${file}`);
  throw new ConfigError(
    `This is stack ${stack}, and cdktf would delete the Terraform state of what else is deployed from this folder:\n` +
      `${places.join("\n")}\n` +
      "Destroy that stack first (npx cdktf destroy, with the configuration it was deployed with), or move its state: " +
      "name a backend there and deploy it once more with --migrate-state, or copy the file elsewhere and delete it " +
      "here. To keep both, give each stack a folder of its own: npx cdktf deploy --output OTHER_FOLDER",
  );
}

/** Files below a folder in which Terraform remembers resources. */
function stateFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    // Terraform's own folder has providers, and a pointer to the backend that is named like a state.
    if (entry.isDirectory()) return entry.name === ".terraform" ? [] : stateFiles(path);
    return entry.isFile() && holdsResources(path) ? [path] : [];
  });
}

/** A backend may give the file any name. Backups stay where a stack was destroyed or its state was moved. */
function holdsResources(file: string): boolean {
  if (file.endsWith(".backup")) return false;
  const text = readFileSync(file, "utf8");
  const resources = resourcesIn(text);
  // What is called a state and cannot be read, such as an encrypted one, may hold any number.
  return resources === undefined ? file.endsWith(".tfstate") && text.trim() !== "" : resources.length > 0;
}

function resourcesIn(text: string): readonly unknown[] | undefined {
  try {
    const { resources } = JSON.parse(text) as { readonly resources?: unknown };
    return Array.isArray(resources) ? resources : undefined;
  } catch {
    // It is no JSON: a zip, a lock file, or a damaged or encrypted state.
    return undefined;
  }
}
