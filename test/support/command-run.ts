import { runProgram, type AddCommand } from "../../cli/program/program";

export interface CommandRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of `logzio-s3` in this process, as if piped. AWS clients read the process's own environment. */
export async function runCommand(
  command: AddCommand,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
  columns?: number,
): Promise<CommandRun> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    ...(columns === undefined ? {} : { columns }),
    write: (text: string) => void (written[name] += text),
  });
  const exitCode = await runProgram(words, [command], {
    env,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    signal,
  });
  return { exitCode, ...written };
}
