import { accessDenied } from "../../../support/iam-double";
import { changing, killsOf, problemsByKill } from "../../../support/migration-kills";
import {
  MigrationWorld,
  newId,
  newRoleArn,
  newRoleName,
  oldId,
  roleArn,
  roleName,
  trustPolicy,
} from "../../../support/migration-world";

const words = ["--new-role", newRoleArn];

let world: MigrationWorld;
afterEach(() => world.stop());

async function start(...options: Parameters<typeof MigrationWorld.start>): Promise<void> {
  world = (await MigrationWorld.start(...options)).populate();
}

function deletions(): string[] {
  return world.saves.filter((save) => save.startsWith("DELETE"));
}

describe("to a role of its own, without an outage at any moment", () => {
  test.each([
    { keepsExternalId: false, showsExternalId: true, replaced: 0 },
    { keepsExternalId: false, showsExternalId: false, replaced: 0 },
    { keepsExternalId: true, showsExternalId: true, replaced: 3 },
    { keepsExternalId: true, showsExternalId: false, replaced: 3 },
    { keepsExternalId: false, showsExternalId: true, keepsRole: true, replaced: 3 },
    { keepsExternalId: true, showsExternalId: false, keepsRole: true, replaced: 3 },
  ])("everything of the account is moved: %j", async ({ replaced, ...behaviour }) => {
    await start(behaviour);
    // While this account moves, the old role serves it still, with either ID where it is saved again.
    if (behaviour.keepsRole === true && !behaviour.keepsExternalId) world.deploy(oldId, newId);

    const { exitCode, stdout } = await world.run(words);

    expect(exitCode).toBe(0);
    if (behaviour.keepsRole === true) world.deploy(oldId);
    expect(world.problemsAtEnd(newRoleArn)).toEqual([]);
    expect(deletions()).toHaveLength(replaced);
    expect(world.iam.updates).toEqual([]);
    expect(stdout).toMatch(`Finished: everything of this Logz.io account uses ${newRoleArn}`);
    expect(stdout).toMatch(`Other Logz.io accounts that use ${roleName} come next`);
  });

  test("a run that is cut off where it changes something is finished by the next one", async () => {
    await start();
    const migration = { world: { keepsExternalId: true }, words, arn: newRoleArn };
    const changes = changing(await killsOf(migration));
    expect(changes.length).toBeGreaterThan(15);

    expect(await problemsByKill(changes, migration)).toEqual({});
  });

  test("a second run changes nothing", async () => {
    await start();
    await world.run(words);
    const { saves } = world;
    expect(await world.runAsking(words)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching("Already migrated: nothing of this Logz.io account uses") as unknown,
    });
    expect(world.saves).toEqual(saves);
  });

  test("what has been given a third role meanwhile is asked about", async () => {
    await start({ keepsExternalId: true });
    await world.run(words, { call: 8, afterEffect: false });
    const fetcher = world.api.fetchers.get(1002);
    if (fetcher !== undefined)
      fetcher.settings = { ...fetcher.settings, arn: roleArn.replace(roleName, "third") };
    expect(await world.run(words)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /fetcher 1002 .* has been given another role meanwhile, .*third/,
      ) as unknown,
    });
  });
});

describe("the new role", () => {
  test("that accepts the old external ID too leaves it open what a saved configuration holds", async () => {
    await start({ keepsExternalId: true });
    world.iam.put({ name: newRoleName, trustPolicy: trustPolicy([oldId, newId]) });
    expect(await world.run(words)).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd(newRoleArn)).toEqual([]);
    expect(deletions()).toHaveLength(3);
  });

  test("has to accept the new external ID", async () => {
    await start();
    world.iam.put({ name: newRoleName, trustPolicy: trustPolicy("another") });
    const { exitCode, stderr } = await world.run(words);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(`does not let Logz.io's account 111122223333 in with the external ID ${newId}`);
    expect(stderr).toMatch(`logzioAccountId: "111122223333"`);
    expect(world.saves).toEqual([]);
  });

  test("has to exist, and the command says how to make it", async () => {
    await start();
    world.iam.delete(newRoleName);
    const { exitCode, stderr } = await world.run(words);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/there is no role logzio-team-a[^]*npx cdktf deploy/);
  });

  test("that may not be read is judged by Logz.io's verdict, which is said", async () => {
    await start();
    world.iam.fail("GetRole", accessDenied);
    // By its ARN, the old role need not be read.
    const { exitCode, stderr } = await world.run([...words, "--role", roleArn]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch("whether the new role lets Logz.io in shows only when Logz.io saves");
    expect(world.problemsAtEnd(newRoleArn)).toEqual([]);
  });

  test("without a condition on the external ID is warned about", async () => {
    await start();
    const Statement = [{ Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }];
    world.iam.put({ name: newRoleName, trustPolicy: { Version: "2012-10-17", Statement } });
    const { stderr } = await world.run([...words, "--dry-run"]);
    expect(stderr).toMatch("lets Logz.io in without an external ID too");
  });

  test("is another than the old one, by its ARN", async () => {
    await start();
    expect(await world.run(["--new-role", roleArn])).toMatchObject({ exitCode: 1 });
    expect(await world.run(["--new-role", newRoleName])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching("write the ARN of the role") as unknown,
    });
    expect(world.saves).toEqual([]);
  });
});
