import { bucket, FetcherBench } from "../../../support/fetcher-bench";

jest.setTimeout(30_000);

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

const minute = 60_000;
const now = { source: { start: "now" } } as const;

/** An upload in parts: S3 dates the object by when it was begun. */
function complete(key: string, begunAt: number): void {
  const etag = "d41d8cd98f00b204e9800998ecf8427e-7";
  bench.s3.put(bucket, key, `${key}\n`, { etag, lastModified: new Date(begunAt) });
}

describe("a fetcher that starts now", () => {
  test("ships uploads that were begun before its first run and completed behind it, however long they took", async () => {
    const firstRun = bench.now;
    bench.put("logs/2026/2.log", "old\n");
    expect(await bench.run(now)).toMatchObject({ shipped: 0 });
    complete("logs/2026/1.log", firstRun - 5 * minute);
    complete("logs/2026/3.log", firstRun - 180 * minute);
    bench.now += minute;
    expect(await bench.run(now)).toMatchObject({ shipped: 2, late: 1 });
    expect(await bench.run(now)).toMatchObject({ shipped: 0 });
    expect(bench.messages).toEqual(["logs/2026/1.log", "logs/2026/3.log"]);
  });

  test("ships them where nothing else was there yet, and in one stream that is met later", async () => {
    bench.put("logs/", "");
    await bench.run(now);
    const firstRun = bench.now;
    bench.now += 20 * minute;
    complete("logs/1.log", firstRun - 180 * minute);
    complete("other/1.log", firstRun - 20 * minute);
    expect(await bench.run(now)).toMatchObject({ shipped: 2 });
  });

  test("ships those that were begun within the hour, where its first listing takes several runs", async () => {
    const firstRun = bench.now;
    for (let number = 1000; number < 3500; number++) bench.put(`logs/${number}.log`, "old\n", 600);
    await expect(bench.run({ ...now, cut: { at: 8, when: "after" } })).rejects.toThrow("killed");
    bench.now += 400_000;
    complete("logs/3400-new.log", firstRun - 30 * minute);
    complete("logs/3400-older.log", firstRun - 90 * minute);
    expect(await bench.run(now)).toMatchObject({ shipped: 1 });
    expect(await bench.run(now)).toMatchObject({ shipped: 0 });
    expect(bench.messages).toEqual(["logs/3400-new.log"]);
  });

  test("leaves out what was there, also where its stream is begun anew", async () => {
    for (const key of ["1", "2", "3"]) bench.put(`logs/${key}.log`, "old\n");
    await bench.run(now);
    const table = bench.checkpoints();
    const [checkpoint] = await table.checkpoints();
    await table.removeCheckpoint(checkpoint);
    bench.now += minute;
    expect(await bench.run(now)).toMatchObject({ shipped: 0 });
    bench.put("logs/4.log", "4\n", 10);
    expect(await bench.run(now)).toMatchObject({ shipped: 1 });
  });
});

test("a start in the future stays one, whatever was looked through before", async () => {
  const day = 86_400_000;
  const source = { start: new Date(bench.now + day).toISOString() };
  bench.put("logs/1.log", "1\n");
  await bench.run({ source });
  bench.put("logs/2.log", "2\n");
  expect(await bench.run({ source })).toMatchObject({ shipped: 0 });
  bench.now += day + minute;
  bench.put("logs/3.log", "3\n", 10);
  expect(await bench.run({ source })).toMatchObject({ shipped: 1 });
  expect(bench.messages).toEqual(["3"]);
});
