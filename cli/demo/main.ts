import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeSamples } from "../samples";
import { ArgumentError, helpText, parseDemoArguments, type DemoArguments } from "./arguments";
import { CleanUp } from "./clean-up";
import { matchingRule } from "./notification";
import { silentProgress, TerminalProgress } from "./progress";
import { problemsOf } from "./result";
import { runDemo, type DemoObject } from "./run";
import { renderResult } from "./summary";
import { demoBucket, synthesize } from "./synthesize";
import { readDeployedHook, type DeployedHook } from "./synthesized-stack";
import { describeTerminal } from "../terminal/terminal";

/** Function and listener stream; the embedded S3 does not. */
const mostBytes = 1024 ** 3;
const exitCodes = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

async function main(words: readonly string[]): Promise<number> {
  const options = parseDemoArguments(words);
  if (options.help) {
    process.stdout.write(helpText);
    return exitCodes.success;
  }
  const objects = await objectsToShip(options);
  const cleanUp = new CleanUp();
  cleanUpOnSignals(cleanUp);
  try {
    return await demonstrate(options, objects, cleanUp);
  } catch (error) {
    if (cleanUp.hasBegun) return exitCodes.interrupted;
    throw error;
  } finally {
    await cleanUp.run();
  }
}

async function demonstrate(
  options: DemoArguments,
  objects: readonly DemoObject[],
  cleanUp: CleanUp,
): Promise<number> {
  const terminal = describeTerminal(process.stdout, process.env);
  const progress = options.json ? silentProgress : new TerminalProgress(process.stdout, terminal);
  const started = Date.now();
  const folder = await cleanUp.own(mkdtemp(join(tmpdir(), "logzio-demo-")), (made) =>
    rm(made, { recursive: true, force: true }),
  );
  const hook = await readDeployedHook(synthesize(folder));
  progress.synthesized((Date.now() - started) / 1000);
  if (options.key !== undefined) requireRule(hook, options.key);

  const result = await runDemo(hook, demoBucket, objects, progress, cleanUp);
  progress.ended();
  const problems = problemsOf(result);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...result, problems }, null, 2)}\n`
      : `${renderResult(result, terminal).join("\n")}\n`,
  );
  return problems.length === 0 ? exitCodes.success : exitCodes.failure;
}

/** An object of the user's own that no rule matches would be a demo of nothing. */
function requireRule({ rules }: DeployedHook, key: string): void {
  if (matchingRule(rules, demoBucket, key) !== undefined) return;
  const prefixes = rules.map((rule) => rule.prefix).sort();
  throw new ArgumentError(`--key ${key} matches no rule of the demo; begin it with ${prefixes.join(", ")}`);
}

async function objectsToShip({ file, key, seed }: DemoArguments): Promise<DemoObject[]> {
  if (file === undefined) return writeSamples(seed);
  const body = await readOwnFile(file);
  return [{ title: file, key: key ?? `app/example/${basename(file)}`, body, expected: undefined }];
}

async function readOwnFile(path: string): Promise<Buffer> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw new ArgumentError(`--file ${path} is no file; write the path of one`);
    if (file.size > mostBytes) {
      throw new ArgumentError(
        `--file ${path} is over 1 GiB, which the embedded S3 cannot hold; write a smaller one`,
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(`--file ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** A child process, two servers and temporary folders must not outlive the demo. */
function cleanUpOnSignals(cleanUp: CleanUp): void {
  const end = (code: number): void => {
    void cleanUp.run().finally(() => process.exit(code));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      end(exitCodes.interrupted);
    });
  }
  // The reader of a pipe has gone, such as "head".
  process.stdout.once("error", () => {
    end(exitCodes.failure);
  });
}

function explain(error: unknown): number {
  if (error instanceof ArgumentError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  process.stderr.write(
    `The demo could not run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.failure;
}

main(process.argv.slice(2))
  .catch(explain)
  .then(
    (code) => {
      process.exitCode = code;
    },
    () => undefined,
  );
