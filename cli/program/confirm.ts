import { createInterface } from "node:readline/promises";
import { UsageError } from "./errors";

/** Asks a question that only `y` or `yes` answers positively. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      `${question}\nThere is no terminal to ask on; write --yes to go on without being asked`,
    );
  }
  // On stderr, so that the question is seen where stdout goes into a file.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
