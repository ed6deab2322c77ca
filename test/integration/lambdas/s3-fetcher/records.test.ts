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

describe("a fetcher's flow log with fields of its own", () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `vpc-1 ${1_767_607_200 + index} ${index}`);
  const file = ["vpc-id start bytes", ...lines].join("\n");
  const key = "logs/vpcflowlogs/a.log";

  it.each([
    ["UTF-8", Buffer.from(file)],
    ["UTF-16", Buffer.from(`\ufeff${file}`, "utf16le")],
  ])("keeps its columns and its times in another run: %s", async (_, content) => {
    bench.listener.always({ slowMs: 2 });
    bench.put(key, content);
    const options = { source: { parse: true }, bulkBytes: 20_000 };

    const first = bench.run(options).catch((error: unknown) => error);
    while (bench.listener.documents.length < 5_000) await wait(1);
    bench.runOut();
    await first;
    const [{ underWay }] = await bench.checkpoints().checkpoints();
    await bench.run(options);

    expect(underWay?.position).toMatchObject({ log: "vpc-flow-custom", columns: "vpc-id start bytes" });
    const documents = bench.listener.documents.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.map(({ message }) => message)).toEqual(lines);
    expect(documents.map(({ bytes }) => bytes)).toEqual(lines.map((_line, index) => index));
    expect(documents.at(-1)).toMatchObject({ "@timestamp": "2026-01-05T15:33:19Z", start: 1_767_627_199 });
  });
});
