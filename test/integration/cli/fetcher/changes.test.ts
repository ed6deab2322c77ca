import type { Checkpoint } from "../../../../lambdas/s3-fetcher/checkpoints/checkpoint";
import { bucket, FetcherBench } from "../../../support/fetcher-bench";
import type { CommandRun } from "../../../support/command-run";
import { fetcherCommand } from "./fetcher-command";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
  bench.now = Date.now();
});
afterEach(() => bench.stop());

function reset(...words: string[]): Promise<CommandRun> {
  return fetcherCommand(bench, ["reset", "--source", bucket, ...words]);
}

async function checkpointOf(stream: string): Promise<Checkpoint> {
  const found = (await bench.checkpoints().checkpoints()).find((one) => one.stream === stream);
  if (found === undefined) throw new Error(`there is no checkpoint of ${stream}`);
  return found;
}

async function takeLease(expiresInMs: number): Promise<void> {
  const checkpoint = await checkpointOf("logs/");
  const lease = { owner: "a run", expiresAt: Date.now() + expiresInMs };
  await bench.checkpoints().writeCheckpoint({ ...checkpoint, sequence: checkpoint.sequence + 1, lease });
}

/** Objects of one stream, each of one line that names it. */
async function shipped(...names: string[]): Promise<void> {
  for (const name of names) bench.put(`logs/2026/${name}.log`, `${name}\n`);
  await bench.run();
}

