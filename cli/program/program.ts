import { Command, CommanderError } from "commander";
import { messageOf } from "../../lambdas/runtime/errors";
import { confirm } from "./confirm";
import type { CommandContext } from "./context";
import { CommandError, exitCodes, type ExitCode } from "./errors";
import { Output, type Stream } from "./output";
import { packageVersion } from "./version";

/** What a command does with what was parsed. */
export type Action<Input> = (input: Input, context: CommandContext) => Promise<ExitCode>;

/** Runs an action, with a context made from the options that every command has. */
export type Run = <Input extends { readonly json?: boolean }>(
  action: Action<Input>,
  input: Input,
) => Promise<void>;

/** Adds a command of this program; see the files in cli/commands. */
export type AddCommand = (program: Command, run: Run) => void;

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly signal: AbortSignal;
  /** Told of work that an interruption must not cut off. */
  readonly hold?: (work: Promise<unknown>) => void;
}

/** Parses the words of a command line and runs its command. Returns the exit code; prints why it is not 0. */
export async function runProgram(
  words: readonly string[],
  commands: readonly AddCommand[],
  { env, stdout, stderr, signal, hold }: Surroundings,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.success;
  let output = new Output({ stdout, stderr, env, json: words.includes("--json") });
  const run: Run = async (action, input) => {
    output = new Output({ stdout, stderr, env, json: input.json ?? false });
    const finish = <Result>(work: Promise<Result>): Promise<Result> => {
      hold?.(work);
      return work;
    };
    exitCode = await action(input, {
      env,
      output,
      signal,
      finish,
      confirm: (question) => confirm(question, signal),
    });
  };
  const program = new Command("logzio-s3")
    .description("Looks at, connects and repairs what brings S3 logs to Logz.io.")
    .version(packageVersion(), "--version", "print the version of logzio-s3")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .addHelpText("after", exitCodeHelp);
  for (const add of commands) add(program, run);
  nameHelp(program, "logzio-s3");
  try {
    await program.parseAsync(withoutHelpForUnknown(words, program), { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has written its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    if (signal.aborted) return exitCodes.interrupted;
    output.error(error instanceof CommandError ? error.message : defect(error));
    return error instanceof CommandError ? error.exitCode : exitCodes.failure;
  }
}

const exitCodeHelp = `
Exit code: 0 when all is well, 1 when the verdict is negative, 2 when the
command line or a file is wrong, 3 when AWS or Logz.io refused or could not be
reached, 4 when all is well but for objects that were set aside, 130 when it was
interrupted.`;

/** Has a wrong command line name the help of the command that it is for. */
function nameHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(${path} --help says what there is)`);
  for (const part of command.commands) nameHelp(part, `${path} ${part.name()}`);
}

/** commander answers `chekc --help` with the help of the whole program, as if all were well. */
function withoutHelpForUnknown(words: readonly string[], program: Command): readonly string[] {
  const [first] = words as readonly (string | undefined)[];
  if (first === undefined || first.startsWith("-") || first === "help") return words;
  return program.commands.some((command) => command.name() === first) ? words : [first];
}

function defect(error: unknown): string {
  return `logzio-s3 failed: ${error instanceof Error ? (error.stack ?? messageOf(error)) : String(error)}`;
}
