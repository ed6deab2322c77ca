import { spawnSync } from "node:child_process";
import { findNode22 } from "../../cli/local/node-runtime";

/** Ephemeral variables and write-only arguments came with it. */
const terraformMinimum = [1, 11] as const;

/** What this machine lacks for the end-to-end tests, in words; empty where it has everything. */
export function missingForEndToEnd(environment: NodeJS.ProcessEnv = process.env): string[] {
  const problems = [terraformProblem(environment), emulatorProblem(environment), runtimeProblem()];
  return problems.filter((problem) => problem !== undefined);
}

/**
 * `describe`, where the machine has what the tests need. Elsewhere they are skipped and the reason is printed;
 * with `REQUIRE_E2E=1` they fail.
 */
export function describeEndToEnd(name: string, tests: () => void): void {
  describeNeeding("end-to-end tests need", name, missingForEndToEnd(), tests);
}

/** {@link describeEndToEnd} for tests with needs of their own: what is missing in words, undefined where it is there. */
export function describeWhere(
  name: string,
  missing: readonly (string | undefined)[],
  tests: () => void,
): void {
  describeNeeding(
    "these tests need",
    name,
    missing.filter((need) => need !== undefined),
    tests,
  );
}

function describeNeeding(need: string, name: string, missing: readonly string[], tests: () => void): void {
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const reason = `${need} ${missing.join(", and ")}`;
  if (process.env["REQUIRE_E2E"] === "1") {
    test(name, () => {
      throw new Error(reason);
    });
    return;
  }
  process.stderr.write(`SKIPPED "${name}": ${reason}\n`);
  describe.skip(name, tests);
}

function terraformProblem(env: NodeJS.ProcessEnv): string | undefined {
  const answer = spawnSync("terraform", ["version", "-json"], { encoding: "utf8", env });
  const need = `Terraform >= ${terraformMinimum.join(".")}`;
  if (answer.error !== undefined || answer.status !== 0) return `${need} on the PATH`;
  const { terraform_version: version } = JSON.parse(answer.stdout) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [needMajor, needMinor] = terraformMinimum;
  const enough = major > needMajor || (major === needMajor && minor >= needMinor);
  return enough ? undefined : `${need} (found ${version})`;
}

function emulatorProblem(env: NodeJS.ProcessEnv): string | undefined {
  if ((env["AWS_ENDPOINT_URL"] ?? "") !== "") return undefined;
  const answer = spawnSync("moto_server", ["--help"], { encoding: "utf8", env });
  return answer.error === undefined && answer.status === 0
    ? undefined
    : "moto_server (pipx install 'moto[server]') or another emulator in AWS_ENDPOINT_URL";
}

function runtimeProblem(): string | undefined {
  return findNode22().deployedRuntime
    ? undefined
    : "Node 22, the functions' runtime, which npm has no package of here";
}
