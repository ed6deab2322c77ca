import type { Output } from "./output";

/** What every command gets. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Has the program stay until the work is done, also where the user interrupts; who does so twice ends it. */
  finish<Result>(work: Promise<Result>): Promise<Result>;
  /**
   * Asks on the terminal, default no.
   * @throws UsageError naming `--yes` where there is no terminal to ask on
   */
  confirm(question: string): Promise<boolean>;
}
