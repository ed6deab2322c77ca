import { killsOf, problemsByKill } from "../../../support/migration-kills";
import { oldId, roleArn, type MigrationWorld } from "../../../support/migration-world";

function populate(world: MigrationWorld): void {
  world.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn }, oldId);
  world.api.addArchive("archive-bucket", roleArn, oldId);
  world.settle();
}

// The slowest way, where every configuration is created anew; test/deep has the others.
test("a run that is cut off anywhere is finished by the next one, without an outage at any moment", async () => {
  const migration = { world: { keepsExternalId: true, showsExternalId: false }, populate };
  const kills = await killsOf(migration);
  expect(kills.length).toBeGreaterThan(45);

  expect(await problemsByKill(kills, migration)).toEqual({});
}, 60_000);
