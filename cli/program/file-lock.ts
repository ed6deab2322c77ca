import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), run: randomUUID() });
  for (const tries of [1, 2]) {
    try {
      if (take(path, owner)) return { release: () => remove(path, owner) };
    } catch (error) {
      throw new CommandError(
        `the file ${path} cannot be written (${messageOf(error)}); name a file that you may write with ${option}`,
      );
    }
    const there = contentOf(path);
    const holder = tries === 1 ? holderOf(there) : "another process";
    if (holder !== undefined) {
      throw new CommandError(
        `${holder} is at work with ${name}; wait until it is done. If it is not running any more, remove ${path}`,
      );
    }
    remove(path, there);
  }
  throw new Error("unreachable");
}

/** Whether the lock could be put there; of a disk that is full, none stays behind. */
function take(path: string, owner: string): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, owner, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Removes the lock with this content. Another run may have taken it over since it was read: that one's lock goes back
 * to where it was.
 */
function remove(path: string, content: string | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    if (contentOf(path) !== content) return;
    renameSync(path, aside);
    if (contentOf(aside) !== content) linkSync(aside, path);
  } catch {
    // Gone already, or one more run has put its lock there.
  } finally {
    rmSync(aside, { force: true });
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Undefined where it is a process of this machine that has ended, or the lock is gone. */
function holderOf(content: string | undefined): string | undefined {
  if (content === undefined) return undefined;
  try {
    const { pid, host } = JSON.parse(content) as { pid?: unknown; host?: unknown };
    if (typeof pid !== "number" || typeof host !== "string") return "another process";
    if (host !== hostname()) return `process ${pid} on ${host}`;
    return isRunning(pid) ? `process ${pid}` : undefined;
  } catch {
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
