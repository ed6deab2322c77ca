import { S3Client } from "@aws-sdk/client-s3";
import { IdleLooks } from "../../../../lambdas/s3-fetcher/idle-looks";
import { isGrowing, streamOf, streamRules } from "../../../../lambdas/s3-fetcher/streams/stream-names";
import { BucketListing } from "../../../../lambdas/s3-fetcher/listing/bucket-listing";
import { discoverStreams } from "../../../../lambdas/s3-fetcher/streams/discovery";
import { FetcherBench } from "../../../support/fetcher-bench";

describe("the stream of a key", () => {
  const trail = "AWSLogs/123456789012/CloudTrail/us-east-1/";
  test.each([
    ["", `${trail}2026/01/05/file.json.gz`, trail],
    ["", "logs/app.log", "logs/"],
    ["", "app.log", ""],
    ["", "logs/dt=2026-01-05/app.log", "logs/"],
    ["", "logs/20260105T1200/app.log", "logs/"],
    ["", "logs/1767614400/app.log", "logs/"],
    ["logs/20", "logs/2026/app.log", "logs/20"],
    ["AWSLogs/12", `${trail}2026/01/05/file.json.gz`, trail],
    ["", "undivided/a/b/c", "undivided/"],
  ])("with the source's prefix %j, of %j is %j", (prefix, key, stream) => {
    expect(streamOf(key, streamRules(prefix, [], ["undivided/"]))).toBe(stream);
  });

  test.each([
    "2026",
    "2026-01",
    "2026-1",
    "2026-1-9",
    "2026-10-9",
    "20260105",
    "2026-01-05",
    "2026-01-05T12:00",
    "year=2026",
    "1767614400000",
  ])("ends before %s", (part) => {
    expect(isGrowing(part)).toBe(true);
  });
  test.each([
    "123456789012",
    "us-east-1",
    "v2",
    "20266",
    "app-2026",
    "2026-13",
    "2026-0-1",
    "2026-1-32",
    "0",
  ])("does not end before %s", (part) => {
    expect(isGrowing(part)).toBe(false);
  });
});

