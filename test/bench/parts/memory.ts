import { corpora } from "../../support/corpora";
import { megabyte, rounded } from "../figures";
import { BenchFunction } from "../function-runs";
import { bomb, endlessObject, oneLine, type BenchObject } from "../objects";

export interface MemorySettings {
  readonly root: string;
  /** Sizes of the log files, in raw megabytes; the first is what the others are compared with. */
  readonly sizes: readonly number[];
  /** Of the line and of what the bomb unpacks to, in megabytes. */
  readonly extremeMegabytes: number;
  readonly progress: (line: string) => void;
}

export interface Peak {
  readonly what: string;
  readonly rawMegabytes: number;
  /** VmHWM of a process that shipped this object alone, in megabytes. */
  readonly peakMegabytes: number;
  readonly seconds: number;
}

/** The most memory that a process holds which ships one object. */
export async function measureMemory(settings: MemorySettings): Promise<Peak[]> {
  const hook = await BenchFunction.start(settings.root);
  try {
    const peaks: Peak[] = [];
    const measure = async (what: string, object: BenchObject): Promise<void> => {
      hook.put(object);
      await hook.coldStart();
      const { seconds } = await hook.ship(object);
      const rawMegabytes = rounded(object.rawBytes / megabyte);
      const peakMegabytes = rounded(hook.peakBytes / megabyte);
      peaks.push({ what, rawMegabytes, peakMegabytes, seconds: rounded(seconds) });
      settings.progress(`${what}, ${rawMegabytes} MB: ${peakMegabytes} MB in ${rounded(seconds)} s`);
    };
    for (const format of corpora)
      for (const size of settings.sizes) await measure(format, endlessObject(format, size * megabyte));
    const extreme = settings.extremeMegabytes * megabyte;
    await measure("one line", oneLine(extreme));
    await measure("gzip bomb 1,000:1", bomb(extreme));
    return peaks;
  } finally {
    await hook.stop();
  }
}
