import { changing, killsOf, problemsByKill } from "../../../support/migration-kills";
import { oldId, roleArn, type MigrationWorld } from "../../../support/migration-world";

function populate(world: MigrationWorld): void {
  world.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn }, oldId);
  world.api.addArchive("archive-bucket", roleArn, oldId);
  world.settle();
}

// The slowest way, where every configuration is created anew, cut off around each change. test/deep cuts off at every
// call, and in every way.
test("a run that is cut off at a change is finished by the next one, without an outage at any moment", async () => {
  const migration = { world: { keepsExternalId: true, showsExternalId: false }, populate };
  const changes = changing(await killsOf(migration));
  expect(changes.length).toBeGreaterThanOrEqual(18);

  expect(await problemsByKill(changes, migration)).toEqual({});
}, 60_000);
