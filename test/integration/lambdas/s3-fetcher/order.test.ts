import { FetcherBench } from "../../../support/fetcher-bench";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

describe("the fetcher", () => {
  test("ships what is there in the byte order of its keys", async () => {
    const keys = ["b", "a", "Z", "a-", "a.log", "10", "9", "ä", "\u{10000}", "\uff5e"];
    for (const key of keys) bench.put(`logs/${key}`, `${key} 1\n${key} 2\n`);
    const report = await bench.run();
    const inOrder = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(bench.messages).toEqual(inOrder.flatMap((key) => [`${key} 1`, `${key} 2`]));
    expect(report).toMatchObject({ shipped: keys.length, late: 0, lagSeconds: 0 });
  });

  test("ships each object once, however often it looks", async () => {
    for (const hour of ["01", "02", "03"]) bench.put(`logs/2026/01/05/${hour}.log`, `${hour}\n`);
    await bench.run();
    bench.now += 60_000;
    bench.put("logs/2026/01/05/04.log", "04\n");
    await bench.run();
    await bench.run();
    expect(bench.messages).toEqual(["01", "02", "03", "04"]);
  });

  test("finds keys that come behind the checkpoint, and ships them once", async () => {
    bench.put("logs/2026/01/05/12_a.log", "a\n");
    bench.put("logs/2026/01/05/12_c.log", "c\n");
    await bench.run();
    bench.put("logs/2026/01/05/12_b.log", "b\n");
    expect(await bench.run()).toMatchObject({ shipped: 1, late: 1 });
    expect(await bench.run()).toMatchObject({ shipped: 0, late: 0 });
    expect(bench.messages).toEqual(["a", "c", "b"]);
  });

  test("keeps accounts and regions apart, and finds new ones", async () => {
    const key = (account: string, day: string): string =>
      `AWSLogs/${account}/CloudTrail-x/us-east-1/2026/01/${day}/log.log`;
    bench.put(key("222222222222", "05"), "second\n");
    await bench.run();
    bench.now += 1_000_000;
    bench.put(key("111111111111", "05"), "first\n");
    bench.put(key("222222222222", "06"), "second again\n");
    await bench.run();
    expect([...bench.messages].sort()).toEqual(["first", "second", "second again"]);
  });

  test("begins with what is new where nothing else is asked for", async () => {
    bench.put("logs/2026/old.log", "old\n", 3600);
    await bench.run({ source: { start: "now" } });
    bench.now += 60_000;
    bench.put("logs/2026/p-new.log", "new\n", 10);
    bench.put("logs/2026/a-new.log", "late\n", 10);
    await bench.run({ source: { start: "now" } });
    expect([...bench.messages].sort()).toEqual(["late", "new"]);
  });
});
