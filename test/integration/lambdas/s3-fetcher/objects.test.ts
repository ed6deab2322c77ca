import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { fault } from "../../../support/fault";
import { bucket, FetcherBench, type FetchOptions } from "../../../support/fetcher-bench";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
});
afterEach(() => bench.stop());

const lines = Array.from({ length: 20_000 }, (_, line) => `line ${line} ${"x".repeat(40)}`);
const denied = { status: 403, code: "AccessDenied" };
const settings: FetchOptions = { source: { setAsideAfterMinutes: 30 } };

/** A run whose time is over once that holds. */
async function runUntil(holds: () => boolean): Promise<unknown> {
  const run = bench.run({ bulkBytes: 20_000 });
  const outcome = run.catch((error: unknown) => error);
  while (!holds()) await wait(1);
  bench.runOut();
  return outcome;
}

const accepted = (documents: number) => () => bench.listener.documents.length >= documents;

describe("an object that takes longer than a run", () => {
  beforeEach(() => {
    bench.listener.always({ slowMs: 2 });
  });

  test.each([
    ["plain", Buffer.from(lines.join("\n"))],
    ["gzip", gzipSync(lines.join("\n"))],
  ])("goes on where it was, once and in order: %s", async (_, content) => {
    bench.put("logs/2026/1.log", content);
    bench.put("logs/2026/2.log", "the next one\n");
    for (const documents of [1000, 9000, 15_000]) {
      expect(await runUntil(accepted(documents))).toMatchObject({ shipped: 0 });
      const [{ underWay, lease }] = await bench.checkpoints().checkpoints();
      expect(underWay?.position.record).toBe(bench.messages.length);
      expect(lease).toBeUndefined();
    }
    expect(await bench.run()).toMatchObject({ shipped: 2 });
    expect(bench.messages).toEqual([...lines, "the next one"]);
  });

  test("is given up for a while where two runs got no further, and says what to do", async () => {
    bench.put("logs/2026/1.log", lines.join("\n"));
    const outcomes: unknown[] = [];
    for (const requests of [1, 2]) {
      bench.s3.script("logs/2026/1.log", { stallAfter: 0 });
      outcomes.push(
        await runUntil(() => bench.s3.requests.filter(({ key }) => key !== "").length === requests),
      );
    }
    expect(outcomes[0]).toMatchObject({ shipped: 0 });
    expect(String(outcomes[1])).toMatch(/no further in 2 runs.*timeout or memory/);
    const [{ failing }] = await bench.checkpoints().checkpoints();
    expect(failing).toMatchObject({ key: "logs/2026/1.log", attempts: 1 });
    bench.now += 60_000;
    await bench.run();
    expect(bench.messages).toEqual(lines);
  });

  test("is read anew from its beginning where it was overwritten between two runs", async () => {
    bench.put("logs/2026/1.log", lines.join("\n"));
    await runUntil(accepted(1000));
    bench.put("logs/2026/1.log", "another\n");
    await bench.run();
    expect(bench.messages.at(-1)).toBe("another");
    expect(await bench.run()).toMatchObject({ shipped: 0 });
  });

  test("is over where it was deleted between two runs", async () => {
    bench.put("logs/2026/1.log", lines.join("\n"));
    bench.put("logs/2026/2.log", "next\n");
    await runUntil(accepted(1000));
    bench.s3.remove(bucket, "logs/2026/1.log");
    await bench.run();
    expect(bench.messages.at(-1)).toBe("next");
    // Said once, though nothing else comes.
    await bench.run();
    expect(bench.logged("object is gone before all of it was shipped")).toHaveLength(1);
    expect((await bench.checkpoints().checkpoints())[0].underWay).toBeUndefined();
  });
});

