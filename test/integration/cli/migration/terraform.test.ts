import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { MigrationWorld, newId, oldId, roleArn, roleName } from "../../../support/migration-world";

let world: MigrationWorld;
afterEach(() => world.stop());

describe("a role whose trust policy is Terraform's", () => {
  test.each([false, true])(
    "is changed by deployments, between runs of one command: %j",
    async (keepsExternalId) => {
      const tags = { "managed-by": "cdktf-logzio-s3" };
      world = (await MigrationWorld.start({ tags, keepsExternalId })).populate();

      const first = await world.runAsking([]);
      expect(first.exitCode).toBe(1);
      expect(first.stdout).toMatch(
        [
          "    access:",
          "      externalIds:",
          `        - "${oldId}"`,
          `        - "${newId}"`,
          "  and deploy it:",
          "    npx cdktf deploy",
        ].join("\n"),
      );
      expect(world.saves).toEqual([]);
      world.deploy(oldId, newId);

      const second = await world.run();
      expect(second.exitCode).toBe(1);
      expect(second.stdout).toMatch(
        ["      externalIds:", `        - "${newId}"`, "  and deploy it:"].join("\n"),
      );
      // Before the deployment, which would make the fetchers a second time.
      expect(second.stdout).toMatch(/terraform import ADDRESS 1004 {4}# was 1001[^]*npx cdktf deploy/);
      const { saves } = world;
      expect(await world.runAsking([])).toMatchObject({ exitCode: 1 });
      expect(world.saves).toEqual(saves);
      world.deploy(newId);

      expect(await world.runAsking([])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching("Finished") as unknown,
      });
      expect(world.iam.updates).toEqual([]);
      expect(world.problemsAtEnd()).toEqual([]);
      expect(await world.runAsking([])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching("Already migrated") as unknown,
      });
    },
  );

  test.each([
    ["role:\n    name: logzio-reader", true],
    ["role:\n    namePrefix: logzio-", true],
    ["role:\n    name: another", false],
    ["role: {}", false],
    ["user:\n    name: logzio-reader", false],
  ])("is known from logzio.yaml: %j", async (role, known) => {
    world = (await MigrationWorld.start()).populate();
    const config = join(world.folder, "logzio.yaml");
    writeFileSync(config, `access:\n  ${role}\n`);

    const { stdout } = await world.runAsking(["--dry-run", "--config", config]);

    expect(stdout.includes("You deploy the role")).toBe(known);
  });

  test("that refuses a configuration with the new ID alone has to be deployed with both", async () => {
    world = (
      await MigrationWorld.start({ tags: { "managed-by": "cdktf-logzio-s3" }, showsExternalId: true })
    ).populate();
    world.deploy(oldId, newId);
    await world.run();
    world.deploy(newId);
    world.api.awsAccepts = () => false;

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(`AWS refused fetcher 1001`);
    expect(stderr).toMatch(`        - "${oldId}"\n        - "${newId}"\n`);
    expect(world.iam.updates).toEqual([]);
  });

  test.each(["0123", "@acme", "acme:", "true", "1e3"])(
    "is deployed with lines that YAML reads as text: %s",
    async (odd) => {
      world = await MigrationWorld.start({ trust: odd, tags: { "managed-by": "cdktf-logzio-s3" } });
      world.populate(odd);
      const { stdout } = await world.run();
      const [lines = ""] = /^ +access:\n(?: +.*\n)*?(?= {2}and deploy)/m.exec(stdout) ?? [];
      expect(parse(lines)).toEqual({ access: { externalIds: [odd, newId] } });
    },
  );

  test("that accepts two old IDs is deployed with the one that is in use, as it takes two in all", async () => {
    const tags = { "managed-by": "cdktf-logzio-s3" };
    world = (await MigrationWorld.start({ tags, showsExternalId: true })).populate();
    world.deploy(oldId, "an-older-one");

    const { exitCode, stdout } = await world.runAsking(["--only-this-account"]);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      `      externalIds:\n        - "${oldId}"\n        - "${newId}"\n  and deploy it:`,
    );
    expect(stdout).toMatch(`You deploy the role with ${oldId} and ${newId};`);
    world.deploy(oldId, newId);
    expect((await world.run()).stdout).toMatch(`      externalIds:\n        - "${newId}"\n  and deploy it:`);
    world.deploy(newId);
    expect(await world.runAsking([])).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("that accepts two old IDs of which either may be in use needs a role of its own", async () => {
    world = (await MigrationWorld.start({ tags: { "managed-by": "cdktf-logzio-s3" } })).populate();
    world.api.addFetcher({ bucket: "more-logs", arn: roleArn }, "an-older-one");
    world.deploy(oldId, "an-older-one");

    const { exitCode, stderr } = await world.runAsking(["--only-this-account"]);

    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/takes 2 at most. Nothing was changed/);
    expect(stderr).toMatch("--new-role ARN");
    expect(world.saves).toEqual([]);
  });

  test("goes on where the new ID alone is deployed too early", async () => {
    world = await MigrationWorld.start({ tags: { "managed-by": "cdktf-logzio-s3" }, keepsExternalId: true });
    world.populate();
    world.iam.put({
      name: roleName,
      trustPolicy: JSON.parse(world.iam.trustPolicy(roleName).replace(oldId, newId)) as object,
    });

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    world.violations.length = 0;
    expect(world.problemsAtEnd()).toEqual([]);
  });
});
