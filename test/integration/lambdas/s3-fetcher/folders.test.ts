import { S3Client } from "@aws-sdk/client-s3";
import { SeenKeys } from "../../../../lambdas/s3-fetcher/checkpoints/seen-keys";
import { FullLooks } from "../../../../lambdas/s3-fetcher/full-looks";
import { BucketListing } from "../../../../lambdas/s3-fetcher/listing/bucket-listing";
import { discoverStreams } from "../../../../lambdas/s3-fetcher/streams/discovery";
import { isGrowing, streamOf, streamRules } from "../../../../lambdas/s3-fetcher/streams/stream-names";
import { mostCompanions } from "../../../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import { bucket, FetcherBench } from "../../../support/fetcher-bench";

jest.setTimeout(60_000);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

const iso = (time: number): string => new Date(time).toISOString();

describe("dated folders", () => {
  /** Writes one object a step, and runs; each is to come once, in the order of time. */
  async function follow(steps: number, stepMs: number, key: (time: number) => string): Promise<void> {
    const expected: string[] = [];
    for (let step = 0; step < steps; step++) {
      bench.put(key(bench.now), `${iso(bench.now)}\n`, 30);
      expected.push(iso(bench.now));
      await bench.run();
      bench.now += stepMs;
    }
    expect(bench.messages).toEqual(expected);
  }

  const parts = (time: number): number[] => iso(time).split(/[-T:]/).map(Number).slice(0, 4);

  test("that a program names with parts that are not padded come in the order of time", async () => {
    bench.now = Date.parse("2026-01-06T06:00:00Z");
    await follow(7, day, (time) => {
      const [year, month, date] = parts(time);
      return `lake/year=${year}/month=${month}/day=${date}/part-0.json`;
    });
  });

  test("such as hours of one day", async () => {
    bench.now = Date.parse("2026-01-06T05:00:00Z");
    await follow(8, hour, (time) => `lake/dt=${iso(time).slice(0, 10)}/hour=${parts(time)[3]}/part-0.json`);
  });

  test("and whole dates", async () => {
    bench.now = Date.parse("2026-10-05T05:00:00Z");
    await follow(8, day, (time) => `lake/dt=${parts(time).slice(0, 3).join("-")}/part-0.json`);
  });

  test("and whole dates alone, which are no streams", async () => {
    bench.now = Date.parse("2026-10-05T05:00:00Z");
    await follow(8, day, (time) => `batch/${parts(time).slice(0, 3).join("-")}/part-0.json`);
    expect((await bench.checkpoints().checkpoints()).map(({ stream }) => stream)).toEqual(["batch/"]);
  });

  test("of customers whose numbers could be Unix time are never over", async () => {
    const customers = ["1234567890", "1612345678", "1767614400", "1767700800", "1999999999"];
    const sent = (): string[] => [...bench.messages].sort();
    const expected: string[] = [];
    for (let days = 0; days < 5; days++) {
      for (const customer of customers.slice(days % 2)) {
        bench.put(`customers/${customer}/${iso(bench.now)}.log`, `${customer} ${days}\n`, 30);
        expected.push(`${customer} ${days}`);
      }
      await bench.run();
      bench.now += 2 * day;
    }
    expect(sent()).toEqual(expected.sort());
  });

  test("of hours that are named by their Unix time are over as others are", async () => {
    bench.now = Date.parse("2026-01-05T05:00:00Z");
    await follow(12, 6 * hour, (time) => `spool/${time / 1000}/${iso(time)}.log`);
    const [{ closed }] = await bench.checkpoints().checkpoints();
    expect(closed).toBe(`spool/${Date.parse("2026-01-06T17:00:00Z") / 1000}/`);
  });

  test("whose time nobody can tell are never over", async () => {
    bench.now = Date.parse("2026-01-27T05:00:00Z");
    await follow(8, day, (time) => {
      const [year, month, date] = iso(time).slice(0, 10).split("-");
      return `lake/date=${date}-${month}-${year}/part-0.json`;
    });
  });

  test("that are named by a number that is no hour are not over while they are written to", async () => {
    bench.now = Date.parse("2026-01-05T12:30:00Z");
    const expected: string[] = [];
    for (let step = 0; step < 8; step++) {
      for (const shard of ["00", "01", "02", "03"]) {
        bench.put(
          `app/${iso(bench.now).slice(0, 10).replaceAll("-", "/")}/${shard}/${step}.log`,
          `${shard} ${step}\n`,
          30,
        );
        expected.push(`${shard} ${step}`);
      }
      await bench.run();
      bench.now += 20 * minute;
    }
    expect(bench.messages).toEqual(expected);
  });
});

