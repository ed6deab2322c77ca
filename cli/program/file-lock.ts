import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { messageOf } from "../../lambdas/runtime/errors";
import { CommandError } from "./errors";

/** What a lock keeps two runs from doing, for messages. */
export interface LockedWork {
  /** As in "process 12 is at work with this migration". */
  readonly name: string;
  /** The option that names another file. */
  readonly option: string;
}

/**
 * Keeps two runs from working with one file at a time. The lock of a process of this machine that is no more is
 * taken over, so that a run that was killed can be followed by another one.
 * @throws CommandError naming the process that holds the lock
 */
export function lock(file: string, { name, option }: LockedWork): { release(): void } {
  const path = `${file}.lock`;
  const owner = JSON.stringify({ pid: process.pid, host: hostname() });
  for (const tries of [1, 2]) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, owner, { flag: "wx", mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw new CommandError(
          `the file ${path} cannot be written (${messageOf(error)}); name a file that you may write with ${option}`,
        );
      }
      const holder = tries === 1 ? holderOf(path) : "another process";
      if (holder !== undefined) {
        throw new CommandError(
          `${holder} is at work with ${name}; wait until it is done. If it is not running any more, remove ${path}`,
        );
      }
      rmSync(path, { force: true });
    }
  }
  throw new Error("unreachable");
}

/** Undefined where it is a process of this machine that has ended. */
function holderOf(path: string): string | undefined {
  try {
    const { pid, host } = JSON.parse(readFileSync(path, "utf8")) as { pid?: unknown; host?: unknown };
    if (typeof pid !== "number" || typeof host !== "string") return "another process";
    if (host !== hostname()) return `process ${pid} on ${host}`;
    return isRunning(pid) ? `process ${pid}` : undefined;
  } catch {
    // Gone, or being written.
    return "another process";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is someone else's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
