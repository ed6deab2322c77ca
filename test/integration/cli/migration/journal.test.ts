import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { MigrationWorld, newId, newRoleArn, oldId, roleArn } from "../../../support/migration-world";

let world: MigrationWorld;
beforeEach(async () => {
  world = (await MigrationWorld.start({ keepsExternalId: true })).populate();
});
afterEach(() => world.stop());

/** Breaks a run off once both external IDs are accepted. */
async function breakOff(): Promise<void> {
  await world.run([], { call: 11, afterEffect: false });
  expect(world.journal["finishedAt"]).toBeUndefined();
}

describe("the journal", () => {
  test("holds all that was there before the first change, for nobody else to read, and no token", async () => {
    const before = world.iam.trustPolicy("logzio-reader");
    await world.run([], { call: 6, afterEffect: false });

    expect(world.iam.updates).toEqual([]);
    expect(world.journal).toMatchObject({
      role: roleArn,
      externalId: newId,
      retiredExternalIds: [oldId],
      trustPolicyBefore: before,
      configurations: [
        {
          kind: "fetcher",
          id: 1001,
          body: { bucket: "logs", prefix: "AWSLogs/", active: true },
          state: "unmoved",
        },
        {
          kind: "fetcher",
          id: 1002,
          body: { bucket: "logs", prefix: "old/", active: false },
          state: "unmoved",
        },
        { kind: "archive", id: 1003, externalIdBefore: oldId, state: "unmoved" },
      ],
    });
    expect(statSync(world.journalPath).mode & 0o777).toBe(0o600);
    expect(readFileSync(world.journalPath, "utf8")).not.toMatch(world.api.token);
  });

  test("says when the migration has finished, and nothing else is left in the folder", async () => {
    await world.run();
    expect(world.journal["finishedAt"]).toEqual(expect.any(String));
    expect(world.files).toEqual(["journal.json"]);
  });

  test("of another migration is not used", async () => {
    await breakOff();
    expect(await world.run(["--new-role", newRoleArn])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /is the journal of another migration \(new role: none there, .*logzio-team-a here\)/,
      ) as unknown,
    });
    expect(await world.run()).toMatchObject({ exitCode: 0 });
  });

  test("of another migration that has finished makes room", async () => {
    await world.run();
    const { startedAt } = world.journal;
    world.iam.put({
      name: "logzio-reader",
      trustPolicy: JSON.parse(world.iam.trustPolicy("logzio-reader")) as object,
    });

    const planned = await world.run(["--new-role", newRoleArn, "--dry-run", "--json"]);
    expect(planned).toMatchObject({ exitCode: 0 });
    expect((JSON.parse(planned.stdout) as { configurations: object[] }).configurations).toContainEqual({
      ...{ kind: "fetcher", id: 1004, place: "s3://logs/AWSLogs/" },
    });
    expect(await world.run(["--new-role", newRoleArn])).toMatchObject({ exitCode: 0 });

    expect(world.journal).toMatchObject({ newRole: newRoleArn, finishedAt: expect.any(String) as unknown });
    const [earlier = ""] = world.files.filter((file) => file.startsWith("journal-"));
    expect(readFileSync(join(world.folder, earlier), "utf8")).toMatch(String(startedAt));
  });

  test("is whole again where Logz.io shows a fetcher without what it had not asked for then", async () => {
    const { settings } = world.api.fetchers.get(1001) ?? {};
    Object.assign(settings ?? {}, { addS3ObjectKeyAsLogField: null });
    await breakOff();
    expect(await world.run()).toMatchObject({ exitCode: 0 });
    expect(world.violations).toEqual([]);
    expect(world.stored().map(({ externalId }) => externalId)).toEqual([newId, newId, newId]);
  });

  test("is not begun with what it could not read again", async () => {
    Object.assign(world.api.fetchers.get(1001)?.settings ?? {}, { region: null });
    expect(await world.run()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/fetcher 1001: body\.region .*They stay as they are/) as unknown,
    });
    expect([world.saves, world.iam.updates, world.files]).toEqual([[], [], []]);
  });

  test("of a machine whose clock is ahead does not make the next run wait for it", async () => {
    const kill = { call: 19, afterEffect: false };
    await world.run([], kill);
    const journal = readFileSync(world.journalPath, "utf8");
    expect(journal).toMatch(/"createdAt": "\d{4}/);
    writeFileSync(world.journalPath, journal.replaceAll(/("createdAt": ")\d{4}/g, "$12099"));
    expect(await world.run(["--overlap", "1"])).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test.each(["", "{}", '{"version":2}', "[1]"])("that is damaged is not used: %s", async (text) => {
    writeFileSync(world.journalPath, text);
    expect(await world.run()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching("journal.json is no journal of a migration") as unknown,
    });
    expect(world.saves).toEqual([]);
  });

  test("that cannot be written stops the run before anything is changed", async () => {
    const path = `${world.journalPath}/journal.json`;
    writeFileSync(world.journalPath, "a file where a folder should be");
    expect(await world.run(["--journal", path])).toMatchObject({ exitCode: 2 });
    chmodSync(world.folder, 0o700);
    expect([world.saves, world.iam.updates]).toEqual([[], []]);
  });

  test("is, without an option, a file for the role and the Logz.io account", async () => {
    const words = world.words.filter((word) => !["--journal", world.journalPath].includes(word));
    const { stdout } = await world.runAsking(["--dry-run"], undefined, words);
    expect(stdout).toMatch("Write all of this to .logzio-s3/migration-logzio-reader-new0000000000000.json");
    expect(await world.run(["--journal", ""])).toMatchObject({ exitCode: 2 });
  });
});

describe("two runs at a time", () => {
  test("are refused, naming the process that is at work", async () => {
    writeFileSync(`${world.journalPath}.lock`, JSON.stringify({ pid: process.ppid, host: hostname() }));

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(`process ${process.ppid} is at work with this migration`);
    expect(stderr).toMatch(`remove ${world.journalPath}.lock`);
    expect([world.saves, world.iam.updates]).toEqual([[], []]);
  });

  test("of different machines too", async () => {
    writeFileSync(`${world.journalPath}.lock`, JSON.stringify({ pid: 1, host: "build-7" }));
    expect(await world.run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching("process 1 on build-7 is at work") as unknown,
    });
  });

  test("the lock of a run that was killed is taken over", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(`${world.journalPath}.lock`, JSON.stringify({ pid, host: hostname() }));
    expect(await world.run()).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd()).toEqual([]);
  });
});
