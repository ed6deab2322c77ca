import { execFileSync } from "node:child_process";

/** The processor cores that the benchmark spreads over. */
export interface Cores {
  /** For the function, where it is to have one. */
  readonly one: string;
  /** For the doubles while the function has {@link one}. */
  readonly others: string;
  readonly all: string;
}

/** The cores that this process may use; undefined where it has only one, or the system cannot pin a process. */
export function findCores(): Cores | undefined {
  try {
    const answer = execFileSync("taskset", ["-c", "-p", String(process.pid)], { encoding: "utf8" });
    const all = answer.split(": ").at(-1)?.trim() ?? "";
    const numbers = all.split(",").flatMap((range) => {
      const [first = NaN, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
    if (numbers.length < 2) return undefined;
    return { one: String(numbers[0]), others: numbers.slice(1).join(","), all };
  } catch {
    return undefined;
  }
}

/** Moves this process, and what it starts from then on, to these cores. */
export function moveTo(cores: string): void {
  execFileSync("taskset", ["-a", "-c", "-p", cores, String(process.pid)], { stdio: "ignore" });
}

/** Has a process start on some cores while this one stays on others: a child inherits where its parent is. */
export async function startOn<T>(started: string, others: string, start: () => Promise<T>): Promise<T> {
  moveTo(started);
  try {
    return await start();
  } finally {
    moveTo(others);
  }
}
