import { SeenWindow, shardKeys } from "../../../../lambdas/s3-fetcher/checkpoints/seen-window";
import { FetcherBench } from "../../../support/fetcher-bench";

const minute = 60_000;

describe("keys that come behind the checkpoint", () => {
  let bench: FetcherBench;
  beforeEach(async () => {
    bench = await FetcherBench.start();
  });
  afterEach(() => bench.stop());

  const put = (from: number, to: number): void => {
    for (let number = from; number < to; number++) bench.put(keyOf(number), `${number}\n`);
  };
  const lookback = (keys: number, minutes = 60): { source: object } => ({
    source: { lookback: { keys, minutes } },
  });

  test("are left where their place was passed too long ago, and found before", async () => {
    const source = lookback(1000, 30);
    put(0, shardKeys);
    await bench.run(source);
    bench.now += 29 * minute;
    put(shardKeys, shardKeys + 1);
    await bench.run(source);
    bench.put(`${keyOf(5)}-late`, "in time\n");
    expect(await bench.run(source)).toMatchObject({ late: 1 });
    // Its place counts as passed anew.
    bench.now += 31 * minute;
    put(shardKeys + 1, shardKeys + 2);
    await bench.run(source);
    bench.put(`${keyOf(6)}-late`, "too late\n");
    expect(await bench.run(source)).toMatchObject({ late: 0 });
    expect(bench.messages).not.toContain("too late");
  });

  test("are found where they are written while a run goes on", async () => {
    put(0, 40);
    bench.listener.always({ slowMs: 5 });
    const run = bench.run(lookback(100));
    while (bench.messages.length < 20) await new Promise((done) => setTimeout(done, 2));
    bench.put(`${keyOf(3)}-late`, "late\n");
    expect(await run).toMatchObject({ shipped: 41, late: 1 });
  });

  test("are found behind a first listing that stops at what is new, in several runs", async () => {
    for (let number = 0; number < 2500; number++) bench.put(keyOf(number), "old\n", 3600);
    const source = { source: { start: "now" } };
    // Killed in the middle of it: at the third page.
    await expect(bench.run({ ...source, cut: { at: 8, when: "after" } })).rejects.toThrow("killed");
    bench.now += 400_000;
    bench.put(`${keyOf(2400)}-new`, "new\n", 10);
    expect(await bench.run(source)).toMatchObject({ shipped: 1, late: 0 });
    bench.put(`${keyOf(2450)}-late`, "late\n", 10);
    expect(await bench.run(source)).toMatchObject({ shipped: 1, late: 1 });
    expect(bench.messages).toEqual(["new", "late"]);
  });
});

describe("the window of keys behind a checkpoint", () => {
  const shard = (number: number, after: string | undefined): Parameters<typeof build>[0][number] => ({
    number,
    after,
    passedAt: 0,
    hashes: Buffer.alloc(8, number),
  });
  const build = (shards: ConstructorParameters<typeof SeenWindow>[0], checkpoint?: string): SeenWindow =>
    new SeenWindow(shards, checkpoint);

  test("begins behind a gap, which is what an interrupted deletion leaves", () => {
    const window = build([shard(1, undefined), shard(3, "c"), shard(4, "d")], "e");
    expect(window.lowerBound("e")).toBe("c");
    expect(window.takeChanges(10).dropped).toEqual([1]);
  });

  test("holds nothing beyond the checkpoint, as where that was set back", () => {
    const window = build([shard(1, undefined), shard(2, "c"), shard(3, "e")], "d");
    expect(window.lowerBound("d")).toBeUndefined();
    expect(window.takeChanges(10).dropped).toEqual([3]);
    expect(build([shard(1, undefined)], undefined).takeChanges(10).dropped).toEqual([1]);
  });

  test("lets go of nothing that was not looked through", () => {
    const window = build([], undefined);
    let before: string | undefined;
    for (let number = 0; number < 1000; number++) {
      window.pass(keyOf(number), before, 0, false);
      before = keyOf(number);
    }
    window.trim({ keys: 100, minutes: 60 });
    expect(window.lowerBound(before)).toBeUndefined();
    window.endLook(0);
    window.trim({ keys: 100, minutes: 60 });
    expect(window.lowerBound(before)).toBe(keyOf(899));
    expect(window.has(keyOf(899))).toBe(false);
    expect(window.has(keyOf(900))).toBe(true);
  });
});

function keyOf(number: number): string {
  return `logs/2026/${String(number).padStart(5, "0")}`;
}
