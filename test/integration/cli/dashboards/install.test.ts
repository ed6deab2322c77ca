import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDashboards } from "../../../../cli/commands/dashboards";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { LogzioApiDouble } from "../../../support/logzio-api-double";

let double: LogzioApiDouble;
let folder: string;

const datasource = { list: [{ type: "datasource", name: "metrics", query: "prometheus" }] };

function write(file: string, content: object): void {
  writeFileSync(join(folder, file), JSON.stringify(content));
}

function dashboard(uid: string, title: string, ...panels: readonly object[]): object {
  return { uid, title, templating: datasource, panels, id: 7, version: 3, gnetId: null };
}

beforeEach(async () => {
  double = await LogzioApiDouble.start();
  folder = mkdtempSync(join(tmpdir(), "dashboards-"));
  const row = { id: 1, type: "row", panels: [{ id: 2, type: "stat", title: "Objects" }] };
  write("s3.json", dashboard("s3-usage", "S3", row, { id: 3, type: "timeseries", title: "Requests" }));
  write("shipper.json", dashboard("s3-shipper", "Shipper", { id: 1, type: "stat", title: "Lag" }));
  writeFileSync(join(folder, "README.md"), "no dashboard");
});
afterEach(async () => {
  await double.stop();
  rmSync(folder, { recursive: true });
});

function install(...words: readonly string[]): Promise<CommandRun> {
  const all = ["dashboards", "install", "--from", folder, "--api-url", double.url, "--config", "/dev/null"];
  return runCommand(addDashboards, [...all, ...words], { LOGZIO_API_TOKEN: double.token });
}

interface Result {
  readonly dryRun: boolean;
  readonly dashboards: readonly {
    readonly uid: string;
    readonly outcome: string;
    readonly folder: string;
    readonly url: string | null;
    readonly reason: string | null;
  }[];
}

async function result(...words: readonly string[]): Promise<Result & { readonly exitCode: number }> {
  const { stdout, exitCode } = await install(...words, "--json");
  return { ...(JSON.parse(stdout) as Result), exitCode };
}

const outcomes = ({ dashboards }: Result): string[] => dashboards.map(({ outcome }) => outcome);
const writes = (): number => double.requests.filter(({ method }) => method !== "GET").length;
const edit = (uid: string, title: string): void => {
  const kept = double.grafana.dashboards.get(uid);
  if (kept === undefined) throw new Error(`there is no ${uid}`);
  kept.dashboard = { ...kept.dashboard, title };
  kept.version++;
};

