import { setTimeout as wait } from "node:timers/promises";
import { s3Event, sqsEvent } from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

describe("the objects of a batch", () => {
  let bench: HookBench;
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  const keys = ["1.log", "2.log", "3.log"];
  const batch = sqsEvent(...keys.map((key) => s3Event({ bucket, key })));
  /** More than the buffers of a connection hold, so that S3 cannot get rid of it before it is read. */
  const large = `${"a line of a large object ".repeat(400)}\n`.repeat(1_000);

  it("are asked for while those before them are shipped, and shipped in order", async () => {
    for (const key of keys) bench.s3.put(bucket, key, `of ${key}\n`);
    bench.listener.script({ slowMs: 300 });
    let askedByThen: string[] = [];
    const looking = (async () => {
      while (bench.listener.requests.length === 0) await wait(5);
      await wait(150);
      askedByThen = bench.s3.requests.map(({ key }) => key);
    })();

    await bench.run(batch);
    await looking;

    expect(askedByThen.sort()).toEqual(keys);
    expect(bench.s3.requests).toHaveLength(3);
    expect(bench.messages).toEqual(keys.map((key) => `of ${key}`));
  });

  it("may wait for their turn for longer than a body may be silent", async () => {
    bench.s3.put(bucket, "1.log", "one\n");
    bench.s3.put(bucket, "2.log", large);
    bench.s3.put(bucket, "3.log", "three\n");
    bench.listener.script({ slowMs: 1_500 });

    await bench.run(batch, { reading: { idleTimeoutMs: 500 } });

    expect(bench.logged("object shipped")).toHaveLength(3);
    expect(bench.logged("resuming a broken body")).toEqual([]);
    expect(bench.listener.documentCount).toBe(1_002);
  });

  it("are read whole where S3 closed the connection while they waited", async () => {
    for (const key of ["1.log", "3.log"]) bench.s3.put(bucket, key, `of ${key}\n`);
    bench.s3.put(bucket, "2.log", large);
    bench.s3.script("2.log", { resetAfter: 300_000 });
    bench.listener.script({ slowMs: 500 });

    await bench.run(batch);

    expect(bench.logged("object shipped")).toHaveLength(3);
    expect(bench.listener.documentCount).toBe(1_002);
  });

  it("are let go where they are not shipped: no connection stays busy with them", async () => {
    bench.s3.put(bucket, "1.log", "one\n");
    for (const key of ["2.log", "3.log"]) bench.s3.put(bucket, key, large);
    bench.listener.always({ status: 401 });

    const response = await bench.run(batch);

    expect(response?.batchItemFailures).toHaveLength(3);
    while (bench.s3.openSockets > 1) await wait(5);
    for (const { key, bytesSent } of bench.s3.requests)
      if (key !== "1.log") expect(bytesSent).toBeLessThan(large.length);
  });
});
