import type { FetcherSourceSettings } from "../../../../lambdas/s3-fetcher/environment";
import { FullLooks } from "../../../../lambdas/s3-fetcher/full-looks";
import { Random } from "../../../support/random";
import { FetcherBench } from "../../../support/fetcher-bench";

jest.setTimeout(60_000);
const minute = 60_000;
const day = 86_400_000;

describe("writers that share a folder", () => {
  let bench: FetcherBench;
  beforeEach(async () => {
    bench = await FetcherBench.start();
  });
  afterEach(() => bench.stop());

  const stamp = (time: number): string => new Date(time).toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
  const folder = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll("-", "/");
  const balancer = (name: string, time: number, file = ""): string =>
    `AWSLogs/1/elasticloadbalancing/us-east-1/${folder(time)}/1_elasticloadbalancing_us-east-1_app.${name}_${stamp(time)}Z_${file}.log.gz`;
  /** Of a balancer that writes every minute: names alone, nothing to ship. */
  const empty = (name: string, from: number, minutes: number): void => {
    for (let count = 0; count < minutes; count++)
      bench.put(balancer(name, from + count * minute), "", 30 * 86_400);
  };
  const source: Partial<FetcherSourceSettings> = { lookback: { keys: 100, minutes: 60 } };

  test("each come in order, however long one of them is silent, and where one is new", async () => {
    bench.now = Date.parse("2026-01-05T23:00:00Z");
    empty("busy", bench.now - 380 * minute, 380);
    empty("rare", bench.now - 380 * minute, 3);
    await bench.run({ source });
    const expected: string[] = [];
    const put = (name: string, time: number): void => {
      const key = balancer(name, time);
      bench.put(key, `${name} ${stamp(time)}\n`);
      expected.push(`${name} ${stamp(time)}`);
    };
    // Each time more keys lie behind it than a lookback holds, and a day has passed.
    for (const hours of [0, 30, 55]) {
      bench.now += hours * 60 * minute;
      empty("busy", bench.now, 250);
      for (const name of ["rare", "aaa-new", "zzz-new", `new-${hours}`]) put(name, bench.now);
      await bench.run({ source });
      put("busy", bench.now + 251 * minute);
      await bench.run({ source });
    }
    expect([...bench.messages].sort()).toEqual([...expected].sort());
    for (const name of ["rare", "aaa-new", "zzz-new", "busy"]) {
      const own = (messages: readonly string[]): string[] =>
        messages.filter((message) => message.startsWith(name));
      expect(own(bench.messages)).toEqual(own(expected));
    }
  });

  test("cost one list request a look where one of them writes, and one each where several do", async () => {
    bench.now = Date.parse("2026-01-05T20:00:00Z");
    const fullLooks = new FullLooks();
    const looks = async (): Promise<number> => {
      const before = bench.lists;
      await bench.run({ source, fullLooks });
      return bench.lists - before;
    };
    for (const days of [2, 1, 0]) empty("m", bench.now - days * day - 1100 * minute, 1100);
    for (let runs = 0; runs < 3; runs++) await looks();
    expect(await looks()).toBe(1);
    // As a whole every quarter of an hour, with the five levels of folders: the start, yesterday, and today.
    bench.now += 16 * minute;
    expect(await looks()).toBeLessThanOrEqual(5 + 5);
    for (const name of ["k", "p"]) empty(name, bench.now - 1100 * minute, 1100);
    for (let runs = 0; runs < 3; runs++) await looks();
    bench.now += minute;
    expect(await looks()).toBeLessThanOrEqual(4);
  });

  test("that are young wait with what sorts behind them, and hold up no other", async () => {
    const { now } = bench;
    bench.put(balancer("a", now - minute), "a 1\n", 1);
    bench.put(balancer("a", now), "a 2\n", 30);
    bench.put(balancer("b", now), "b\n", 30);
    expect(await bench.run()).toMatchObject({ shipped: 1 });
    bench.now += 10_000;
    await bench.run();
    expect(bench.messages).toEqual(["b", "a 1", "a 2"]);
  });

  test("are found in the whole of a day's folder where names tell no time, beyond what is remembered", async () => {
    const random = new Random(1);
    const uuid = (time: number): string =>
      `AWSLogs/1/GuardDuty/us-east-1/${folder(time)}/${random.hex(8)}-${random.hex(4)}-${random.hex(12)}.jsonl.gz`;
    bench.now = Date.parse("2026-01-05T00:30:00Z");
    let written = 0;
    for (let hour = 0; hour < 10; hour++) {
      bench.now += 120 * minute;
      // Those that are empty are remembered as well.
      for (let count = 0; count < 60; count++) bench.put(uuid(bench.now), "", 30);
      bench.put(uuid(bench.now), `${written++}\n`);
      await bench.run({ source });
    }
    expect(bench.messages).toEqual(Array.from({ length: written }, (_, number) => String(number)));
    expect(await bench.run({ source })).toMatchObject({ shipped: 0 });
    // Yesterday's folder, until it is over.
    const yesterday = uuid(bench.now);
    bench.now += 20 * 60 * minute;
    bench.put(uuid(bench.now), "today\n");
    bench.put(yesterday, "yesterday\n");
    await bench.run({ source });
    expect(bench.messages.slice(-2).sort()).toEqual(["today", "yesterday"]);
    const seen = [...bench.table.items.keys()].filter((name) => name.includes('"seen '));
    expect(seen.length).toBeLessThan(5);
  });

  test("come in the order of time where days and months are not padded", async () => {
    const config = (time: number, file: string): string =>
      `AWSLogs/1/Config/us-east-1/${folder(time).replaceAll(/(?<=\/)0/g, "")}/ConfigHistory/1_Config_us-east-1_ConfigHistory_AWS::S3::Bucket_${stamp(time)}Z_${file}.json.gz`;
    bench.now = Date.parse("2026-01-28T08:00:00Z");
    const expected: string[] = [];
    for (let step = 0; step < 40; step++) {
      bench.put(config(bench.now, "a"), `${stamp(bench.now)}\n`, 30);
      expected.push(stamp(bench.now));
      // Some days at once, as after an outage.
      if (step % 3 === 0) await bench.run();
      bench.now += 6.5 * day;
    }
    await bench.run();
    expect(bench.messages).toEqual(expected);
    bench.put(config(bench.now - 7 * day, "b"), "late\n");
    expect(await bench.run()).toMatchObject({ shipped: 1, late: 1 });
    expect(await bench.run()).toMatchObject({ shipped: 0 });
  });

  test("are found anywhere where each object has one of its own, in no dated folder, beyond what there is room for", async () => {
    const random = new Random(3);
    const own = (first: string): string => `ls/ls.s3.${first}${random.hex(12)}.2026-01-05T10.00.part0.txt`;
    for (let count = 0; count < 1600; count++) bench.put(own(random.hex(2)), "", 2 * 86_400);
    await bench.run({ source });
    await bench.run({ source });
    for (const first of ["00", "77", "ff"]) bench.put(own(first), `${first}\n`);
    await bench.run({ source });
    expect(bench.messages).toEqual(["00", "77", "ff"]);
  });

  test("whose names say no time, in no dated folder, are warned of when late ones nearly are not found", async () => {
    const random = new Random(2);
    for (let count = 0; count < 300; count++) bench.put(`blobs/${random.hex(16)}`, "", 30);
    await bench.run({ source });
    for (let runs = 0; runs < 8; runs++) {
      bench.put(`blobs/${random.hex(16)}`, "late\n");
      await bench.run({ source });
    }
    const [warning] = bench.logged("late keys sort nearly as far behind as the lookback reaches");
    expect(warning).toMatchObject({ level: "warn", streams: ["blobs/"] });
    expect(bench.metrics.some((one) => Number(one["LateNearlyMissed"]) > 0)).toBe(true);
  });
});
