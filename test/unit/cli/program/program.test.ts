import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addBackfill } from "../../../../cli/commands/backfill";
import { addCheck } from "../../../../cli/commands/check";
import { addConnect } from "../../../../cli/commands/connect";
import { addDashboards } from "../../../../cli/commands/dashboards";
import { addDoctor } from "../../../../cli/commands/doctor";
import { addFetcher } from "../../../../cli/commands/fetcher";
import { addMigrateExternalId } from "../../../../cli/commands/migrate-external-id";
import { runCommand } from "../../../support/command-run";

describe("a wrong command line", () => {
  test("is told which help to read", async () => {
    expect(await runCommand(addCheck, ["check"])).toMatchObject({
      exitCode: 2,
      stderr: "error: missing required argument 'bucket'\n(logzio-s3 check --help says what there is)\n",
    });
    const { stderr } = await runCommand(addConnect, ["connect", "remove"]);
    expect(stderr).toContain("(logzio-s3 connect remove --help says what there is)");
  });

  test("gets no help for a command that does not exist", async () => {
    for (const words of [["chekc"], ["chekc", "--help"], ["chekc", "my-logs"]]) {
      const run = await runCommand(addCheck, words);
      expect(run).toMatchObject({ exitCode: 2, stdout: "" });
      expect(run.stderr).toContain("unknown command 'chekc'\n(Did you mean check?)");
    }
  });
});

describe("help", () => {
  test.each([
    ["check", addCheck, ["check"]],
    ["doctor", addDoctor, ["doctor"]],
    ["migrate-external-id", addMigrateExternalId, ["migrate-external-id"]],
    ["connect", addConnect, ["connect"]],
    ["connect register", addConnect, ["connect", "register"]],
    ["connect update", addConnect, ["connect", "update"]],
    ["connect rotate-key", addConnect, ["connect", "rotate-key"]],
    ["connect remove", addConnect, ["connect", "remove"]],
    ["backfill", addBackfill, ["backfill"]],
    ["dashboards", addDashboards, ["dashboards"]],
    ["dashboards install", addDashboards, ["dashboards", "install"]],
    ["fetcher", addFetcher, ["fetcher"]],
    ["fetcher status", addFetcher, ["fetcher", "status"]],
    ["fetcher reset", addFetcher, ["fetcher", "reset"]],
    ["fetcher skip", addFetcher, ["fetcher", "skip"]],
    ["fetcher replay", addFetcher, ["fetcher", "replay"]],
    ["the program", addCheck, []],
  ])("of %s fits a terminal of 80 columns", async (_, command, words) => {
    const { stdout, exitCode } = await runCommand(command, [...words, "--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Usage: logzio-s3");
    const long = stdout.split("\n").filter((line) => line.length > 80);
    expect(long).toEqual([]);
  });
});

describe("--version", () => {
  test("prints the version of the package, and nothing else", async () => {
    const file = join(__dirname, "../../../../package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    const run = await runCommand(addCheck, ["--version"]);
    expect(run).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });
});
