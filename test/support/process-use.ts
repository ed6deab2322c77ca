import { readFileSync } from "node:fs";

export interface Use {
  /** The most memory that was resident at a time. */
  readonly peakBytes: number;
  /** Time on a processor, which says more than the clock where other programs run beside. */
  readonly processorSeconds: number;
}

/** Clock ticks a second, in which Linux tells processor time. Source: proc(5), time(7). */
const ticks = 100;

/**
 * Watches what a process uses. The kernel keeps these figures itself, so that looking now and then misses only what came
 * at the very end. Undefined where the system has no /proc.
 */
export function watchProcess(pid: number): { stop(): Use | undefined } {
  let use: Use | undefined;
  const look = (): void => {
    try {
      const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      if (kilobytes === undefined) return;
      // Behind the name, which may hold spaces: the 12th and 13th field are user and system time.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
      use = {
        peakBytes: Number(kilobytes) * 1024,
        processorSeconds: (Number(fields[11]) + Number(fields[12])) / ticks,
      };
    } catch {
      // The process has ended, or this system has no /proc.
    }
  };
  const timer = setInterval(look, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return use;
    },
  };
}
