import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findNode22 } from "../../../cli/local/node-runtime";
import { corpora, type Corpus } from "../../support/corpora";
import { startOn, type Cores } from "../cores";
import { highest, megabyte, rounded, type BestAndMedian } from "../figures";
import { BenchFunction, type Run } from "../function-runs";
import type { CorporaSettings } from "../settings";
import { wholeObject, type BenchObject } from "../objects";

interface SpeedSettings extends CorporaSettings {
  /** The program `zlib-ceiling.ts`, bundled. */
  readonly ceilingProgram: string;
  readonly cores: Cores | undefined;
}

/** All rates are raw (decompressed) megabytes a second of processor time, but for the one that says otherwise. */
export interface Speed {
  readonly format: Corpus;
  readonly type: string;
  readonly rawMegabytes: number;
  readonly storedMegabytes: number;
  readonly sentMegabytes: number;
  /** The first invocation of a process. */
  readonly cold: BestAndMedian;
  /** The second one. */
  readonly warm: BestAndMedian;
  readonly warmPerSecondOfClock: BestAndMedian;
  /** What zlib alone makes of the object and its documents. */
  readonly ceiling: BestAndMedian;
  readonly gunzip: number;
  readonly gzip: number;
  readonly coldRatio: BestAndMedian;
  readonly warmRatio: BestAndMedian;
}

interface Ceiling {
  readonly gunzip: number;
  readonly gzip: number;
}

interface Turn {
  readonly cold: Run;
  readonly warm: Run;
  readonly ceiling: Ceiling;
}

/** What the function makes of a second of processor time, beside what zlib alone makes of it. */
export async function measureSpeed(settings: SpeedSettings): Promise<Speed[]> {
  const hook = await BenchFunction.start(settings.root);
  const folder = mkdtempSync(join(tmpdir(), "bench-speed-"));
  try {
    const speeds: Speed[] = [];
    for (const format of corpora.filter((kind) => settings.formats.includes(kind)))
      speeds.push(await ofFormat(format, hook, folder, settings));
    return speeds;
  } finally {
    await hook.stop();
    rmSync(folder, { recursive: true });
  }
}

async function ofFormat(
  format: Corpus,
  hook: BenchFunction,
  folder: string,
  settings: SpeedSettings,
): Promise<Speed> {
  const object = wholeObject(format, settings.megabytes * megabyte);
  const objectFile = join(folder, `${format}.gz`);
  const bodiesFile = join(folder, `${format}.bodies`);
  writeFileSync(objectFile, object.content as Buffer);
  hook.put(object);
  const turns: Turn[] = [];
  // The ceiling is measured between the runs, so that whatever else the machine does meets both.
  for (let index = 0; index < settings.turns; index++) {
    await hook.coldStart(settings.cores);
    const cold = await hook.ship(object);
    let warm = await hook.ship(object);
    if (index === 0) {
      await hook.sink.keepBodies(bodiesFile, async () => {
        // Writing them down takes its time as well: this run does not count.
        await hook.ship(object);
      });
      warm = await hook.ship(object);
    }
    turns.push({ cold, warm, ceiling: await ceilingOf(objectFile, bodiesFile, settings) });
  }
  const speed = summary(format, object, turns);
  settings.progress(
    `${format}: cold ${speed.cold.best}, warm ${speed.warm.best}, zlib alone ${speed.ceiling.best} MB/s; ` +
      `ratio ${speed.coldRatio.best} cold, ${speed.warmRatio.best} warm`,
  );
  return speed;
}

async function ceilingOf(
  objectFile: string,
  bodiesFile: string,
  { ceilingProgram, cores }: SpeedSettings,
): Promise<Ceiling> {
  const run = async (): Promise<string> => {
    const child = promisify(execFile)(findNode22().path, [ceilingProgram, objectFile, bodiesFile]);
    return (await child).stdout;
  };
  const output = cores === undefined ? await run() : await startOn(cores.one, cores.others, run);
  return JSON.parse(output) as Ceiling;
}

function summary(format: Corpus, object: BenchObject, turns: readonly Turn[]): Speed {
  const raw = object.rawBytes / megabyte;
  const cold = turns.map((turn) => raw / turn.cold.cpuSeconds);
  const warm = turns.map((turn) => raw / turn.warm.cpuSeconds);
  const ceiling = turns.map((turn) => raw / (turn.ceiling.gunzip + turn.ceiling.gzip));
  // The best run against the best ceiling; and in the middle, each run against the ceiling beside it.
  const ratio = (rates: readonly number[]): BestAndMedian => ({
    best: rounded(Math.max(...rates) / Math.max(...ceiling), 2),
    median: highest(
      rates.map((rate, index) => rate / ceiling[index]),
      2,
    ).median,
  });
  const bestOf = (part: keyof Ceiling): number =>
    rounded(raw / Math.min(...turns.map((turn) => turn.ceiling[part])));
  return {
    format,
    type: object.type,
    rawMegabytes: rounded(raw),
    storedMegabytes: rounded(object.storedBytes / megabyte, 1),
    sentMegabytes: rounded(turns[0].cold.wireBytes / megabyte, 1),
    cold: highest(cold),
    warm: highest(warm),
    warmPerSecondOfClock: highest(turns.map((turn) => raw / turn.warm.seconds)),
    ceiling: highest(ceiling),
    gunzip: bestOf("gunzip"),
    gzip: bestOf("gzip"),
    coldRatio: ratio(cold),
    warmRatio: ratio(warm),
  };
}
