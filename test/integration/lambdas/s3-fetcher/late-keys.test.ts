import { FetcherBench } from "../../../support/fetcher-bench";
import { keyOf, lookback, putNumbered } from "../../../support/numbered-keys";

describe("keys that come behind the checkpoint", () => {
  let bench: FetcherBench;
  beforeEach(async () => {
    bench = await FetcherBench.start();
  });
  afterEach(() => bench.stop());

  test("are found in a dated folder as long as it can be written to, and left where it is over", async () => {
    const key = (day: string, name: string): string => `logs/2026/01/${day}/${name}.json`;
    const source = lookback(1000, 30);
    for (const day of ["05", "06", "07"]) {
      bench.now = Date.parse(`2026-01-${day}T23:00:00Z`);
      bench.put(key(day, "m"), `${day}\n`, 30);
      await bench.run(source);
    }
    for (const day of ["05", "06", "07"]) bench.put(key(day, "a"), `late ${day}\n`, 30);
    expect(await bench.run(source)).toMatchObject({ late: 2 });
    expect(bench.messages).toEqual(["05", "06", "07", "late 06", "late 07"]);
  });

  test("are found where they are written while a run goes on", async () => {
    putNumbered(bench, 0, 40);
    bench.listener.always({ slowMs: 5 });
    const run = bench.run(lookback(100));
    while (bench.messages.length < 20) await new Promise((done) => setTimeout(done, 2));
    bench.put(`${keyOf(3)}-late`, "late\n");
    expect(await run).toMatchObject({ shipped: 41, late: 1 });
  });

  test("hold up nothing while they are too young, behind objects from before the start either", async () => {
    const source = { source: { start: "now" } };
    bench.put("z944.txt", "old\n", 3600);
    await bench.run(source);
    bench.now += 60_000;
    bench.put("A897.txt", "too young\n", 0);
    bench.put("z157.txt", "settled\n", 30);
    expect(await bench.run(source)).toMatchObject({ shipped: 1, late: 1 });
    bench.now += 60_000;
    expect(await bench.run(source)).toMatchObject({ shipped: 1, late: 1 });
    expect(bench.messages).toEqual(["settled", "too young"]);
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
