import { FetcherBench } from "../support/fetcher-bench";

describe("the streams of a source", () => {
  let bench: FetcherBench;
  beforeEach(async () => {
    bench = await FetcherBench.start();
  });
  afterEach(() => bench.stop());

  test("are one below a level that begins with very many folders, which is said", async () => {
    for (let index = 0; index < 1001; index++)
      bench.put(`tenants/${String(index).padStart(4, "0")}/log`, `${index}\n`);
    expect(await bench.run()).toMatchObject({ streams: 1, shipped: 1001 });
    expect(
      bench.logged("prefixes with more folders than can be orders of their own are one order each"),
    ).toMatchObject([{ prefixes: ["tenants/"] }]);
  });
});