describe("folders with very many objects", () => {
  const listing = (): BucketListing => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new S3Client({
      endpoint: bench.s3.url,
      region: "us-east-1",
      forcePathStyle: true,
      credentials,
    });
    return new BucketListing(client, bucket, new AbortController().signal);
  };

  test("are not one order for that: their writers are told apart", async () => {
    for (let count = 0; count < 2100; count++) bench.put(`cdn/E${count}.2026-01-05-12.a.gz`, "");
    bench.put("cdn/more/1.log", "");
    const limits = { folders: 10, streams: 10, pages: 2 };
    const none = { streams: [], undivided: [] };
    expect(await discoverStreams(listing(), "", none, limits)).toMatchObject({
      streams: ["cdn/"],
      undivided: [],
    });
  });

  test("are told of where their listing takes longer than a run, as nothing behind its end is seen", async () => {
    for (let count = 0; count < 3500; count++) bench.put(`g/2026/01/05/${count}.json`, "");
    await bench.run();
    bench.s3.latencyMs = 100;
    const { lists } = bench;
    const run = bench.run();
    run.catch(() => undefined);
    while (bench.lists < lists + 2) await new Promise((done) => setTimeout(done, 2));
    bench.runOut();
    await expect(run).rejects.toThrow(/listing of s3:\/\/test-logs\/g\/ takes longer than a run/);
    bench.s3.latencyMs = 0;
    expect(await bench.run()).toMatchObject({ lagSeconds: 0 });
  });

  test("that are over are not gone through again where a first look takes several runs", async () => {
    bench.now = Date.parse("2026-03-01T12:00:00Z");
    for (let date = 1; date <= 28; date++)
      for (let count = 0; count < 500; count++)
        bench.put(`g/2026/01/${String(date).padStart(2, "0")}/${count}-a.json`, "", 20 * 86_400);
    const source = { start: "now" };
    await expect(bench.run({ source, cut: { at: 15, when: "after" } })).rejects.toThrow("killed");
    const { lists } = bench;
    expect(lists).toBeGreaterThan(8);
    const [stopped] = await bench.checkpoints().checkpoints();
    expect(stopped.closed).toMatch(/^g\/2026\/01\//);
    bench.now += 400_000;
    bench.put("g/2026/03/01/new.json", "new\n", 10);
    expect(await bench.run({ source })).toMatchObject({ shipped: 1, late: 0 });
    // What is left of the 14 pages, the look behind what was found, and the folders above.
    expect(bench.lists - lists).toBeLessThan(14);
  });

  test("are gone through every quarter of an hour, also where in each run something is too young", async () => {
    bench.now = Date.parse("2026-01-05T12:00:00Z");
    for (const date of ["04", "05"])
      for (let count = 0; count < 1500; count++) bench.put(`g/2026/01/${date}/${count}-a.json`, "", 20_000);
    const run = { fullLooks: new FullLooks(), source: { start: "now" } };
    const looks = async (): Promise<number> => {
      const before = bench.lists;
      await bench.run(run);
      bench.now += minute;
      return bench.lists - before;
    };
    await looks();
    const lists: number[] = [];
    for (const name of ["1", "2", "3"]) {
      bench.put(`g/2026/01/05/${name}-settled.json`, `${name} settled\n`, 10);
      bench.put(`g/2026/01/05/${name}-young.json`, `${name} young\n`, 1);
      lists.push(await looks());
    }
    // Two pages of today for what is found, and for what came meanwhile.
    expect(Math.max(...lists)).toBeLessThanOrEqual(4);
    bench.now += 900_000;
    bench.put("g/2026/01/04/young.json", "yesterday\n", 1);
    await looks();
    expect(bench.messages).not.toContain("yesterday");
    await looks();
    expect(bench.messages).toContain("yesterday");
    expect(bench.messages).toHaveLength(7);
  });
});

describe("the name of a folder", () => {
  test.each(["event_date=2026-01-05", "datehour=2026010512", "y=2026", "202601051259"])(
    "%s grows",
    (part) => {
      expect(isGrowing(part)).toBe(true);
    },
  );

  // The first two are accounts, and begin with a day.
  test.each(["201612312561", "193012110059", "updated=yes", "id=20260105", "month=1", "y=7"])(
    "%s does not",
    (part) => {
      expect(isGrowing(part)).toBe(false);
    },
  );

  test("that is a stream since before it was known to grow leaves it one", () => {
    const known = ["lake/event_date=2026-01-05/"];
    const rules = streamRules("", known, []);
    expect(streamOf("lake/event_date=2026-01-05/a.json", rules)).toBe(known[0]);
    expect(streamOf("lake/event_date=2026-01-06/a.json", rules)).toBe("lake/");
  });
});

test("thousands of remembered objects that are overwritten fit the transactions of the table", () => {
  const seen = new SeenKeys([]);
  const object = (
    number: number,
    lastModified: number,
  ): { key: string; lastModified: number; eTag: string } => ({
    key: `${number}`,
    lastModified,
    eTag: "a",
  });
  const now = Date.parse("2026-01-05T12:00:00Z");
  for (let number = 0; number < 12_000; number++) {
    seen.add(object(number, now));
    if (number % 1000 === 999) seen.takeChanges(mostCompanions);
  }
  for (let number = 0; number < 12_000; number++) seen.has(object(number, now + minute));
  seen.add(object(12_000, now));
  const numbers: number[][] = [];
  for (let write = 0; write < 3; write++)
    numbers.push(seen.takeChanges(mostCompanions).written.map(({ number }) => number));
  // The new key goes with the first of them, and each new date with one.
  expect(numbers[0]).toContain(121);
  expect(numbers.map(({ length }) => length)).toEqual([
    mostCompanions.written,
    121 - mostCompanions.written,
    0,
  ]);
  expect(new Set(numbers.flat()).size).toBe(121);
});
