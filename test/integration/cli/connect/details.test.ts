import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addConnect } from "../../../../cli/commands/connect";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { LogzioApiDouble } from "../../../support/logzio-api-double";

let double: LogzioApiDouble;
let folder: string;
let file: string;

beforeEach(async () => {
  double = await LogzioApiDouble.start();
  folder = mkdtempSync(join(tmpdir(), "connect-details-"));
  file = join(folder, "logzio.yaml");
});
afterEach(async () => {
  await double.stop();
  rmSync(folder, { recursive: true });
});

function connect(...words: string[]): Promise<CommandRun> {
  const all = ["connect", ...words, "--config", file, "--api-url", double.url];
  return runCommand(addConnect, all, { LOGZIO_API_TOKEN: double.token });
}

function read(): string {
  return readFileSync(file, "utf8");
}

const id = "logzio:aws:extid:new0000000000000";
const written = `access:\n  logzioAccountId: "111122223333"\n  externalIds:\n    - "${id}"\n`;

describe("logzio-s3 connect", () => {
  test.each([[["details"]], [[]]])("asks Logz.io and writes the file (%j)", async (words) => {
    writeFileSync(file, "region: eu # ours\n");
    const { exitCode, stdout, stderr } = await connect(...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("111122223333");
    expect(stdout).toContain(id);
    expect(stdout).toContain('4 +   logzioAccountId: "111122223333"\n');
    expect(read()).toBe(`region: eu # ours\n\n${written}`);
  });

  test("does nothing the second time", async () => {
    writeFileSync(file, "");
    await connect();
    const before = statSync(file).mtimeMs;
    const { exitCode, stdout } = await connect();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("has them already");
    expect(statSync(file).mtimeMs).toBe(before);
  });

  test("keeps the file's mode and its symbolic link, and leaves no draft", async () => {
    const target = join(folder, "real.yaml");
    writeFileSync(target, "region: eu\n");
    chmodSync(target, 0o640);
    symlinkSync(target, file);
    await connect();
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(read()).toContain(id);
    expect(readdirSync(folder).sort()).toEqual(["logzio.yaml", "real.yaml"]);
  });

  test("leaves another external ID, says why, and writes what is not disputed", async () => {
    const text = "access:\n  externalIds: [my-own-id]\n";
    writeFileSync(file, text);
    const { exitCode, stderr } = await connect();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/"my-own-id" and not the one that Logz\.io assigned.*migrate-external-id/s);
    expect(read()).toBe('access:\n  logzioAccountId: "111122223333"\n  externalIds: [my-own-id]\n');
  });

  test("takes two external IDs for a migration under way", async () => {
    const text = `access:\n  logzioAccountId: "111122223333"\n  externalIds: [my-own-id, "${id}"]\n`;
    writeFileSync(file, text);
    expect((await connect()).exitCode).toBe(0);
    expect(read()).toBe(text);
  });

  test("leaves another account, which may be meant", async () => {
    const text = `access:\n  logzioAccountId: "999900001111"\n  externalIds: ["${id}"]\n`;
    writeFileSync(file, text);
    const { exitCode, stderr } = await connect();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/is "999900001111", and Logz\.io says 111122223333/);
    expect(read()).toBe(text);
  });

  test("replaces both where it is told to", async () => {
    writeFileSync(file, "access:\n  logzioAccountId: '999900001111'\n  externalIds:\n    - my-own-id\n");
    expect((await connect("details", "--replace")).exitCode).toBe(0);
    expect(read()).toBe(written);
  });

  test("writes nothing with --print", async () => {
    writeFileSync(file, "region: eu\n");
    const { exitCode, stdout } = await connect("details", "--print", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      logzioAWSAccountId: "111122223333",
      assignedExternalId: id,
      file,
      changed: [],
      conflicts: [],
    });
    expect(read()).toBe("region: eu\n");
  });

  test("writes no external ID where access keys are used", async () => {
    const text = "access:\n  user: {}\n";
    writeFileSync(file, text);
    const { exitCode, stderr } = await connect();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/access keys know no external ID/);
    expect(read()).toBe(text);
  });

  test("changes nothing where Logz.io refuses", async () => {
    writeFileSync(file, "region: eu\n");
    double.fail({ status: 401, body: '{"message":"Unauthorized"}' });
    const { exitCode, stderr, stdout } = await connect();
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(/refused the API token/);
    expect(read()).toBe("region: eu\n");
  });

  test("says where the token goes, when there is none", async () => {
    writeFileSync(file, "region: eu\n");
    const { exitCode, stderr } = await runCommand(addConnect, ["connect", "--config", file]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/LOGZIO_API_TOKEN/);
  });

  test("says what it cannot write, and why", async () => {
    writeFileSync(file, "{region: eu}\n");
    const { exitCode, stderr } = await connect();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/write them yourself:\naccess:\n {2}logzioAccountId/);
    expect(read()).toBe("{region: eu}\n");
  });
});