describe("logzio-s3 fetcher reset", () => {
  test("says what it means before it asks, and changes nothing where nobody can be asked", async () => {
    await shipped("a", "b", "c");
    const before = await checkpointOf("logs/");
    const { exitCode, stdout, stderr } = await reset("--to", "beginning");
    expect(exitCode).toBe(2);
    expect(stdout).toContain("3 objects (6 bytes) shipped again");
    expect(stderr).toContain("--yes");
    expect(await checkpointOf("logs/")).toEqual(before);
  });

  test("to the beginning ships everything again, once", async () => {
    await shipped("a", "b", "c");
    const { exitCode } = await reset("--to", "beginning", "--yes");
    expect(exitCode).toBe(0);
    await bench.run();
    await bench.run();
    expect(bench.messages).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("to a key ships what is behind it, and finds late keys there afterwards", async () => {
    await shipped("a", "c", "e");
    const { stdout } = await reset("--to", "logs/2026/a.log", "--yes");
    expect(stdout).toContain("2 objects");
    await bench.run();
    bench.put("logs/2026/d.log", "d\n");
    bench.put("logs/2026/0.log", "0\n");
    await bench.run();
    expect(bench.messages).toEqual(["a", "c", "e", "c", "e", "0", "d"]);
  });

  test("to now leaves out what is there, and never ships it", async () => {
    await shipped("a");
    bench.put("logs/2026/b.log", "b\n");
    bench.put("logs/2026/0.log", "late\n");
    const { stdout } = await reset("--to", "now", "--yes");
    expect(stdout).toContain("2 objects (7 bytes) left out: never shipped by the fetcher");
    await shipped("c");
    expect(bench.messages).toEqual(["a", "c"]);
  });

  test("to a date goes behind what is older", async () => {
    const day = 86_400;
    bench.put("logs/2026/a.log", "a\n", 9 * day);
    bench.put("logs/2026/b.log", "b\n", 5 * day);
    bench.put("logs/2026/c.log", "c\n", 2 * day);
    await bench.run();
    const date = new Date(bench.now - 7 * day * 1000).toISOString().slice(0, 10);
    const { exitCode, stdout } = await reset("--to", date, "--yes", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      changed: true,
      streams: [{ stream: "logs/", to: "logs/2026/a.log", effect: "again", objects: 2, refused: null }],
    });
    await bench.run();
    expect(bench.messages).toEqual(["a", "b", "c", "b", "c"]);
  });

  test("moves one stream, and leaves the others", async () => {
    bench.put("one/2026/a.log", "one\n");
    bench.put("two/2026/a.log", "two\n");
    await bench.run();
    await reset("--stream", "one/", "--to", "beginning", "--yes");
    await bench.run();
    expect([...bench.messages].sort()).toEqual(["one", "one", "two"]);
    const { exitCode, stderr } = await reset("--stream", "three/", "--to", "now", "--yes");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('has no stream "three/"; it has "one/", "two/"');
  });

  test("lets go of the object that failed, and of one under way", async () => {
    bench.put("logs/2026/a.log", "a\n");
    bench.s3.script("logs/2026/a.log", { status: 403, code: "AccessDenied" });
    await expect(bench.run()).rejects.toThrow();
    const { stdout } = await reset("--to", "now", "--yes");
    expect(stdout).toContain("the object that fails is let go of: logs/2026/a.log");
    await shipped("b");
    expect(bench.messages).toEqual(["b"]);
  });

  test("refuses while a run works on the stream, and goes on once its lease has run out", async () => {
    await shipped("a");
    await takeLease(60_000);
    const held = await reset("--to", "beginning", "--yes");
    expect(held.exitCode).toBe(1);
    expect(held.stderr).toContain("a run of the fetcher works on logs/ now; nothing was changed");
    await takeLease(-1000);
    expect((await reset("--to", "beginning", "--yes")).exitCode).toBe(0);
    expect((await checkpointOf("logs/")).lastKey).toBeUndefined();
  });

  test("never overwrites what a run has written in between", async () => {
    await shipped("a");
    const { table } = bench;
    let raced = false;
    // Behind the lease that the command takes, as a run would that had read the checkpoint before.
    table.onWrite = (item) => {
      if (raced || !JSON.stringify(item).includes("logzio-s3 ")) return;
      raced = true;
      table.items.set(JSON.stringify([item["source"]["S"], item["entry"]["S"]]), {
        ...item,
        sequence: { N: "99" },
        content: { S: String(item["content"]["S"]).replace(/"sequence":\d+/, '"sequence":99') },
      });
    };
    const { exitCode, stderr } = await reset("--to", "beginning", "--yes");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("its progress was not touched");
    expect((await checkpointOf("logs/")).sequence).toBe(99);
  });

  test("clears a window of many shards", async () => {
    for (let number = 0; number < 1200; number++) bench.put(`logs/2026/${10_000 + number}.log`, "", 60);
    const source = { lookback: { keys: 20_000, minutes: 600 } };
    for (let runs = 0; runs < 2; runs++) await bench.run({ source });
    const shards = (): string[] => [...bench.table.items.keys()].filter((name) => name.includes('"seen '));
    expect(shards().length).toBeGreaterThan(10);
    expect((await reset("--to", "beginning", "--yes")).exitCode).toBe(0);
    expect(shards()).toEqual([]);
  });

  test("refuses a key of another source", async () => {
    await shipped("a");
    const { exitCode, stderr } = await fetcherCommand(bench, [
      "reset",
      ...["--source", `${bucket}/logs/`, "--to", "2026-31-01", "--yes"],
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("has not looked at test-logs/logs/ yet");
    const early = await reset("--to", "2026-31-01", "--yes");
    expect(early).toMatchObject({ exitCode: 2 });
    expect(early.stderr).toContain("has no stream");
  });
});

describe("logzio-s3 fetcher skip and replay", () => {
  const denied = { status: 403, code: "AccessDenied" };

  async function failing(): Promise<void> {
    bench.put("logs/2026/a.log", "a\n");
    bench.put("logs/2026/b.log", "b 1\nb 2\n");
    bench.put("logs/2026/c.log", "c\n");
    bench.s3.script("logs/2026/b.log", denied);
    await expect(bench.run()).rejects.toThrow();
  }

  function skip(key: string, ...words: string[]): Promise<CommandRun> {
    return fetcherCommand(bench, ["skip", key, "--source", bucket, ...words]);
  }

  function replay(...words: string[]): Promise<CommandRun> {
    return fetcherCommand(bench, ["replay", "--source", bucket, "--listener", bench.listener.url, ...words]);
  }

  test("sets aside the object that fails; the stream goes on, and a replay ships it once", async () => {
    await failing();
    const { exitCode, stdout } = await skip("logs/2026/b.log", "--yes");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("AccessDenied");
    await bench.run();
    await bench.run();
    expect(bench.messages).toEqual(["a", "c"]);
    const replayed = await replay("--all");
    expect(replayed).toMatchObject({ exitCode: 0, stdout: "shipped  logs/2026/b.log (2 records)\n" });
    expect(bench.messages).toEqual(["a", "c", "b 1", "b 2"]);
    expect(await replay("--all")).toMatchObject({
      exitCode: 0,
      stdout: "Nothing of test-logs/ is set aside.\n",
    });
    expect(bench.messages).toHaveLength(4);
  });

  test("does not leave out a key that came in front of the one that is skipped", async () => {
    await failing();
    bench.put("logs/2026/aa.log", "aa\n");
    await skip("logs/2026/b.log", "--yes");
    await bench.run();
    expect([...bench.messages].sort()).toEqual(["a", "aa", "c"]);
  });

  test("skips nothing that no stream waits for, and nothing while a run is at it", async () => {
    await failing();
    const other = await skip("logs/2026/c.log", "--yes");
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("what streams wait for or have under way now: logs/2026/b.log");
    await takeLease(60_000);
    const held = await skip("logs/2026/b.log", "--yes");
    expect(held.exitCode).toBe(1);
    expect(await bench.checkpoints().aside()).toEqual([]);
  });

  test("a replay that fails keeps the object, and where it was", async () => {
    await failing();
    await skip("logs/2026/b.log", "--yes");
    bench.s3.script("logs/2026/b.log", denied);
    const failed = await replay("logs/2026/b.log");
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("allow the credentials in use s3:GetObject");
    expect((await replay("logs/2026/b.log")).exitCode).toBe(0);
    expect(bench.messages).toEqual(["a", "b 1", "b 2"]);
  });

  test("a replay goes on behind what was shipped of an object", async () => {
    await failing();
    await skip("logs/2026/b.log", "--yes");
    const [aside] = await bench.checkpoints().aside();
    const place = { compression: "none", entry: 0, offset: 4, record: 1, line: 1 } as const;
    const position = { ...place, format: "text", type: "s3_hook" };
    await bench.checkpoints().setAside({ ...aside, position });
    expect((await replay("--all")).exitCode).toBe(0);
    expect(bench.messages).toEqual(["a", "b 2"]);
  });

  test("says that an object is gone, and forgets it", async () => {
    await failing();
    await skip("logs/2026/b.log", "--yes");
    bench.s3.remove(bucket, "logs/2026/b.log");
    const { exitCode, stderr } = await replay("--all");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("is gone from the bucket");
    expect(await bench.checkpoints().aside()).toEqual([]);
  });

  test("asks which objects, and names those that there are", async () => {
    await failing();
    await skip("logs/2026/b.log", "--yes");
    const none = await replay();
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain("1 object of test-logs/ is set aside:\n  logs/2026/b.log");
    expect((await replay("other")).stderr).toContain("other is not set aside");
  });
});
