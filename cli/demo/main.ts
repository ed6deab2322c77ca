import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeSamples } from "../samples";
import { ArgumentError, helpText, parseDemoArguments, type DemoArguments } from "./arguments";
import { CleanUp } from "./clean-up";
import { silentProgress, TerminalProgress } from "./progress";
import { problemsOf } from "./result";
import { runDemo, type DemoObject } from "./run";
import { renderResult } from "./summary";
import { demoBucket, synthesize } from "./synthesize";
import { readDeployedHook } from "./synthesized-stack";
import { describeTerminal } from "./terminal";

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
  const folder = await mkdtemp(join(tmpdir(), "logzio-demo-"));
  cleanUp.add(() => rm(folder, { recursive: true, force: true }));
  const hook = await readDeployedHook(synthesize(folder));
  progress.synthesized((Date.now() - started) / 1000);

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

async function objectsToShip({ file, key, seed }: DemoArguments): Promise<DemoObject[]> {
  if (file === undefined) return writeSamples(seed);
  const body = await readOwnFile(file);
  return [{ title: file, key: key ?? `app/${basename(file)}`, body, expected: undefined }];
}

async function readOwnFile(path: string): Promise<Buffer> {
  try {
    if (!(await stat(path)).isFile())
      throw new ArgumentError(`--file ${path} is no file; write the path of one`);
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