describe("the streams of a source", () => {
  let bench: FetcherBench;
  beforeEach(async () => {
    bench = await FetcherBench.start();
  });
  afterEach(() => bench.stop());

  const region = (account: number, name: string, file: string): string =>
    `AWSLogs/${account}/CloudTrail/${name}/2026/01/05/${file}`;
  const accounts = [111111111111, 222222222222, 333333333333];
  const regions = ["eu-west-1", "us-east-1"];

  /** Accounts and regions, with the markers and test files that services leave above them. */
  function organization(): void {
    for (const account of accounts) {
      bench.put(`AWSLogs/${account}/`, "");
      bench.put(`AWSLogs/${account}/TestFile`, `test ${account}\n`);
      for (const name of regions) bench.put(region(account, name, "1"), `${account} ${name}\n`);
    }
  }

  test("are looked at with one call each, and no write, where nothing is new", async () => {
    organization();
    await bench.run();
    const { lists, table } = { lists: bench.lists, table: bench.table.calls };
    expect(await bench.run()).toMatchObject({ streams: 9, shipped: 0 });
    expect(bench.lists - lists).toBe(9);
    // State, checkpoints, and a window each.
    expect(bench.table.calls - table).toBe(2 + 9);
  });

  test("are looked at less often the longer nothing comes, and at once behind a cold start", async () => {
    const source = { streams: "single" } as const;
    const idleLooks = new IdleLooks();
    bench.put("logs/1", "1\n");
    await bench.run({ source, idleLooks });
    let looks = 0;
    for (let minute = 0; minute < 150; minute += 2) {
      bench.now += 120_000;
      looks += (await bench.run({ source, idleLooks })).streams;
    }
    expect(looks).toBeLessThan(50);
    expect(looks).toBeGreaterThan(30);
    expect(await bench.run({ source })).toMatchObject({ streams: 1 });
    bench.put("logs/2", "2\n");
    bench.now += 300_000;
    expect(await bench.run({ source, idleLooks })).toMatchObject({ shipped: 1 });
  });

  test("keep their order beside those of folders in between and folders that grow", async () => {
    for (const key of ["a.log", "m/x.log", "2026/01/1.log", "2027/01/1.log", "z.log"])
      bench.put(`logs/${key}`, `${key}\n`);
    await bench.run();
    bench.now += 10_000;
    for (const key of ["2026/01/2.log", "2027/01/2.log", "b.log", "m/y.log", "zz.log"])
      bench.put(`logs/${key}`, `${key}\n`, 7);
    await bench.run();
    const own = bench.messages.filter((message) => !message.startsWith("m/"));
    // The first four are behind the checkpoint by then, and within its window.
    expect(own).toEqual([
      ...["2026/01/1.log", "2027/01/1.log", "a.log", "z.log"],
      ...["2026/01/2.log", "2027/01/2.log", "b.log", "zz.log"],
    ]);
    expect(bench.messages.filter((message) => message.startsWith("m/"))).toEqual(["m/x.log", "m/y.log"]);
  });

  test("that are new are met in the listing, or looked for every quarter of an hour", async () => {
    organization();
    await bench.run();
    bench.put(region(111111111111, "af-south-1", "1"), "new\n");
    bench.now += 60_000;
    await bench.run();
    expect(bench.messages).not.toContain("new");
    bench.now += 900_000;
    await bench.run();
    expect(bench.messages).toContain("new");
  });

  test("are one where that is asked for, in plain alphabetical order", async () => {
    organization();
    const source = { streams: "single" } as const;
    expect(await bench.run({ source })).toMatchObject({ streams: 1 });
    expect(bench.messages.slice(0, 3)).toEqual([
      "111111111111 eu-west-1",
      "111111111111 us-east-1",
      "test 111111111111",
    ]);
  });

  test("are not joined behind the checkpoints of those that were apart", async () => {
    bench.put("logs/a/2026/01/05/1.log", "a\n");
    bench.put("logs/b/2026/01/05/1.log", "b\n");
    await bench.run();
    await expect(bench.run({ source: { streams: "single" } })).rejects.toThrow(
      /was begun with "streams": "auto"/,
    );
    await bench.run();
    expect(bench.messages).toEqual(["a", "b"]);
  });

  test("stay one where they were begun so, which is said", async () => {
    const said =
      'the source was begun with "streams": "single" and stays one order, though that is now "auto"';
    const single = { source: { streams: "single" } } as const;
    for (const name of ["a", "b"]) bench.put(`logs/${name}/2026/01/05/1.log`, `${name} 1\n`);
    await bench.run(single);
    bench.put("logs/b/2026/01/05/2.log", "b 2\n");
    expect(await bench.run()).toMatchObject({ streams: 1, shipped: 1 });
    expect(bench.logged(said)).toMatchObject([{ level: "warn" }]);
    await bench.run(single);
    expect(bench.messages).toEqual(["a 1", "b 1", "b 2"]);
    expect(bench.logged(said)).toHaveLength(1);
  });

  test("that are too many folders for one each are one order, which every run says", async () => {
    const said = "prefixes with more folders than can be orders of their own are one order each";
    for (let folder = 0; folder <= 1000; folder++) bench.put(`many/${10_000 + folder}/a.log`, "");
    bench.put("other/a.log", "");
    const prefixes = ["many/"];
    for (const runs of [1, 2]) {
      await bench.run();
      expect(bench.logged(said)).toHaveLength(runs);
      expect(bench.logged(said).at(-1)).toMatchObject({ level: "warn", prefixes, count: 1 });
    }
    await bench.run({ source: { bucket: "other-logs", streams: "single" } });
    expect(bench.logged(said)).toHaveLength(2);
  });

  test("leave out what belongs to another source with a longer prefix", async () => {
    const wide = { bucket: "test-logs", prefix: "", start: "beginning" } as const;
    const narrow = { bucket: "test-logs", prefix: "app/", start: "beginning" } as const;
    bench.put("app/1.log", "narrow\n");
    bench.put("b.log", "wide\n");
    await bench.run({ source: wide, sources: [wide, narrow] });
    expect(bench.messages).toEqual(["wide"]);
    await bench.run({ source: narrow, sources: [wide, narrow] });
    expect(bench.messages).toEqual(["wide", "narrow"]);
  });

  test("that would be too many are not added, and those that there are go on", async () => {
    const client = new S3Client({
      endpoint: bench.s3.url,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const listing = new BucketListing(client, "test-logs", new AbortController().signal);
    const limits = { folders: 3, streams: 4, pages: 20 };
    const none = { streams: [], undivided: [] };
    for (const key of ["a/1", "b/1", "c/1/1", "c/2/1"]) bench.put(key, "1\n");
    const found = await discoverStreams(listing, "", none, limits);
    expect(found).toEqual({ streams: ["a/", "b/", "c/1/", "c/2/"], undivided: [], tooMany: false });
    bench.put("c/3/1", "1\n");
    expect(await discoverStreams(listing, "", none, limits)).toEqual({ ...none, tooMany: true });
    expect(await discoverStreams(listing, "", found, limits)).toEqual({ ...found, tooMany: true });
    // A level that was divided stays so, whatever comes to it; one that begins with too many folders is one stream.
    bench.put("d/1", "1\n");
    for (const name of "wxyz") bench.put(`e/${name}/1`, "1\n");
    const more = await discoverStreams(listing, "", found, { ...limits, streams: 10 });
    expect(more.undivided).toEqual(["e/"]);
    expect(more.streams).toEqual(["a/", "b/", "c/1/", "c/2/", "c/3/", "d/", "e/"]);
  });
});