describe("logzio-s3 dashboards install", () => {
  test("puts them into a folder that it makes, and does nothing the second time", async () => {
    const first = await install();
    expect(first).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: "created  S3 (AWS (logzio-s3))\ncreated  Shipper (AWS (logzio-s3))\n",
    });
    expect(double.grafana.folders.map(({ title }) => title)).toEqual(["AWS (logzio-s3)"]);
    expect(double.grafana.dashboards.get("s3-usage")?.dashboard).toMatchObject({ title: "S3" });
    expect(first.stdout).not.toContain(double.token);
    const before = writes();

    const second = await result();
    expect(second).toMatchObject({ exitCode: 0, dryRun: false });
    expect(outcomes(second)).toEqual(["unchanged", "unchanged"]);
    expect(second.dashboards[0]).toMatchObject({
      url: "/grafana-app/d/s3-usage/x",
      folder: "AWS (logzio-s3)",
    });
    expect(writes()).toBe(before);
  });

  test("replaces what differs only where it may, and where the dashboard is by now", async () => {
    await install("--folder", "Storage");
    edit("s3-usage", "My S3");
    const asked = await install();
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toMatch(/1 dashboard in Grafana differs.*--yes/s);
    expect(double.grafana.dashboards.get("s3-usage")?.dashboard.title).toBe("My S3");

    const run = await result("--yes");
    expect(run.dashboards).toMatchObject([
      { outcome: "updated", folder: "Storage" },
      { outcome: "unchanged", folder: "Storage" },
    ]);
    expect(double.grafana.dashboards.get("s3-usage")?.dashboard.title).toBe("S3");
    expect(double.grafana.folders.map(({ title }) => title)).toEqual(["Storage"]);

    await result("--yes", "--folder", "Elsewhere");
    const elsewhere = double.grafana.folders.find(({ title }) => title === "Elsewhere")?.uid;
    expect([...double.grafana.dashboards.values()].map(({ folderUid }) => folderUid)).toEqual([
      elsewhere,
      elsewhere,
    ]);
  });

  test("says what it would do, and does nothing", async () => {
    const dry = await install("--dry-run");
    expect(dry).toMatchObject({ exitCode: 0, stderr: "" });
    expect(dry.stdout).toContain("would be created  S3 (AWS (logzio-s3))");
    expect(await result("--dry-run")).toMatchObject({ dryRun: true });
    expect(writes()).toBe(0);
  });

  test("overwrites neither what somebody saves meanwhile, nor another dashboard of the same title", async () => {
    await install();
    edit("s3-usage", "My S3");
    double.fail({
      when: ({ method }) => method === "POST",
      status: 412,
      body: JSON.stringify({ message: "The dashboard has been changed by someone else" }),
    });
    const meanwhile = await result("--yes");
    expect(meanwhile).toMatchObject({
      exitCode: 1,
      dashboards: [{ outcome: "failed" }, { outcome: "unchanged" }],
    });
    expect(meanwhile.dashboards[0].reason).toMatch(/changed by someone else.*Somebody saved it meanwhile/);

    write("shipper.json", dashboard("another-uid", "Shipper"));
    const namesake = await result("--yes");
    expect(outcomes(namesake)).toEqual(["updated", "failed"]);
    expect(namesake.dashboards[1].reason).toMatch(/same name.*called "Shipper"/);
    expect(double.grafana.dashboards.has("another-uid")).toBe(false);
  });

  test("makes nothing twice where the answer to a saving is lost", async () => {
    double.fail({ when: ({ method }) => method === "POST", times: 1, afterWork: true });
    expect(outcomes(await result())).toEqual(["created", "created"]);
    write("s3.json", dashboard("s3-usage", "S3 anew"));
    double.fail({
      when: ({ path }) => path.endsWith("/dashboards/db"),
      times: 1,
      afterWork: true,
      status: 502,
    });
    expect(outcomes(await result("--yes"))).toEqual(["updated", "unchanged"]);
    expect(double.grafana.folders).toHaveLength(1);
    expect(double.grafana.dashboards.get("s3-usage")?.version).toBe(2);
  });

  test("says all that is wrong with the files before it asks Logz.io for anything", async () => {
    writeFileSync(join(folder, "broken.json"), "{");
    write("elsewhere.json", { uid: "x", title: "No data source" });
    write("nameless.json", { uid: "y", templating: datasource });
    write("twin.json", dashboard("s3-usage", "Twin"));
    write("unfound.json", { title: "No uid", templating: datasource });
    const { exitCode, stderr } = await install();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/broken\.json is no JSON/);
    expect(stderr).toMatch(/elsewhere\.json has no variable of type datasource/);
    expect(stderr).toMatch(/nameless\.json has no title/);
    expect(stderr).toMatch(/twin\.json has the uid or the title of s3\.json/);
    expect(stderr).toMatch(/unfound\.json has no uid/);
    expect(double.requests).toEqual([]);
  });

  test.each([
    [["--folder", "a/b"], /--folder is "a\/b"; write the title of a folder/],
    [["--folder", "Logz.io Dashboards"], /cannot be saved to/],
    [["--from", "/nowhere"], /\/nowhere cannot be read.*--from/],
  ])("refuses %j", async (words, message) => {
    const { exitCode, stderr } = await install(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("asks for a token, and says where it has no right to dashboards", async () => {
    const words = [
      "dashboards",
      "install",
      "--from",
      folder,
      "--api-url",
      double.url,
      "--config",
      "/dev/null",
    ];
    const none = await runCommand(addDashboards, words, {});
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain("LOGZIO_API_TOKEN");
    double.fail({ when: ({ method }) => method === "POST", status: 403 });
    const { exitCode, stderr } = await install();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/refused the API token \(403 on POST/);
    expect(stderr).not.toContain(double.token);
  });
});
