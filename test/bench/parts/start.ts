import { statSync } from "node:fs";
import { join } from "node:path";
import { lowest, rounded, type BestAndMedian } from "../figures";
import { BenchFunction } from "../function-runs";
import { wholeObject } from "../objects";

export interface StartSettings {
  readonly root: string;
  readonly turns: number;
  readonly progress: (line: string) => void;
}

export interface Start {
  /** Processor time that loading the function's module takes, in ms. */
  readonly moduleLoad: BestAndMedian;
  /** From the start of the process to the first byte of the first bulk at the listener, in ms of the clock. */
  readonly toFirstByte: BestAndMedian;
  /** Of that, from the invocation on: clients, secret, object, bulk. */
  readonly invocationToFirstByte: BestAndMedian;
  readonly hookZipKilobytes: number;
  readonly fetcherZipKilobytes: number;
  readonly hookBundleKilobytes: number;
}

/** Of an object as small as most are. */
const objectBytes = 50_000;

/** What a cold start takes until the first byte is on its way to Logz.io. */
export async function measureStart({ root, turns, progress }: StartSettings): Promise<Start> {
  const hook = await BenchFunction.start(root);
  const object = wholeObject("alb", objectBytes);
  hook.put(object);
  const load: number[] = [];
  const toFirstByte: number[] = [];
  const fromInvocation: number[] = [];
  try {
    for (let turn = 0; turn < turns; turn++) {
      const startedAt = performance.now();
      await hook.coldStart();
      const invokedAt = performance.now();
      await hook.ship(object);
      const firstByteAt = hook.sink.firstByteAt ?? NaN;
      load.push(hook.loadMilliseconds);
      toFirstByte.push(firstByteAt - startedAt);
      fromInvocation.push(firstByteAt - invokedAt);
    }
  } finally {
    await hook.stop();
  }
  const kilobytes = (path: string): number => rounded(statSync(join(root, "dist/lambdas", path)).size / 1000);
  const start = {
    moduleLoad: lowest(load),
    toFirstByte: lowest(toFirstByte),
    invocationToFirstByte: lowest(fromInvocation),
    hookZipKilobytes: kilobytes("s3-hook.zip"),
    fetcherZipKilobytes: kilobytes("s3-fetcher.zip"),
    hookBundleKilobytes: kilobytes("s3-hook/index.js"),
  };
  progress(`load ${start.moduleLoad.best} ms, first byte after ${start.toFirstByte.best} ms`);
  return start;
}
