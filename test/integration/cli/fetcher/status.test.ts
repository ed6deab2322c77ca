import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SourceStatus } from "../../../../cli/fetcher/status";
import { bucket, FetcherBench } from "../../../support/fetcher-bench";
import { fetcherCommand } from "./fetcher-command";

let bench: FetcherBench;
beforeEach(async () => {
  bench = await FetcherBench.start();
  bench.now = Date.now();
});
afterEach(() => bench.stop());

interface StatusDocument {
  readonly ok: boolean;
  readonly sources: readonly SourceStatus[];
}

async function statusOf(...words: string[]): Promise<StatusDocument> {
  const { stdout } = await fetcherCommand(bench, ["status", "--source", `${bucket}/`, "--json", ...words]);
  return JSON.parse(stdout) as StatusDocument;
}

const denied = { status: 403, code: "AccessDenied" };

describe("logzio-s3 fetcher status", () => {
  test("is in order where all was shipped", async () => {
    bench.put("logs/2026/01/05/a.log", "a\n");
    await bench.run();
    const { exitCode, stdout, stderr } = await fetcherCommand(bench, ["status", "--source", bucket]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toBe(`${bucket}/  1 stream, in order\n`);
    expect((await statusOf()).sources[0].streams).toEqual([
      {
        stream: "logs/",
        lastKey: "logs/2026/01/05/a.log",
        lag: { objects: 0, bytes: 0, late: 0, seconds: 0, complete: true },
        underWay: null,
        failing: null,
        workedOnUntil: null,
      },
    ]);
  });

  test("says how much is left, what of it came late, and for how long it has waited", async () => {
    bench.put("logs/2026/05.log", "a\n", 9000);
    await bench.run();
    bench.put("logs/2026/06.log", "12345\n", 7200);
    bench.put("logs/2026/07.log", "", 7200);
    bench.put("logs/2026/04.log", "late\n", 3600);
    const { ok, sources } = await statusOf();
    expect(ok).toBe(false);
    expect(sources[0].streams[0].lag).toMatchObject({ objects: 2, bytes: 11, late: 1, complete: true });
    expect(Math.abs(sources[0].streams[0].lag.seconds - 7200)).toBeLessThan(30);
    const within = await fetcherCommand(bench, ["status", "--source", bucket, "--lag", "180"]);
    expect(within.exitCode).toBe(0);
    expect(within.stdout).toContain("2 hours");
  });

  test("says at least where it does not list everything", async () => {
    bench.put("logs/2026/0.log", "x\n");
    await bench.run();
    for (let number = 0; number < 2500; number++) bench.put(`logs/2026/${10_000 + number}.log`, "x\n");
    const { sources } = await statusOf("--max-keys", "1000");
    expect(sources[0].streams[0].lag).toMatchObject({ objects: 1999, complete: false });
    const { stdout } = await fetcherCommand(bench, ["status", "--source", bucket, "--max-keys", "1000"]);
    expect(stdout).toContain("≥ 1,999");
  });

  test("shows the object that a stream waits for, and why", async () => {
    bench.put("logs/2026/a.log", "a\n");
    bench.put("logs/2026/b.log", "b\n");
    bench.s3.script("logs/2026/b.log", denied);
    await expect(bench.run()).rejects.toThrow();
    const { exitCode, stdout } = await fetcherCommand(bench, ["status", "--source", bucket]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("1 failing");
    expect(stdout).toMatch(/failing +logs\/2026\/b\.log/);
    expect(stdout).toContain("1 attempt, next at");
    expect(stdout).toContain("AccessDenied");
  });

  test("shows where it is in an object, who works on it, and what was set aside", async () => {
    bench.put("logs/2026/a.log", "a\n");
    await bench.run();
    const table = bench.checkpoints();
    const [checkpoint] = await table.checkpoints();
    const position = {
      compression: "none",
      entry: 0,
      offset: 5_000_000,
      format: "text",
      type: "s3_hook",
      record: 1234,
      line: 1234,
    } as const;
    const underWay = { key: "logs/2026/b.log", eTag: "x", position };
    const lease = { owner: "a run", expiresAt: Date.now() + 100_000 };
    await table.writeCheckpoint({ ...checkpoint, sequence: checkpoint.sequence + 1, underWay, lease });
    await table.setAside({ key: "logs/2026/0.log", eTag: "y", reason: "broken", since: Date.now() });
    const { stdout } = await fetcherCommand(bench, ["status", "--source", bucket]);
    expect(stdout).toContain("1 object set aside");
    expect(stdout).toMatch(
      /under way +logs\/2026\/b\.log\n +1,234 records of it shipped, 5\.0 MB decompressed/,
    );
    expect(stdout).toContain("a run has it now");
    expect(stdout).toMatch(/set aside +logs\/2026\/0\.log\n +failed since .*: broken/);
  });

  test("ends with a code of its own where nothing is wrong but what was set aside", async () => {
    bench.put("logs/2026/a.log", "a\n");
    await bench.run();
    const aside = { key: "logs/2026/0.log", eTag: "y", reason: "broken", since: Date.now() };
    await bench.checkpoints().setAside(aside);
    const { exitCode, stdout } = await fetcherCommand(bench, ["status", "--source", bucket]);
    expect(exitCode).toBe(4);
    expect(stdout).toContain(`logzio-s3 fetcher replay --source ${bucket}/ --all`);
    expect(await statusOf()).toMatchObject({ ok: false, sources: [{ setAside: [{ key: aside.key }] }] });
    bench.put("logs/2026/b.log", "b\n", 7200);
    expect((await fetcherCommand(bench, ["status", "--source", bucket])).exitCode).toBe(1);
  });

  test("says which prefixes are one order because of their folders, and what is not found there", async () => {
    bench.put("logs/2026/a.log", "a\n");
    await bench.run();
    const table = bench.checkpoints();
    const state = await table.state();
    if (state === undefined) throw new Error("there is no state");
    expect((await statusOf()).sources[0].undivided).toEqual([]);
    const undivided = ["logs/"];
    await table.writeState({ ...state, undivided, sequence: state.sequence + 1 });
    expect((await statusOf()).sources[0].undivided).toEqual(undivided);
    const { exitCode, stdout } = await fetcherCommand(bench, ["status", "--source", bucket], 80);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "one order logs/ it has more than 1,000 folders: keys that sort further behind than lookback.keys are not found",
    );
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("keeps within 80 columns with many streams, and names the worst", async () => {
    const stream = (account: number): string =>
      `AWSLogs/${100_000_000_000 + account}/CloudTrail/us-east-1/2026/01/05/`;
    for (let account = 0; account < 20; account++) bench.put(`${stream(account)}a.gz`, "x\n", 60);
    await bench.run();
    for (let account = 0; account < 15; account++)
      bench.put(`${stream(account)}b-with-a-rather-long-name-${"x".repeat(60)}.gz`, "x\n", 3600 * account);
    const { exitCode, stdout } = await fetcherCommand(bench, ["status", "--source", bucket], 80);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("20 streams, 14 over 30 minutes behind");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout.indexOf("100000000014/")).toBeLessThan(stdout.indexOf("100000000013/"));
    expect(stdout).toContain("and 8 more streams");
    const all = await fetcherCommand(bench, ["status", "--source", bucket, "--streams"], 80);
    expect(all.stdout.match(/last key/g)).toHaveLength(20);
  });

  test("takes name, region and sources from logzio.yaml", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fetcher-status-"));
    const file = join(folder, "logzio.yaml");
    const yaml = `aws: { region: eu-central-1 }
fetcher:
  name: fetcher
  sources:
    - { bucket: ${bucket}, prefix: one/, exclude: [skipped], start: beginning }
    - { bucket: ${bucket}, prefix: two/ }
`;
    writeFileSync(file, yaml);
    bench.put("one/2026/a.log", "a\n");
    await bench.run({ source: { prefix: "one/" } });
    bench.put("one/2026/b-skipped.log", "a\n");
    const { exitCode, stdout } = await fetcherCommand(bench, ["status", "--config", file]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${bucket}/one/  1 stream, in order`);
    expect(stdout).toContain("the fetcher has not looked at it yet");
    writeFileSync(file, yaml.replace("start: beginning", "start: 7").replace("[skipped]", "skipped"));
    const wrong = await fetcherCommand(bench, ["status", "--config", file]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("fetcher.sources[0].exclude (line 5)");
    expect(wrong.stderr).toContain('fetcher.sources[0].start (line 5) is 7 (a number); write "now"');
    rmSync(folder, { recursive: true });
  });

  test("says of a checkpoint that cannot be read, and of a fetcher that does not run", async () => {
    bench.put("logs/2026/a.log", "a\n");
    await bench.run();
    const table = bench.checkpoints();
    const state = await table.state();
    if (state === undefined) throw new Error("there is no state");
    await table.writeState({ ...state, discoveredAt: Date.now() - 3_600_000, sequence: state.sequence + 1 });
    expect((await statusOf()).sources[0].problem).toContain("has not run since");
    for (const [name, item] of bench.table.items)
      if (name.includes("checkpoint ")) bench.table.items.set(name, { ...item, content: { S: "{" } });
    const { exitCode, stdout } = await fetcherCommand(bench, ["status", "--source", bucket]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("it is not JSON");
  });

  test("asks for a source, and says where there is no table", async () => {
    const none = await fetcherCommand(bench, ["status", "--config", "/dev/null"]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain("name it with --source BUCKET/PREFIX");
    bench.table.fail({ action: "Query", code: "ResourceNotFoundException" });
    const { exitCode, stderr } = await fetcherCommand(bench, ["status", "--source", bucket]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("deploy the fetcher first (npx cdktf deploy)");
    expect(stderr).toContain("--name and --region");
    expect(stderr).not.toMatch(/CHECKPOINT_TABLE|nothing is shipped/);
  });
});
