import { createInterface } from "node:readline/promises";
import { Interrupted, UsageError } from "./errors";

/** Asks a question that only `y` or `yes` answers positively. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      `${question}\nThere is no terminal to ask on; write --yes to go on without being asked`,
    );
  }
  // On stderr, so that the question is seen where stdout goes into a file.
  return ask(question, { input: process.stdin, output: process.stderr }, signal);
}

export interface AskOn {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Ctrl+D is a no.
 * @throws Interrupted for Ctrl+C, of which the process gets no signal while the terminal is read
 */
export async function ask(question: string, { input, output }: AskOn, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      lines.once("SIGINT", () => reject(new Interrupted("Interrupted.")));
      lines.once("close", () => resolve(""));
      lines.question(`${question} [y/N] `, { signal }).then(resolve, reject);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
