import { setTimeout as wait } from "node:timers/promises";
import { FetcherBench } from "../../../support/fetcher-bench";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

describe("a fetcher's source of tables that chooses records", () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => ({
    id: String(row),
    text: `a "quoted"\nline ${row}`,
  }));
  const table = rows.map(({ id, text }) => `${id},"${text.replaceAll('"', '""')}"`);
  const source = { format: "csv", dropRecords: ["^\\d*7,"] } as const;
  const kept = rows.filter(({ id }) => !id.endsWith("7"));

  it("goes on with the names of the header in another run, whatever the configuration says by then", async () => {
    bench.listener.always({ slowMs: 2 });
    bench.put("logs/1.csv", `id,text\r\n${table.join("\r\n")}`);

    const first = bench.run({ source, bulkBytes: 20_000 }).catch((error: unknown) => error);
    while (bench.listener.documents.length < 5_000) await wait(1);
    bench.runOut();
    await first;
    const [{ underWay }] = await bench.checkpoints().checkpoints();
    await bench.run({ source: { ...source, format: "tsv" } });

    expect(underWay?.position).toMatchObject({
      format: "csv",
      state: { table: { columns: ["id", "text"] } },
    });
    const documents = bench.listener.documents.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.map(({ id, text }) => ({ id, text }))).toEqual(kept);
  });
});