describe("an object that fails", () => {
  beforeEach(() => {
    bench.put("logs/2026/1.log", "1\n");
    bench.put("logs/2026/2.log", "2\n");
    bench.put("logs/2026/3.log", "3\n");
  });

  test("holds its stream up, is tried again less and less often, and then goes on", async () => {
    bench.s3.script("logs/2026/2.log", denied, denied);
    bench.put("other/2026/1.log", "other\n");
    await expect(bench.run()).rejects.toThrow(/2\.log cannot be read \(AccessDenied/);
    expect(bench.messages.sort()).toEqual(["1", "other"]);
    // Before its time it is not asked for, and the run says why.
    await expect(bench.run()).rejects.toThrow(/2\.log has failed 1 times since .*waits for it/);
    bench.now += 31_000;
    await expect(bench.run()).rejects.toThrow("AccessDenied");
    expect((await bench.checkpoints().checkpoints())[0].failing).toMatchObject({ attempts: 2 });
    bench.now += 31_000;
    await expect(bench.run()).rejects.toThrow("failed 2 times");
    bench.now += 31_000;
    expect(await bench.run()).toMatchObject({ shipped: 2, lagSeconds: 0 });
    expect((await bench.checkpoints().checkpoints())[0].failing).toBeUndefined();
  });

  test("is set aside after its time, where that is chosen, and the stream goes on", async () => {
    bench.s3.script("logs/2026/2.log", denied, denied);
    await expect(bench.run(settings)).rejects.toThrow("AccessDenied");
    bench.now += 31 * 60_000;
    expect(await bench.run(settings)).toMatchObject({ shipped: 1 });
    expect(bench.messages).toEqual(["1", "3"]);
    expect(bench.metrics.at(-1)).toMatchObject({ ObjectsSetAside: 1 });
    const table = bench.checkpoints();
    expect(await table.aside()).toMatchObject([
      { key: "logs/2026/2.log", reason: expect.stringContaining("AccessDenied") as string },
    ]);
    expect(await bench.run(settings)).toMatchObject({ shipped: 0 });
    await table.removeAside("logs/2026/2.log");
    expect(await table.aside()).toEqual([]);
  });

  fault(
    24,
    "gzip that is cut off, for the fetcher",
    "what precedes the cut is shipped, the object is set aside at once with its reason, and the stream goes on",
    async () => {
      const whole = gzipSync("cut\noff");
      bench.put("logs/2026/2.log", whole.subarray(0, -8));
      expect(await bench.run()).toMatchObject({ shipped: 2 });
      expect(bench.messages).toEqual(["1", "cut", "3"]);
      expect(bench.metrics.at(-1)).toMatchObject({ ObjectsSetAside: 1 });
      const [aside] = await bench.checkpoints().aside();
      expect(aside).toMatchObject({
        key: "logs/2026/2.log",
        reason: expect.stringMatching(/^the compressed data is cut off/) as string,
        position: { record: 1 },
      });
      expect(await bench.run()).toMatchObject({ shipped: 0 });
    },
  );

  test("is not noted where the run was killed before its checkpoint moved on, and is shipped once", async () => {
    bench.s3.script("logs/2026/2.log", denied, denied);
    await expect(bench.run(settings)).rejects.toThrow("AccessDenied");
    bench.now += 31 * 60_000;
    // The write that moves the checkpoint over the object is lost, with whatever else was done by then.
    bench.table.fail({ action: "TransactWriteItems", code: "InternalServerError", times: 100 });
    await expect(bench.run(settings)).rejects.toThrow("InternalServerError");
    bench.table.heal();
    bench.now += 400_000;
    expect(await bench.run(settings)).toMatchObject({ shipped: 2 });
    expect(bench.messages).toEqual(["1", "2", "3"]);
    expect(await bench.checkpoints().aside()).toEqual([]);
  });

  test("is forgotten where it was deleted", async () => {
    bench.s3.script("logs/2026/2.log", denied);
    await expect(bench.run()).rejects.toThrow("AccessDenied");
    bench.s3.remove(bucket, "logs/2026/2.log");
    bench.s3.remove(bucket, "logs/2026/3.log");
    bench.now += 31_000;
    await bench.run();
    expect((await bench.checkpoints().checkpoints())[0].failing).toBeUndefined();
  });

  test("is read in its newest version where it is overwritten while it waits", async () => {
    // The first of it is asked for ahead; what was listed is gone by then.
    bench.s3.script("logs/2026/1.log", { bytesPerSecond: 10 });
    const run = bench.run();
    while (bench.s3.requests.filter(({ key }) => key !== "").length < 3)
      await new Promise((done) => setTimeout(done, 1));
    bench.put("logs/2026/3.log", "3 again\n");
    bench.s3.script("logs/2026/3.log", { status: 412, code: "PreconditionFailed" });
    await run;
    expect(bench.messages.slice(0, 2)).toEqual(["1", "2"]);
    await bench.run();
    expect(["3", "3 again"]).toContain(bench.messages[2]);
    expect(bench.messages).toHaveLength(3);
  });

  test("is not what a body is that breaks while it waits for its turn", async () => {
    for (const key of ["2", "3"]) {
      bench.put(`logs/2026/${key}.log`, `${key} ${"y".repeat(300_000)}\n`);
      bench.s3.script(`logs/2026/${key}.log`, { resetAfter: 100_000 });
    }
    bench.listener.script({ slowMs: 200 });
    expect(await bench.run({ bulkBytes: 1_000_000 })).toMatchObject({ shipped: 3 });
    expect(bench.logged("object failed")).toEqual([]);
  });
});

describe("an object in an archive", () => {
  const aside = async (): Promise<unknown> =>
    (await bench.checkpoints().aside()).map(({ key, reason }) => [
      key,
      /archive.*fetcher replay/.test(reason),
    ]);

  test.each(["GLACIER", "DEEP_ARCHIVE"])("is set aside at once, unasked for: %s", async (storageClass) => {
    bench.put("logs/2026/1.log", "1\n");
    bench.s3.put(bucket, "logs/2026/2.log", "2\n", { storageClass });
    bench.s3.put(bucket, "logs/2026/3.log", "3\n", { storageClass: "GLACIER_IR" });
    expect(await bench.run()).toMatchObject({ shipped: 2 });
    expect(bench.messages).toEqual(["1", "3"]);
    expect(await aside()).toEqual([["logs/2026/2.log", true]]);
    expect(bench.s3.requests.some(({ key }) => key === "logs/2026/2.log")).toBe(false);
    expect(bench.metrics.at(-1)).toMatchObject({ ObjectsSetAside: 1 });
    expect(bench.logged("object set aside")).toMatchObject([{ level: "warn", key: "logs/2026/2.log" }]);
    expect(await bench.run()).toMatchObject({ shipped: 0 });
  });

  describe("by the thousand", () => {
    const asides = (): number =>
      [...bench.table.items.keys()].filter((name) => name.includes('"aside ')).length;
    const counted = (): number =>
      bench.metrics.reduce((sum, line) => sum + Number(line["ObjectsSetAside"] ?? 0), 0);
    /** As a lifecycle rule leaves them: archived ones, and empty ones beside. */
    const archive = (from: number, to: number): void => {
      for (let number = from; number < to; number++) {
        const storageClass = number % 3 === 0 ? "GLACIER" : "STANDARD";
        bench.s3.put(bucket, `logs/2026/${10_000 + number}.log`, storageClass === "GLACIER" ? "x\n" : "", {
          storageClass,
        });
      }
    };

    test("share writes of the table, each with the checkpoint that moves behind them", async () => {
      archive(0, 900);
      await bench.run();
      expect(asides()).toBe(300);
      expect(counted()).toBe(300);
      expect(bench.logged("object set aside")).toHaveLength(300);
      // Twenty a write, and the state, the lease, reads and some more.
      expect(bench.table.calls).toBeLessThan(15 + 300 / 20 + 30);
      expect(await bench.run()).toMatchObject({ shipped: 0 });
      expect(asides()).toBe(300);
    });

    test("are noted before anything behind them is shipped", async () => {
      archive(0, 10);
      bench.put("logs/2026/2.log", "behind\n");
      bench.table.fail({ action: "TransactWriteItems", code: "InternalServerError", times: 100 });
      await expect(bench.run()).rejects.toThrow("InternalServerError");
      expect(bench.messages).toEqual([]);
      expect(asides()).toBe(0);
      bench.table.heal();
      bench.now += 400_000;
      expect(await bench.run()).toMatchObject({ shipped: 1 });
      expect(asides()).toBe(4);
    });

    test("are noted as far as the checkpoint moved where a write fails, and the rest by the next run, each once", async () => {
      archive(0, 300);
      const written: number[] = [];
      bench.table.onWrite = ({ entry }) => {
        if (!String(entry["S"]).startsWith("aside ")) return;
        written.push(1);
        if (written.length === 40)
          bench.table.fail({ action: "TransactWriteItems", code: "InternalServerError", times: 100 });
      };
      await expect(bench.run()).rejects.toThrow("InternalServerError");
      expect([asides(), counted()]).toEqual([40, 40]);
      const [{ lastKey }] = await bench.checkpoints().checkpoints();
      const noted = (await bench.checkpoints().aside()).map(({ key }) => key).sort();
      // Nothing that is noted lies behind the checkpoint, and nothing before it is left out.
      expect(String(lastKey) >= String(noted.at(-1))).toBe(true);
      expect(String(lastKey) < `logs/2026/${10_000 + 40 * 3}.log`).toBe(true);
      bench.table.heal();
      bench.now += 400_000;
      await bench.run();
      expect([asides(), counted(), written.length]).toEqual([100, 100, 100]);
    });
  });

  test("that S3's answer alone tells is set aside at once as well", async () => {
    for (const name of ["1", "2", "3"]) bench.put(`logs/2026/${name}.log`, `${name}\n`);
    bench.s3.script("logs/2026/2.log", { status: 403, code: "InvalidObjectState" });
    expect(await bench.run()).toMatchObject({ shipped: 2 });
    expect(bench.messages).toEqual(["1", "3"]);
    expect(await aside()).toEqual([["logs/2026/2.log", true]]);
  });
});

describe("a listener that fails", () => {
  beforeEach(() => {
    for (const stream of ["a", "b"]) bench.put(`${stream}/2026/1.log`, `${stream}\n`);
  });

  test("ends the run with its error, and counts against no object", async () => {
    bench.listener.always({ status: 503 });
    await expect(bench.run(settings)).rejects.toThrow(/2 problems: the listener did not take a bulk/);
    for (const { failing, lease } of await bench.checkpoints().checkpoints()) {
      expect(failing).toBeUndefined();
      expect(lease).toBeUndefined();
    }
    // The second stream was not tried with it.
    expect(bench.listener.requests).toHaveLength(8);
    bench.listener.always(undefined);
    expect(await bench.run(settings)).toMatchObject({ shipped: 2 });
  });

  test("holds up the object alone that it refuses", async () => {
    bench.listener.script({ status: 400, body: "no" });
    await expect(bench.run()).rejects.toThrow("the listener refused a bulk");
    expect(bench.messages).toEqual(["b"]);
  });
});
