import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { BackfillState } from "../../cli/backfill/state";
import { LocalListener } from "../../cli/local/listener";
import { S3Double } from "../support/s3-double";

const bucket = "test-logs";
const token = "a-token-for-tests";
/** The built program: signals and kills are for a process. */
const program = join(__dirname, "../../dist/bin/logzio-s3.js");

let s3: S3Double;
let listener: LocalListener;
let folder: string;
/** What the bulks that were accepted hold, one each. */
let bulks: (readonly string[])[];
let onAccepted: () => void;

beforeEach(async () => {
  bulks = [];
  onAccepted = () => undefined;
  [s3, listener] = await Promise.all([
    S3Double.start(),
    LocalListener.start({
      token,
      onAccepted: (documents) => {
        bulks.push(documents.map((line) => (JSON.parse(line) as { message: string }).message));
        onAccepted();
      },
    }),
  ]);
  folder = mkdtempSync(join(tmpdir(), "backfill-resume-"));
});
afterEach(async () => {
  await Promise.all([s3.stop(), listener.stop()]);
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function start(...more: readonly string[]): {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
} {
  const words = ["backfill", bucket, "--listener", listener.url, "--type", "s3_hook", "--yes", ...more];
  const child = fork(program, words, {
    cwd: folder,
    silent: true,
    env: {
      PATH: process.env["PATH"],
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      LOGZIO_TOKEN: token,
    },
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  return { process: child, ended };
}

/** Of a line, without what makes it long. */
const name = (line: string): string => line.replace(/ x+$/, "");

function stateFile(): string {
  const [file] = readdirSync(folder).filter((one) => one.endsWith(".json"));
  return join(folder, file);
}

/** Six small objects, and in their midst one of ten bulks: of those under way, an interrupted run sends all. */
function fill(): string[] {
  const lines: string[] = [];
  const put = (key: string, count: number, length: number): void => {
    const content = Array.from({ length: count }, (_, index) => `${key} ${index} ${"x".repeat(length)}`);
    lines.push(...content);
    s3.put(bucket, key, `${content.join("\n")}\n`);
  };
  for (const key of ["a", "b", "c"]) put(key, 20, 10);
  put("d-large", 4000, 25_000);
  for (const key of ["e", "f", "g"]) put(key, 20, 10);
  return lines;
}

/** Lines that were delivered twice, by the bulks that repeat them. */
function repeated(lines: readonly string[]): number {
  const seen = new Set<string>();
  let count = 0;
  for (const line of lines) {
    if (seen.has(line)) count++;
    seen.add(line);
  }
  return count;
}

const largestBulk = (): number => Math.max(...bulks.map(({ length }) => length));

describe("a backfill that is cut off", () => {
  test("stops at a record when it is interrupted, says how to go on, and repeats nothing", async () => {
    const lines = fill();
    for (let runs = 0; ; runs++) {
      const before = bulks.length;
      const run = start();
      onAccepted = () => {
        if (bulks.length === before + 2) run.process.kill("SIGINT");
      };
      const { code, output } = await run.ended;
      if (code === 0) {
        expect(runs).toBeGreaterThan(2);
        break;
      }
      expect({ code, runs }).toEqual({ code: 130, runs });
      expect(output).toContain("The same command goes on from there");
      expect(runs).toBeLessThan(12);
    }
    expect(bulks.flat()).toEqual(lines);
  }, 120_000);

  test("keeps its place in an object also where a key appears just before it", async () => {
    const lines = fill();
    const interruptedAfter = async (accepted: number): Promise<void> => {
      const run = start("--to", "2030-01-01");
      const before = bulks.length;
      onAccepted = () => {
        if (bulks.length === before + accepted) run.process.kill("SIGINT");
      };
      expect(await run.ended).toMatchObject({ code: 130 });
    };
    await interruptedAfter(5);
    const early = Array.from({ length: 2000 }, (_, index) => `early ${index} ${"x".repeat(25_000)}`);
    s3.put(bucket, "c-early", `${early.join("\n")}\n`);
    // In the midst of the new one, and then in its own again.
    await interruptedAfter(1);
    onAccepted = () => undefined;
    expect((await start("--to", "2030-01-01").ended).code).toBe(0);
    const arrived = bulks.flat().map(name);
    expect(arrived.filter((line) => !line.startsWith("early"))).toEqual(lines.map(name));
    expect(arrived.filter((line) => line.startsWith("early"))).toEqual(early.map(name));
    const { underWay, ahead } = JSON.parse(readFileSync(stateFile(), "utf8")) as Partial<BackfillState>;
    expect({ underWay, ahead }).toEqual({ underWay: undefined, ahead: [] });
  }, 120_000);

  test("repeats one bulk at most when it is killed, wherever that is", async () => {
    const lines = fill();
    let kills = 0;
    let previous = 0;
    for (;;) {
      const run = start();
      const after = bulks.length + 1 + (kills % 3);
      onAccepted = () => {
        if (bulks.length >= after) run.process.kill("SIGKILL");
      };
      const { code } = await run.ended;
      const twice = repeated(bulks.flat());
      expect(twice - previous).toBeLessThanOrEqual(largestBulk());
      previous = twice;
      if (code === 0) break;
      kills++;
      expect(kills).toBeLessThan(25);
    }
    expect(kills).toBeGreaterThan(2);
    expect([...new Set(bulks.flat())]).toEqual(lines);
  }, 120_000);
});
