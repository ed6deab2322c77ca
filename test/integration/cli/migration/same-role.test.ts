import { accessDenied, iamAccount } from "../../../support/iam-double";
import {
  logzioAccount,
  MigrationWorld,
  newId,
  oldId,
  roleArn,
  roleName,
  trustPolicy,
} from "../../../support/migration-world";

let world: MigrationWorld;
afterEach(() => world.stop());

async function start(...options: Parameters<typeof MigrationWorld.start>): Promise<MigrationWorld> {
  world = await MigrationWorld.start(...options);
  return world;
}

function trusted(): string[] {
  return [oldId, newId].filter((id) => world.accepts(roleArn, id));
}

describe("in the same role, without an outage at any moment", () => {
  test.each([
    { keepsExternalId: false, showsExternalId: true, replaced: [] },
    { keepsExternalId: false, showsExternalId: false, replaced: [1001, 1002] },
    { keepsExternalId: true, showsExternalId: true, replaced: [1001, 1002, 1003] },
    { keepsExternalId: true, showsExternalId: false, replaced: [1001, 1002, 1003] },
  ])("everything gets the new external ID: %j", async ({ replaced, ...behaviour }) => {
    (await start(behaviour)).populate();

    const { exitCode, stdout } = await world.run();

    expect(exitCode).toBe(0);
    expect(world.problemsAtEnd()).toEqual([]);
    expect(stdout).toMatch(`Finished: everything holds ${newId}`);
    const ids = [...world.api.fetchers.keys(), ...world.api.archives.keys()];
    expect([1001, 1002, 1003].filter((id) => !ids.includes(id))).toEqual(replaced);
  });

  test("what somebody adds meanwhile is moved too", async () => {
    (await start({ keepsExternalId: true })).populate();
    let added = false;
    const { onUpdate } = world.iam;
    world.iam.onUpdate = (update) => {
      if (!added) world.api.addFetcher({ bucket: "new-logs", arn: roleArn }, oldId);
      added = true;
      if (world.accepts(roleArn, oldId)) world.settle();
      return onUpdate(update);
    };

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("fetcher 1004 (s3://new-logs/) has been added meanwhile; it is moved too");
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("IAM may be slow to tell that it accepts the new external ID", async () => {
    (await start()).populate();
    let refusals = 1;
    world.api.awsAccepts = (arn, externalId) =>
      world.accepts(arn, externalId) && (externalId !== newId || refusals-- <= 0);

    expect(await world.run(["--patience", "5"])).toMatchObject({ exitCode: 0 });

    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("IAM may write the trust policy in another way", async () => {
    (await start()).populate();
    const { onUpdate } = world.iam;
    world.iam.onUpdate = (update) => {
      const result = onUpdate(update);
      const written = JSON.parse(update.document) as { Statement: Record<string, unknown>[] };
      const Statement = written.Statement.map((one) => Object.fromEntries(Object.entries(one).reverse()));
      const logzio = Statement.at(1) as { Condition: { StringEquals: Record<string, unknown> } };
      const ids = [logzio.Condition.StringEquals["sts:ExternalId"]].flat().reverse();
      logzio.Condition.StringEquals["sts:ExternalId"] = ids;
      Object.assign(logzio, { Principal: { AWS: [logzioAccount] }, Action: ["sts:AssumeRole"] });
      world.iam.put({ name: roleName, trustPolicy: { ...written, Statement } });
      return result;
    };

    expect(await world.run()).toMatchObject({ exitCode: 0, stderr: expect.any(String) as unknown });

    expect(world.violations).toEqual([]);
    expect([trusted(), world.iam.updates.length]).toEqual([[newId], 2]);
  });

  test("old and new fetcher both fetch for a while", async () => {
    (await start({ keepsExternalId: true })).populate();
    const times: Record<string, number> = {};
    const { afterChange } = world.api;
    world.api.afterChange = () => {
      times[world.api.requests.at(-1)?.method ?? ""] ??= Date.now();
      afterChange();
    };

    await world.run(["--overlap", "1"]);

    expect((times["DELETE"] ?? 0) - (times["POST"] ?? 0)).toBeGreaterThanOrEqual(990);
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("what has other credentials is left alone", async () => {
    (await start()).populate();
    const other = "arn:aws:iam::123456789012:role/other";
    const secretKey = "secret-of-the-key";
    const keys = world.api.addFetcher({ bucket: "keys", accessKey: "AKIAFETCHER", secretKey }, "");
    const archive = world.api.addArchive("other", other, "other");
    const before = structuredClone([world.api.fetchers.get(keys), world.api.archives.get(archive)]);

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    expect([world.api.fetchers.get(keys), world.api.archives.get(archive)]).toEqual(before);
    expect(world.saves.filter((save) => /100[45]/.test(save))).toEqual([]);
    expect(JSON.stringify(world.journal)).not.toMatch(/AKIAFETCHER|secret-of-the-key|other/);
  });
});

describe("before anything is changed", () => {
  test("--dry-run prints the plan, and that is all", async () => {
    (await start()).populate();

    const { exitCode, stdout, stderr } = await world.runAsking(["--dry-run"]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/fetcher 1001 +s3:\/\/logs\/AWSLogs\/ +elb, US_EAST_1 +external ID not shown\n/);
    expect(stdout).toMatch(/archive 1003 +s3:\/\/archive-bucket +archive +holds acme-logs\n/);
    expect(stdout).toMatch(/2\. Let the trust policy accept acme-logs and logzio:/);
    expect(stdout).toMatch("Nothing was changed");
    expect(stderr).toMatch(
      /Other Logz.io accounts that use logzio-reader with acme-logs would be locked out/,
    );
    expect([world.saves, world.iam.updates]).toEqual([[], []]);
    expect(() => world.journal).toThrow("ENOENT");
  });

  test("without a terminal to ask on, --yes is asked for", async () => {
    (await start()).populate();
    const { exitCode, stderr } = await world.runAsking([]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch("--yes");
    expect([world.saves, world.iam.updates]).toEqual([[], []]);
  });

  test("a role that nothing uses is left alone", async () => {
    await start();
    const { exitCode, stdout } = await world.run();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(`No fetcher and no archive of this Logz.io account uses ${roleArn}`);
    expect(world.iam.updates).toEqual([]);
  });

  test.each([[[oldId, "another-account"]], [["logzio:aws:extid:another0000000000"]]])(
    "other accounts are not locked out: %j",
    async (trust) => {
      await start({ trust });
      world.api.addFetcher({ bucket: "logs", arn: roleArn }, trust.at(0) ?? "");

      const { exitCode, stderr } = await world.settle().run();

      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/other Logz.io accounts seem to use the role[^]*--new-role ARN[^]*--only-this/);
      expect([world.saves, world.iam.updates]).toEqual([[], []]);
      expect(await world.run(["--only-this-account"])).toMatchObject({ exitCode: 0 });
      expect(world.problemsAtEnd()).toEqual([]);
    },
  );

  test("external IDs that this account is seen to use are its own", async () => {
    const ids = ["logzio:aws:extid:first0000000000", "second"];
    await start({ trust: ids, showsExternalId: true });
    world.populate(ids[0]);
    world.api.addArchive("second-archive", roleArn, "second");
    expect(await world.settle().run()).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("fetchers of one place are pointed out", async () => {
    (await start()).populate();
    world.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn, logsType: "alb" }, oldId);
    const { stderr } = await world.run(["--dry-run"]);
    expect(stderr).toMatch("More than one fetcher reads s3://logs/AWSLogs/");
  });

  test("names do not drive the terminal", async () => {
    (await start()).api.addFetcher({ bucket: "logs", prefix: "a\u001b[2J/", arn: roleArn }, oldId);
    const { stdout, stderr } = await world.settle().run();
    expect(stdout).toMatch("s3://logs/a·[2J/");
    expect(stdout + stderr).not.toContain("\u001b");
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("settings that cannot be written again are pointed out, wherever they are", async () => {
    await start();
    const fetcher = world.api.addFetcher({ bucket: "a", arn: roleArn, ...{ filter: "x" } }, oldId);
    const archive = world.api.addArchive("b", roleArn, oldId);
    const stored = world.api.archives.get(archive);
    const storage = stored?.settings.amazonS3StorageSettings;
    if (!stored || !storage) throw new Error("the archive is not there");
    stored.settings = { ...stored.settings, amazonS3StorageSettings: { ...storage, ...{ region: "x" } } };

    const { stderr } = await world.run(["--dry-run"]);
    expect(stderr).toContain(`fetcher ${fetcher} (s3://a/) has settings`);
    expect(stderr).toContain("cannot write again (filter)");
    expect(stderr).toContain(`archive ${archive} (s3://b) has settings`);
    expect(stderr).toContain("cannot write again (amazonS3StorageSettings.region)");
  });
});

describe("what is migrated already", () => {
  test("is not touched by a second run", async () => {
    (await start()).populate();
    await world.run();
    const { saves } = world;

    const { exitCode, stdout } = await world.runAsking([]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(`Already migrated: ${roleName} accepts only ${newId}`);
    expect(world.saves).toEqual(saves);
  });

  test("is proven by saving, where a role accepts only the new ID and Logz.io does not say what it sends", async () => {
    (await start({ trust: newId, keepsExternalId: true })).populate(newId);

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    expect(new Set(world.saves)).toEqual(
      new Set([
        "PUT /v1/log-shipping/s3-buckets/1001",
        "PUT /v1/log-shipping/s3-buckets/1002",
        "PUT /v2/archive/settings/1003",
      ]),
    );
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test.each([true, false])(
    "but for configurations that stopped working is mended: %j",
    async (keepsExternalId) => {
      await start({ trust: newId, keepsExternalId });
      world.api.addFetcher({ bucket: "logs", arn: roleArn }, oldId);
      world.settle();

      expect(await world.run()).toMatchObject({ exitCode: 0 });

      world.violations.length = 0;
      expect(world.problemsAtEnd()).toEqual([]);
    },
  );

  test("and used by something new is migrated again, with a journal of its own", async () => {
    (await start()).populate();
    await world.run();
    const first = world.journal;
    world.deploy(newId, oldId);
    world.api.addFetcher({ bucket: "more", arn: roleArn }, oldId);

    expect(await world.settle().run()).toMatchObject({ exitCode: 0 });

    expect(world.problemsAtEnd()).toEqual([]);
    expect(world.journal["startedAt"]).not.toBe(first["startedAt"]);
    expect(world.files.filter((file) => file.startsWith("journal-"))).toHaveLength(1);
  });
});

describe("a configuration that AWS refuses for other reasons", () => {
  async function withBroken(): Promise<number> {
    (await start()).populate();
    const id = world.api.addFetcher({ bucket: "deleted-bucket", arn: roleArn }, oldId);
    world.settle();
    world.api.awsAccepts = (arn, externalId) =>
      world.accepts(arn, externalId) &&
      !JSON.stringify(world.api.requests.at(-1)?.body).includes("deleted-bucket");
    return id;
  }

  test("stops the run while both external IDs are accepted, and can be left out", async () => {
    const id = await withBroken();

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(`AWS refuses the role for fetcher ${id} (s3://deleted-bucket/)`);
    expect(stderr).toMatch(`--leave-out ${id}`);
    expect(trusted()).toEqual([oldId, newId]);
    expect(world.violations).toEqual([]);
    // The others do not wait for it, or would be shipped twice for as long.
    expect(world.stored().map(({ externalId }) => externalId)).toEqual([oldId, newId, newId, newId]);

    expect(await world.run(["--leave-out", String(id)])).toMatchObject({ exitCode: 0 });
    expect(world.api.fetchers.get(id)?.externalId).toBe(oldId);
    expect(trusted()).toEqual([newId]);
  });

  test("can only be left out if it is there", async () => {
    await withBroken();
    expect(await world.run(["--leave-out", "77"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /--leave-out names 77, .* write one of 1001, 1002, 1004, 1003/,
      ) as unknown,
    });
    expect(await world.run(["--leave-out", "all"])).toMatchObject({ exitCode: 2 });
  });
});

describe("a configuration that Logz.io does not take as it is", () => {
  test("stays as it is, is named, and does not keep the others from moving", async () => {
    (await start()).populate();
    world.api.fail({
      ...{ status: 400, times: 9, body: '{"message":"no such region"}' },
      when: ({ method, path }) => method === "PUT" && path.endsWith("/1001"),
    });

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/does not take fetcher 1001 .*no such region[^]*--leave-out 1001/);
    expect(world.stored().map(({ externalId }) => externalId)).toEqual([oldId, newId, newId]);
    expect(world.violations).toEqual([]);
  });
});

describe("a fetcher and an archive of one number", () => {
  async function withOneNumber(): Promise<void> {
    (await start({ showsExternalId: true })).populate();
    const archive = world.api.archives.get(1003);
    if (archive !== undefined) world.api.archives.set(1001, archive);
    world.api.archives.delete(1003);
    world.settle();
  }

  test("are not both left out where one is meant", async () => {
    await withOneNumber();
    expect(await world.run(["--leave-out", "1001"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching("write fetcher:1001 or archive:1001") as unknown,
    });
    expect([world.saves, world.iam.updates]).toEqual([[], []]);

    const { exitCode, stderr } = await world.run(["--leave-out", "fetcher:1001"]);

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("What is left out (fetcher 1001) stops working");
    expect(world.api.fetchers.get(1001)?.externalId).toBe(oldId);
    expect(world.api.archives.get(1001)?.externalId).toBe(newId);
  });
});

describe("where Logz.io takes no second archive of a path", () => {
  async function withOneArchive(): Promise<void> {
    (await start({ keepsExternalId: true, oneArchive: true })).populate();
    expect(await world.run()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /archive 1003 .* kept its old external ID[^]*It works as before[^]*--allow-gap/,
      ) as unknown,
    });
    expect(world.violations).toEqual([]);
    expect(trusted()).toEqual([oldId, newId]);
  }

  test("it is replaced with a gap of one call, once the user allows that", async () => {
    await withOneArchive();

    const { exitCode, stderr } = await world.run(["--allow-gap"]);

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("archive 1003 (s3://archive-bucket) is deleted, and created anew at once");
    const gap = world.saves.indexOf("DELETE /v2/archive/settings/1003");
    expect(world.saves[gap + 1]).toBe("POST /v2/archive/settings");
    expect(world.violations.splice(0)).toEqual(["archive archive-bucket has 0 configurations in place of 1"]);
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("a run that is cut off in the gap is followed by one that creates it again", async () => {
    await withOneArchive();
    world.api.fail({ status: 400, when: ({ method }) => method === "POST" && world.api.archives.size === 0 });
    expect(await world.run(["--allow-gap"])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching("archive 1003 .* was deleted and could not be created anew") as unknown,
    });

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    world.violations.length = 0;
    expect(world.problemsAtEnd()).toEqual([]);
  });
});

describe("when AWS refuses a configuration with the new external ID alone", () => {
  test("both are accepted again at once, and the next run creates it anew", async () => {
    // An API that says that it sends the new ID and sends the old one, until the configuration is made anew.
    (await start({ showsExternalId: true })).populate();
    world.api.awsAccepts = (arn) => world.accepts(arn, oldId) || !world.api.fetchers.has(1001);

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(3);
    expect(stderr).toMatch("AWS refused fetcher 1001 (s3://logs/AWSLogs/) with the new external ID alone");
    expect(stderr).toMatch("is created anew when you run the command again");
    expect(trusted()).toEqual([oldId, newId]);

    expect(await world.run()).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("and with both too, its permissions are pointed at", async () => {
    (await start({ showsExternalId: true })).populate();
    let narrowed = false;
    world.api.awsAccepts = () =>
      !(narrowed ||= !world.accepts(roleArn, oldId) && world.accepts(roleArn, newId));

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(3);
    expect(stderr).toMatch("It does so with both too, so look at the role's permissions");
    expect(trusted()).toEqual([oldId, newId]);
  });
});

describe("what disappears", () => {
  test("before it was moved is created again from the journal", async () => {
    (await start({ keepsExternalId: true })).populate();
    await world.run([], { call: 11, afterEffect: false });
    expect(trusted()).toEqual([oldId, newId]);
    world.api.fetchers.delete(1002);

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("fetcher 1002 (s3://logs/old/) is not there any more; it is created again");
    world.violations.length = 0;
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("after it was moved is created again while the migration goes on", async () => {
    (await start()).populate();
    const { watch } = world.iam;
    world.iam.watch = (call) => {
      const narrows = call.action === "UpdateAssumeRolePolicy" && world.accepts(roleArn, newId);
      return narrows ? accessDenied : watch(call);
    };
    expect(await world.run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching("need iam:UpdateAssumeRolePolicy on the role logzio-reader") as unknown,
    });
    world.iam.watch = watch;
    world.api.archives.delete(1003);

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    world.violations.length = 0;
    expect(world.problemsAtEnd()).toEqual([]);
  });
});

test("a role whose trust policy denies Logz.io anyway is not changed", async () => {
  (await start()).populate();
  const policy = trustPolicy(oldId) as { Statement: object[] };
  const deny = { Effect: "Deny", Principal: "*", Action: "sts:*" };
  world.iam.put({ name: roleName, trustPolicy: { ...policy, Statement: [...policy.Statement, deny] } });
  expect(await world.run()).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      "statement 3 of the role's trust policy denies Logz.io the role",
    ) as unknown,
  });
  expect([world.saves, world.iam.updates]).toEqual([[], []]);
});

test("what may not be read is named", async () => {
  (await start()).populate();
  world.iam.fail("GetRole", accessDenied);
  expect(await world.run()).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(
      "the credentials in use need iam:GetRole on the role logzio-reader",
    ) as unknown,
  });
});

test("the role may be named by its ARN, of the account of the credentials", async () => {
  (await start()).populate();
  expect(await world.run(["--role", roleArn, "--dry-run"])).toMatchObject({ exitCode: 0 });
  const elsewhere = roleArn.replace(iamAccount, "999988887777");
  expect(await world.run(["--role", elsewhere])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(`there is no role ${elsewhere} in the AWS account`) as unknown,
  });
  expect(await world.run(["--role", "my role"])).toMatchObject({ exitCode: 2 });
});

test("machines get one document", async () => {
  (await start({ keepsExternalId: true })).populate();
  const { stdout } = await world.run(["--json"]);
  expect(JSON.parse(stdout)).toEqual({
    state: "finished",
    role: roleArn,
    logzioAccountId: "111122223333",
    externalId: newId,
    journal: world.journalPath,
    configurations: [
      { kind: "fetcher", id: 1004, place: "s3://logs/AWSLogs/", state: "moved", formerIds: [1001] },
      { kind: "fetcher", id: 1005, place: "s3://logs/old/", state: "moved", formerIds: [1002] },
      { kind: "archive", id: 1006, place: "s3://archive-bucket", state: "moved", formerIds: [1003] },
    ],
  });
});
