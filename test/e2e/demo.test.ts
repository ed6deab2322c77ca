import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { DemoResult } from "../../cli/demo/result";
import { writeSamples } from "../../cli/samples";

// Two seconds each on an idle machine; the other tests of the suite run beside them.
jest.setTimeout(60_000);

/** The demo as it is built: function, queue and listener on loopback. Its temporary files go into a folder of ours. */
describe("the demo", () => {
  let folder: string;
  let temporary: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-test-"));
    temporary = mkdtempSync(join(folder, "tmp-"));
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  interface Run {
    code: number | null;
    stdout: string;
    stderr: string;
  }
  function run(words: readonly string[], interruptAt?: RegExp): Promise<Run> {
    const started = spawn(process.execPath, ["dist/cli/demo/main.js", ...words], {
      env: { ...process.env, TMPDIR: temporary },
    });
    child = started;
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      started[name].on("data", (chunk: Buffer) => {
        output[name] += chunk.toString();
        if (interruptAt?.test(output.stdout) === true) started.kill("SIGINT");
      });
    }
    return new Promise((resolve) => {
      started.on("close", (code) => {
        resolve({ code, ...output });
      });
    });
  }

  it("ships every sample as it should be, and leaves nothing behind", async () => {
    const { code, stdout, stderr } = await run(["--json", "--seed", "7"]);
    const { objects, totals, problems } = JSON.parse(stdout) as DemoResult & { problems: unknown[] };

    expect(problems).toEqual([]);
    expect(objects.map(({ key, type, documents }) => ({ key, type, documents }))).toEqual(
      writeSamples(7).map(({ key, expected: { type, documents } }) => ({ key, type, documents })),
    );
    expect(totals.accepted).toBe(totals.records);
    expect(totals.requests).toBe(objects.filter(({ documents }) => documents > 0).length);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("ends with 1 and says why where a file cannot be shipped", async () => {
    const file = join(folder, "cut.gz");
    writeFileSync(file, gzipSync("a line\n").subarray(0, -9));

    const { code, stdout } = await run(["--file", file]);

    expect(stdout).toMatch(
      /✗ app\/example\/cut\.gz .* failed\n {4}its message went to the dead-letter queue: .*cut off/,
    );
    expect(stdout).toContain("Not as it should be: 1 problem");
    expect(code).toBe(1);
  });

  it("refuses a key that no rule of the stack matches, and names the prefixes", async () => {
    const file = join(folder, "a.log");
    writeFileSync(file, "a line\n");

    const { code, stderr } = await run(["--file", file, "--key", "elsewhere/a.log"]);

    expect(stderr).toBe(
      "--key elsewhere/a.log matches no rule of the demo; begin it with AWSLogs/, app/, s3-access/\n",
    );
    expect(code).toBe(2);
  });

  it("leaves nothing behind where it is interrupted", async () => {
    const { code, stderr } = await run([], /^queue /m);

    expect(code).toBe(130);
    expect(stderr).toBe("");
    expect(readdirSync(temporary)).toEqual([]);
  });
});
