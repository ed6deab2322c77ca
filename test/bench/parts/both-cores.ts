import { corpora, type Corpus } from "../../support/corpora";
import { moveTo, type Cores } from "../cores";
import { lowest, megabyte, rounded } from "../figures";
import { BenchFunction } from "../function-runs";
import type { CorporaSettings } from "../settings";
import { wholeObject } from "../objects";

interface CoresSettings extends CorporaSettings {
  readonly cores: Cores;
}

/** Raw megabytes a second of the clock, in the second invocation of a process; the best of the turns. */
export interface CoreUse {
  readonly format: Corpus;
  readonly one: number;
  readonly all: number;
  readonly gain: number;
}

/** Enough for a second core on Lambda. */
const twoCoreMegabytes = 2048;

/** By how much the function is quicker where it has every core; the doubles share them with it. */
export async function measureCores(settings: CoresSettings): Promise<CoreUse[]> {
  const { root, cores, turns, formats, progress } = settings;
  const hook = await BenchFunction.start(root);
  const uses: CoreUse[] = [];
  try {
    for (const format of corpora.filter((kind) => formats.includes(kind))) {
      const object = wholeObject(format, settings.megabytes * megabyte);
      hook.put(object);
      const seconds = { one: [] as number[], all: [] as number[] };
      for (let turn = 0; turn < turns; turn++) {
        await hook.coldStart(cores, twoCoreMegabytes);
        await hook.ship(object);
        seconds.one.push((await hook.ship(object)).seconds);
        moveTo(cores.all);
        await hook.coldStart(undefined, twoCoreMegabytes);
        await hook.ship(object);
        seconds.all.push((await hook.ship(object)).seconds);
      }
      const rate = (times: readonly number[]): number => object.rawBytes / megabyte / lowest(times, 3).best;
      const [one, all] = [rate(seconds.one), rate(seconds.all)];
      uses.push({ format, one: rounded(one), all: rounded(all), gain: rounded(all / one, 2) });
      progress(`${format}: ${rounded(one)} MB/s on one core, ${rounded(all)} on ${cores.all}`);
    }
    return uses;
  } finally {
    await hook.stop();
  }
}
