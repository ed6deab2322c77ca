import fc from "fast-check";
import { killsOf, problemsAfter, problemsByKill, type KilledMigration } from "../support/migration-kills";
import {
  MigrationWorld,
  newId,
  newRoleArn,
  oldId,
  roleArn,
  type WorldOptions,
} from "../support/migration-world";

const behaviours: WorldOptions[] = [true, false].flatMap((keepsExternalId) =>
  [true, false].map((showsExternalId) => ({ keepsExternalId, showsExternalId })),
);

const toNewRole = { words: ["--new-role", newRoleArn], arn: newRoleArn };

/** The user deploys what the command asks for, and runs it again, until it has finished. */
async function deployAndRun(world: MigrationWorld): Promise<number> {
  for (let runs = 0; runs < 4; runs++) {
    const { exitCode, stdout } = await world.run();
    if (exitCode !== 1) return exitCode;
    const [, listed = ""] = /externalIds:\n((?: +- .*\n)+)/.exec(stdout) ?? [];
    world.deploy(...listed.split("\n").flatMap((line) => /- "(.*)"/.exec(line)?.[1] ?? []));
  }
  return 1;
}

const migrations: [string, KilledMigration][] = behaviours.flatMap((world): [string, KilledMigration][] => [
  [`in the same role, ${JSON.stringify(world)}`, { world }],
  [`to a new role, ${JSON.stringify(world)}`, { world, ...toNewRole }],
  [
    `of a role of Terraform's that accepts both, ${JSON.stringify(world)}`,
    {
      world: { ...world, trust: [oldId, newId], tags: { "managed-by": "cdktf-logzio-s3" } },
      toTheEnd: deployAndRun,
    },
  ],
]);

describe("a migration that is cut off at any one call", () => {
  test.each(migrations)(
    "is finished by the next run: %s",
    async (_, migration) => {
      const kills = await killsOf(migration);
      expect(kills.length).toBeGreaterThan(15);
      expect(await problemsByKill(kills, migration)).toEqual({});
    },
    600_000,
  );
});

const fetcher = fc.record({
  bucket: fc.constantFrom("logs", "more-logs"),
  prefix: fc.constantFrom(undefined, null, "", "AWSLogs/", "a/b/"),
  region: fc.constantFrom("US_EAST_1", "EU_CENTRAL_1"),
  logsType: fc.constantFrom("elb", "cloudtrail", "my-type"),
  active: fc.boolean(),
  addS3ObjectKeyAsLogField: fc.boolean(),
});

test("whatever is configured, and however often runs are cut off, nothing is lost and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        fetchers: fc.array(fetcher, { maxLength: 4 }),
        archives: fc.uniqueArray(fc.constantFrom("archive-a", "archive-b"), { minLength: 1 }),
        keepsExternalId: fc.boolean(),
        showsExternalId: fc.boolean(),
        newRole: fc.boolean(),
        kills: fc.array(fc.record({ call: fc.integer({ min: 1, max: 60 }), afterEffect: fc.boolean() }), {
          maxLength: 4,
        }),
      }),
      async ({ fetchers, archives, newRole, kills, ...world }) => {
        const populate = (one: MigrationWorld): void => {
          for (const settings of fetchers) {
            const { prefix, ...rest } = settings;
            one.api.addFetcher({ ...rest, ...(prefix ? { prefix } : {}), arn: roleArn }, oldId);
          }
          for (const path of archives) one.api.addArchive(path, roleArn, oldId);
          one.settle();
        };
        const migration = { world, populate, ...(newRole ? toNewRole : {}) };
        expect(await problemsAfter(kills, { ...migration, mayFinishEarly: true })).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
}, 600_000);
