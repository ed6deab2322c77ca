import { FetcherBench } from "../support/fetcher-bench";
import { keyOf, lookback, putNumbered } from "../support/numbered-keys";

const minute = 60_000;

// What takes hundreds of objects; the rest is in test/unit.
describe("keys that come behind the checkpoint, among many", () => {
  let bench: FetcherBench;
  beforeEach(async () => {
    bench = await FetcherBench.start();
  });
  afterEach(() => bench.stop());

  test("are found at the far edge of the window, across its shards, and counted with their distance", async () => {
    putNumbered(bench, 0, 250);
    await bench.run(lookback(150));
    // 150 keys sort behind it.
    bench.put(`${keyOf(99)}-late`, "late\n");
    expect(await bench.run(lookback(150))).toMatchObject({ shipped: 1, late: 1 });
    expect(bench.messages.at(-1)).toBe("late");
    expect(bench.logged("object came late")).toMatchObject([{ key: `${keyOf(99)}-late`, keysBehind: 150 }]);
    expect(bench.metrics.at(-1)).toMatchObject({ ObjectsLate: 1, LateKeysBehind: 150 });
  });

  test("are found though the checkpoint moves far on before the next look", async () => {
    putNumbered(bench, 0, 150);
    await bench.run(lookback(100));
    // Between two runs a late one comes, and many new ones behind the checkpoint's other side.
    bench.put(`${keyOf(60)}-late`, "late\n");
    putNumbered(bench, 150, 420);
    expect(await bench.run(lookback(100))).toMatchObject({ shipped: 271, late: 1 });
    expect(await bench.run(lookback(100))).toMatchObject({ shipped: 0 });
  });

  test("are left where they sort beyond the lookback in an order without dated folders, or none is wanted", async () => {
    const single = (keys: number): { source: object } => ({
      source: { lookback: { keys, minutes: 60 }, streams: "single" },
    });
    putNumbered(bench, 0, 320);
    await bench.run(single(100));
    bench.put(`${keyOf(10)}-late`, "late\n");
    expect(await bench.run(single(100))).toMatchObject({ shipped: 0, late: 0 });
    bench.put(`${keyOf(220)}-late`, "late\n");
    expect(await bench.run(single(100))).toMatchObject({ shipped: 1, late: 1 });
    putNumbered(bench, 320, 321);
    await bench.run(single(0));
    bench.put(`${keyOf(319)}-late`, "late\n");
    expect(await bench.run(single(0))).toMatchObject({ shipped: 0, late: 0 });
  });

  test("are found hour after hour where one writer's keys always sort before another's", async () => {
    const source = lookback(20_000);
    const written: string[] = [];
    for (let hour = 0; hour < 6; hour++) {
      for (let file = 0; file < 100; file++) {
        for (const balancer of ["a-balancer", "z-balancer"]) {
          const key = `logs/${balancer}_${hour}_${String(file).padStart(3, "0")}.log`;
          bench.put(key, `${key}\n`, 30);
          written.push(key);
        }
      }
      await bench.run(source);
      bench.now += 50 * minute;
    }
    expect([...bench.messages].sort()).toEqual(written.sort());
  });

  test("wait for their settle time without holding up the rest, however far that moves on", async () => {
    putNumbered(bench, 0, 150);
    await bench.run(lookback(100));
    bench.put(`${keyOf(60)}-late`, "late\n", 1);
    putNumbered(bench, 150, 550);
    expect(await bench.run(lookback(100))).toMatchObject({ shipped: 400, late: 0, lagSeconds: 0 });
    bench.now += 10_000;
    expect(await bench.run(lookback(100))).toMatchObject({ shipped: 1, late: 1 });
  });
});
