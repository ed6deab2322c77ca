/** Exit codes of every command: pipelines tell a negative verdict from a command that could not do its work. */
export const exitCodes = {
  success: 0,
  /** The command did its work, and its verdict is negative. */
  negative: 1,
  /** The command line or a file it names is wrong. */
  usage: 2,
  /** AWS or Logz.io refused or could not be reached. */
  failure: 3,
  /** All is in order, but something was left out and waits for the user: objects that were set aside. */
  setAside: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command cannot go on; the message says what to do, so it is printed without a stack. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly exitCode: ExitCode = exitCodes.failure;
}

/** What the user wrote cannot be used; the message says what to write instead. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";
  override readonly exitCode = exitCodes.usage;
}

/** The user does not want the command to go on. */
export class Interrupted extends CommandError {
  override readonly name = "Interrupted";
  override readonly exitCode = exitCodes.interrupted;
}
