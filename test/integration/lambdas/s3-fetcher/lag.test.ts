import { setTimeout as wait } from "node:timers/promises";
import { bucket, FetcherBench } from "../../../support/fetcher-bench";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

const minute = 60_000;
const printed = (): unknown => bench.metrics.at(-1)?.["LagSeconds"];
/** Of a run whose time is over before it looks at anything. */
const noTime = { remainingMs: () => 0 };

/** A run that leaves off with the lease in its hands, and nothing shipped of what it found. */
async function killedBehindLease(): Promise<void> {
  // Behind state, checkpoints, seen keys, listing, lease.
  await expect(bench.run({ cut: { at: 4, when: "after" } })).rejects.toThrow("killed");
}

describe("the lag", () => {
  test("is that of a stream that another run has, in the runs beside it", async () => {
    bench.put("logs/2026/1.log", "1\n");
    await bench.run();
    bench.put("logs/2026/2.log", "2\n", 0);
    bench.now += 4 * minute;
    await killedBehindLease();
    bench.now += minute;
    // Less the five seconds in which it was settling.
    expect(await bench.run()).toMatchObject({ streams: 0, lagSeconds: 295 });
    expect(printed()).toBe(295);
    bench.now += 5 * minute;
    expect(await bench.run()).toMatchObject({ shipped: 1, lagSeconds: 0 });
    expect(printed()).toBe(0);
  });

  test("is that of the streams that wait for their turn when the time is over", async () => {
    const streams = ["a", "b", "c"];
    for (const stream of streams) bench.put(`${stream}/2026/1.log`, "1\n");
    await bench.run();
    bench.now += 60 * minute;
    // The one whose turn comes first is the one that waits the least.
    bench.put("a/2026/2.log", `${"x".repeat(60)}\n`.repeat(2_000), 10);
    bench.put("b/2026/2.log", "2\n", 1805);
    bench.put("c/2026/2.log", "2\n", 605);
    bench.listener.always({ slowMs: 5 });
    const run = bench.run({ bulkBytes: 10_000 });
    while (bench.messages.length <= streams.length) await wait(1);
    bench.runOut();
    expect(await run).toMatchObject({ shipped: 0, lagSeconds: 1800 });
  });

  test("is what the table knows of streams that a run did not get to", async () => {
    bench.put("a/2026/1.log", "1\n");
    bench.put("b/2026/1.log", "1\n");
    await bench.run();
    const table = bench.checkpoints();
    const [, checkpoint] = await table.checkpoints();
    const behindSince = bench.now - 20 * minute;
    await table.writeCheckpoint({ ...checkpoint, sequence: checkpoint.sequence + 1, behindSince });
    expect(await bench.run(noTime)).toMatchObject({ streams: 0, unreached: 2, lagSeconds: 1200 });
  });

  test("is not said by a run that knows nothing of streams that it did not get to", async () => {
    bench.put("logs/2026/1.log", "1\n");
    await bench.run();
    expect(await bench.run(noTime)).toMatchObject({ unreached: 1, lagSeconds: null });
    expect(bench.metrics.at(-1)).toEqual(expect.not.objectContaining({ LagSeconds: 0 }));
    expect(printed()).toBeUndefined();
  });

  test("is not said where the look at a stream failed", async () => {
    bench.put("logs/2026/1.log", "1\n");
    await bench.run();
    bench.s3.script("", ...Array.from({ length: 4 }, () => ({ status: 403, code: "AccessDenied" })));
    await expect(bench.run()).rejects.toThrow("cannot be listed");
    expect(printed()).toBeUndefined();
  });

  test("ends where what was left is deleted", async () => {
    bench.put("logs/2026/1.log", "1\n");
    await bench.run();
    bench.put("logs/2026/2.log", "2\n");
    await killedBehindLease();
    bench.s3.remove(bucket, "logs/2026/2.log");
    bench.now += 10 * minute;
    expect(await bench.run()).toMatchObject({ shipped: 0, lagSeconds: 0 });
    expect((await bench.checkpoints().checkpoints())[0].behindSince).toBeUndefined();
    expect(await bench.run(noTime)).toMatchObject({ lagSeconds: null });
  });

  test("counts from the first run for what is older, and not while an object settles", async () => {
    const day = 86_400;
    bench.put("logs/2026/1.log", "1\n", day);
    bench.listener.always({ status: 503 });
    await expect(bench.run()).rejects.toThrow("the listener did not take a bulk");
    expect(printed()).toBe(0);
    bench.now += 2 * minute;
    await expect(bench.run()).rejects.toThrow("the listener did not take a bulk");
    expect(printed()).toBe(120);
    bench.listener.always(undefined);
    bench.put("logs/2026/2.log", "2\n", 3);
    expect(await bench.run()).toMatchObject({ shipped: 1, lagSeconds: 0 });
  });

  test("stands beside a count of the bulks in every run, so that an alarm can compare them", async () => {
    await bench.run();
    expect(bench.metrics.at(-1)).toMatchObject({ LagSeconds: 0, Bulks: 0 });
  });
});
