import type { TableItem } from "../../../support/dynamodb-double";
import { bucket, FetcherBench } from "../../../support/fetcher-bench";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

const source = `fetcher ${bucket}/`;
const place = (entry: string): string => JSON.stringify([source, entry]);
const stream = "checkpoint logs/";

/** One object was shipped, another is there. */
async function begun(): Promise<void> {
  bench.put("logs/2026/1.log", "1\n");
  await bench.run();
  bench.put("logs/2026/2.log", "2\n");
}

describe("a checkpoint that cannot be used", () => {
  const items: [string, string, TableItem][] = [
    ["of a newer version", stream, { content: { S: '{"version":2}' } }],
    ["that is no JSON", stream, { content: { S: "{" } }],
    ["that is damaged", stream, { content: { S: '{"version":1,"stream":"logs/"}' } }],
    ["that lost its content", stream, { content: { N: "1" } }],
    ["whose sequence was changed", stream, { sequence: { N: "77" } }],
    ["whose window is damaged", "seen logs/ 0000000001", { hashes: { B: "AAAA" } }],
    ["whose window is of a newer version", "seen logs/ 0000000001", { version: { N: "2" } }],
    ["whose source's state is damaged", "state", { content: { S: '{"version":1}' } }],
  ];
  test.each(items)("stops the source before anything is shipped: one %s", async (_, entry, change) => {
    await begun();
    const before = bench.table.items.get(place(entry));
    expect(before).toBeDefined();
    const changed = { ...before, ...change };
    bench.table.items.set(place(entry), changed);
    await expect(bench.run()).rejects.toThrow(/cannot be used.*Nothing was shipped/s);
    expect(bench.messages).toEqual(["1"]);
    expect(bench.table.items.get(place(entry))).toEqual(changed);
  });

  test("stops the source where its state is gone: nobody knows any more when it began", async () => {
    await begun();
    bench.table.items.delete(place("state"));
    await expect(bench.run({ source: { start: "now" } })).rejects.toThrow(/"state".*missing/s);
    expect(bench.messages).toEqual(["1"]);
  });

  test("begins anew, and completely, where it was reset", async () => {
    await begun();
    const table = bench.checkpoints();
    const [checkpoint] = await table.checkpoints();
    await table.removeCheckpoint(checkpoint);
    await bench.run();
    expect(bench.messages).toEqual(["1", "1", "2"]);
  });
});

describe("a table that fails", () => {
  test.each([
    ["does not answer", undefined],
    ["is throttled", "ProvisionedThroughputExceededException"],
    ["refuses the function", "AccessDeniedException"],
    ["is gone", "ResourceNotFoundException"],
  ])("ends the run with a clear error, and nothing shipped, where it %s", async (_, code) => {
    await begun();
    bench.table.fail({ code, times: 100 });
    await expect(bench.run()).rejects.toThrow(/the table checkpoints did not answer.*nothing is shipped/s);
    expect(bench.messages).toEqual(["1"]);
    bench.table.heal();
    await bench.run();
    expect(bench.messages).toEqual(["1", "2"]);
  });

  test("does not ship where the lease cannot be written", async () => {
    await begun();
    bench.table.fail({ action: "PutItem", code: "InternalServerError", times: 100 });
    await expect(bench.run()).rejects.toThrow("InternalServerError");
    expect(bench.messages).toEqual(["1"]);
  });

  test.each(["PutItem", "TransactWriteItems"])(
    "is believed to have done what it did, where only its answer was lost: %s",
    async (action) => {
      await begun();
      bench.table.fail({ action, afterWork: true, times: 1 });
      expect(await bench.run()).toMatchObject({ shipped: 1, taken: 0 });
      expect(await bench.run()).toMatchObject({ shipped: 0 });
    },
  );

  test("tries a transaction again that was cancelled for its throughput", async () => {
    await begun();
    bench.table.fail({
      action: "TransactWriteItems",
      code: "TransactionCanceledException",
      extra: { CancellationReasons: [{ Code: "ThrottlingError" }] },
      times: 2,
    });
    expect(await bench.run()).toMatchObject({ shipped: 1 });
    expect(await bench.run()).toMatchObject({ shipped: 0 });
  });

  test("stops the shipping of an object soon, where it fails meanwhile", async () => {
    bench.put("logs/2026/large.log", `${"x".repeat(60)}\n`.repeat(20_000));
    bench.listener.always({ slowMs: 2 });
    bench.table.fail({ action: "TransactWriteItems", code: "InternalServerError", times: 100 });
    // With its keys in no window, the checkpoint alone is written while the object is under way.
    bench.table.onWrite = ({ content }) => {
      if (String(content["S"]).includes('"lease"'))
        bench.table.fail({ action: "PutItem", code: "InternalServerError", times: 100 });
    };
    await expect(bench.run({ bulkBytes: 10_000 })).rejects.toThrow("InternalServerError");
    const bulks = bench.listener.requests.length;
    expect(bulks).toBeGreaterThan(25);
    expect(bulks).toBeLessThanOrEqual(51);
  });
});

describe("two invocations at once", () => {
  test("ship each object once", async () => {
    for (let number = 10; number < 60; number++) bench.put(`logs/2026/${number}.log`, `${number}\n`);
    const reports = await Promise.all([bench.run(), bench.run()]);
    expect(reports.reduce((sum, { shipped }) => sum + shipped, 0)).toBe(50);
    expect(reports.reduce((sum, { taken }) => sum + taken, 0)).toBeLessThanOrEqual(1);
    expect(bench.messages).toHaveLength(50);
    expect(bench.messages).toEqual([...bench.messages].sort());
  });

  test("leave a stream that is leased, until the lease runs out", async () => {
    bench.put("logs/2026/1.log", "1\n");
    await bench.run();
    bench.put("logs/2026/2.log", "2\n");
    // Killed behind the lease: state, checkpoints, seen, list, lease.
    await expect(bench.run({ cut: { at: 4, when: "after" } })).rejects.toThrow("killed");
    expect(await bench.run()).toMatchObject({ streams: 0, shipped: 0 });
    bench.now += 306_000;
    expect(await bench.run()).toMatchObject({ streams: 1, shipped: 1 });
  });

  test("the one whose checkpoint was moved by the other leaves without shipping on", async () => {
    for (let number = 100; number < 300; number++) bench.put(`logs/2026/${number}.log`, `${number}\n`);
    bench.table.onWrite = (item) => {
      // Somebody writes in between, as only a fetcher would whose clock is wrong.
      const { sequence } = item as Partial<TableItem>;
      if (sequence?.["N"] === "3") bench.table.items.set(place(stream), { ...item, sequence: { N: "99" } });
    };
    expect(await bench.run()).toMatchObject({ taken: 1 });
    expect(bench.messages.length).toBeLessThan(110);
  });
});
