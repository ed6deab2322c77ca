import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { addBackfill } from "../../../../cli/commands/backfill";
import { LocalListener } from "../../../../cli/local/listener";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { S3Double } from "../../../support/s3-double";

const bucket = "test-logs";
const token = "a-token-for-tests";

let s3: S3Double;
let listener: LocalListener;
let folder: string;

beforeEach(async () => {
  [s3, listener] = await Promise.all([S3Double.start(), LocalListener.start({ token })]);
  folder = mkdtempSync(join(tmpdir(), "backfill-"));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
afterEach(async () => {
  await Promise.all([s3.stop(), listener.stop()]);
  rmSync(folder, { recursive: true });
});

const statePath = (): string => join(folder, "state.json");

function backfill(words: readonly string[] = [], signal?: AbortSignal): Promise<CommandRun> {
  const all = ["backfill", bucket, "--listener", listener.url, "--state", statePath(), "--yes", ...words];
  return runCommand(addBackfill, all, { LOGZIO_TOKEN: token, LOGZIO_CONFIG: "" }, signal);
}

function put(key: string, content: string, modified = "2026-01-05T10:00:00Z"): void {
  s3.put(bucket, key, content, { lastModified: new Date(modified) });
}

function messages(): unknown[] {
  return listener.documents.map((line) => (JSON.parse(line) as { message: string }).message);
}

describe("logzio-s3 backfill", () => {
  test("ships what is there in the byte order of its keys", async () => {
    const keys = ["b", "a", "Z", "a-", "10", "9", "ä", "\u{10000}", "\uff5e"];
    for (const key of keys) put(`logs/${key}`, `${key}\n`);
    put("other/x", "not asked for\n");
    const { exitCode, stdout, stderr } = await backfill(["--prefix", "logs/", "--type", "mine"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(messages()).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(JSON.parse(listener.documents[0])).toMatchObject({ type: "mine", aws_region: "us-east-1" });
    expect(stdout).toContain("Shipped 9 objects");
    expect(stdout).not.toContain(token);
  });

  test("takes the objects of a time, by modification or by the date in the key", async () => {
    put("a/2026/01/04/x.log", "4\n", "2026-01-06T00:00:00Z");
    put("a/2026/01/05/x.log", "5\n", "2026-01-05T00:00:00Z");
    put("a/2026/01/06/x.log", "6\n", "2026-01-05T23:59:59Z");
    put("a/none.log", "none\n", "2026-01-05T12:00:00Z");
    await backfill(["--from", "2026-01-05", "--to", "2026-01-06"]);
    expect(messages()).toEqual(["5", "6", "none"]);
    listener.documents.length = 0;
    rmSync(statePath());
    const { stderr } = await backfill(["--from", "2026-01-05", "--to", "2026-01-06", "--by", "key-date"]);
    expect(messages()).toEqual(["5"]);
    expect(stderr).toContain("the keys of 1 object name no date");
  });

  test("says what it is going to do, and does nothing where nobody can be asked", async () => {
    put("a.log", "a\n".repeat(1000));
    const words = ["backfill", bucket, "--listener", listener.url, "--state", statePath()];
    const { exitCode, stdout, stderr } = await runCommand(addBackfill, words, { LOGZIO_TOKEN: token });
    expect(exitCode).toBe(2);
    expect(stdout).toContain("1 object, 2.0 kB");
    expect(stdout).toContain("assumed");
    expect(stderr).toContain("--yes");
    expect(messages()).toEqual([]);
    expect(existsSync(statePath())).toBe(false);
  });

  test("does it once: the second run says so", async () => {
    put("a.log", "a\n");
    await backfill();
    const { exitCode, stdout } = await backfill();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("shipped already");
    expect(messages()).toEqual(["a"]);
  });

  test("keeps its place in a file for its owner alone, without the token", async () => {
    put("a.log", "a\n");
    await backfill();
    expect(statSync(statePath()).mode & 0o777).toBe(0o600);
    expect(readFileSync(statePath(), "utf8")).not.toContain(token);
    expect(existsSync(`${statePath()}.lock`)).toBe(false);
  });

  test("lists what failed with its reason, and tries that again", async () => {
    put("a.log", "a\n");
    put("b.log", "b\n");
    put("c.log", "c\n");
    const denied = { status: 403, code: "AccessDenied" };
    s3.script("b.log", denied, denied, denied);
    const first = await backfill();
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toMatch(
      /1 object failed[^]*b\.log\n +s3:\/\/test-logs\/b\.log cannot be read \(AccessDenied/,
    );
    expect(first.stdout).toContain("allow the credentials in use s3:GetObject");
    expect(messages()).toEqual(["a", "c"]);
    const second = await backfill();
    expect(second.exitCode).toBe(0);
    expect(messages()).toEqual(["a", "c", "b"]);
  });

  test("stops where everything fails", async () => {
    for (let number = 100; number < 130; number++) {
      put(`${number}.gz`, "x\n");
      s3.script(`${number}.gz`, ...Array.from({ length: 3 }, () => ({ status: 403, code: "AccessDenied" })));
    }
    const { exitCode, stdout, stderr } = await backfill(["--json"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("the last 20 objects have all failed");
    expect(stdout).toBe("");
  }, 90_000);

  test("stops at a token that is not accepted, and goes on with the right one", async () => {
    put("a.log", "a\n");
    const words = ["backfill", bucket, "--listener", listener.url, "--state", statePath(), "--yes"];
    const wrong = await runCommand(addBackfill, words, { LOGZIO_TOKEN: "another-token" });
    expect(wrong.exitCode).toBe(3);
    expect(wrong.stderr).toContain("does not accept the token");
    expect(wrong.stderr + wrong.stdout).not.toContain("another-token");
    expect((await backfill()).exitCode).toBe(0);
    expect(messages()).toEqual(["a"]);
  });

  test("ships as logzio.yaml says, and leaves out what it leaves out", async () => {
    const file = join(folder, "logzio.yaml");
    writeFileSync(
      file,
      `hook:
  sources:
    - { bucket: ${bucket}, prefix: app/, suffix: .log, type: mine, fields: { team: platform }, exclude: [debug],
        dropRecords: [secret] }
fetcher:
  sources:
    - { bucket: ${bucket}, prefix: trail/, type: theirs }
`,
    );
    s3.region = "eu-central-1";
    for (const key of ["app/a.log", "app/a.txt", "app/debug.log", "trail/b", "z"]) put(key, `${key}\n`);
    put("app/b.log", "secret 1\nsecret 2\n");
    const { stdout } = await backfill(["--config", file]);
    const documents = listener.documents.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.map(({ message, type, team }) => [message, type, team])).toEqual([
      ["app/a.log", "mine", "platform"],
      ["trail/b", "theirs", undefined],
      ["z", "s3_hook", undefined],
    ]);
    expect(documents[0]).toMatchObject({ aws_region: "eu-central-1" });
    expect(stdout).toContain("3 records.\nLeft out, by keepRecords and dropRecords: 2 records.");
  });

  test("refuses a state of another backfill, a damaged one, and one that is worked with", async () => {
    put("a.log", "a\n");
    await backfill(["--prefix", "a"]);
    const other = await backfill(["--prefix", "b"]);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("belongs to another backfill (test-logs/a");
    const holder = (pid: number): string => JSON.stringify({ pid, host: hostname() });
    writeFileSync(`${statePath()}.lock`, holder(process.pid));
    expect((await backfill(["--prefix", "a"])).stderr).toContain(
      `process ${process.pid} is at work with this backfill`,
    );
    writeFileSync(`${statePath()}.lock`, holder(999_999_999));
    writeFileSync(statePath(), "{");
    expect((await backfill(["--prefix", "a"])).stderr).toContain("is no JSON");
    expect(existsSync(`${statePath()}.lock`)).toBe(false);
  });

  test.each([
    [["--from", "yesterday"], "Write a date such as 2026-01-31"],
    [["--from", "2026-02-30"], "Write a date such as 2026-01-31"],
    [["--from", "2026-01-02", "--to", "2026-01-01"], "--from 2026-01-02 is not before --to 2026-01-01"],
    [["--type", "two words"], "write a type without spaces"],
    [["--field", "team"], "write NAME=VALUE"],
    [["--queue", "https://example.com/x"], "write the URL of the hook's queue"],
    [
      ["--queue", "https://sqs.eu-west-1.amazonaws.com/123456789012/q", "--type", "x"],
      "the hook ships as its own",
    ],
  ])("refuses %j", async (words, reason) => {
    const { exitCode, stderr } = await backfill(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
  });
});
