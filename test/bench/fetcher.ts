import { performance } from "node:perf_hooks";
import { corpus } from "../support/corpora";
import { bucket, FetcherZip } from "../support/fetcher-zip";
import { cpuSeconds, shipWithZip } from "../support/zip-bench";

const megabyte = 1_000_000;
const root = process.argv[2] ?? ".";
const smallObjects = 500;
const largeMegabytes = Number(process.env["BENCH_MB"] ?? 256);

/** Objects of 50 KB, as ELB writes them every five minutes, with the time that S3 takes to its first byte. */
async function small(latencyMs: number): Promise<object> {
  const fetcher = await FetcherZip.start(root, { start: "beginning", type: "s3_hook" }, 900);
  try {
    const body = Buffer.concat([...corpus("alb", 50_000).generate()]);
    for (let index = 0; index < smallObjects; index++)
      fetcher.s3.put(bucket, `logs/2026/${String(index).padStart(6, "0")}.log`, body);
    fetcher.s3.latencyMs = latencyMs;
    const startedAt = performance.now();
    const { shipped } = await fetcher.run();
    const seconds = (performance.now() - startedAt) / 1000;
    if (shipped !== smallObjects) throw new Error(`${shipped} of ${smallObjects} objects were shipped`);
    const perObject = (calls: number): number => Number((calls / smallObjects).toFixed(3));
    return {
      what: `${smallObjects} objects of 50 KB, S3's first byte after ${latencyMs} ms`,
      objectsPerSecond: Math.round(smallObjects / seconds),
      s3CallsPerObject: perObject(fetcher.s3.requests.length),
      tableCallsPerObject: perObject(fetcher.table.calls),
      listenerRequestsPerObject: perObject(fetcher.listener.requests.length),
    };
  } finally {
    await fetcher.stop();
  }
}

/** One large object, by the fetcher and by the hook: by the clock, and by processor time, which neighbours do not change. */
async function large(): Promise<object> {
  const body = Buffer.concat([...corpus("alb", largeMegabytes * megabyte).generate()]);
  const rate = (seconds: number): number => Math.round(body.length / megabyte / seconds);
  const best = { fetcher: Infinity, hook: Infinity, fetcherCpu: Infinity, hookCpu: Infinity };
  // In turns, and the best of three.
  for (let round = 0; round < 3; round++) {
    const hook = await shipWithZip(root, "logs/large.log", body);
    best.hook = Math.min(best.hook, hook.invocation.durationMilliseconds / 1000);
    best.hookCpu = Math.min(best.hookCpu, hook.cpuSeconds ?? NaN);
    const fetcher = await FetcherZip.start(root, { start: "beginning" }, 900);
    try {
      fetcher.s3.put(bucket, "logs/large.log", body);
      const { milliseconds } = await fetcher.run();
      best.fetcher = Math.min(best.fetcher, milliseconds / 1000);
      best.fetcherCpu = Math.min(best.fetcherCpu, cpuSeconds(fetcher.process.pid) ?? NaN);
    } finally {
      await fetcher.stop();
    }
  }
  return {
    what: `one object of ${largeMegabytes} MB`,
    fetcherMegabytesPerSecond: rate(best.fetcher),
    hookMegabytesPerSecond: rate(best.hook),
    fetcherMegabytesPerCpuSecond: rate(best.fetcherCpu),
    hookMegabytesPerCpuSecond: rate(best.hookCpu),
    ratio: Number((best.hookCpu / best.fetcherCpu).toFixed(2)),
  };
}

async function main(): Promise<void> {
  for (const result of [await small(50), await small(0), await large()]) console.log(JSON.stringify(result));
}

void main();
