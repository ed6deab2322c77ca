import { setTimeout as sleep } from "node:timers/promises";
import { nameOf as statementName } from "../policies/document";
import { CredentialsRefused } from "../logzio-api/errors";
import { CommandError } from "../program/errors";
import { admission } from "./admission";
import { nameOf, roleOf, type Configuration } from "./configuration";
import { deployableIds } from "./deployable";
import { MigrationRefused } from "./errors";
import type { JournalEntry } from "./journal";
import type { Migration, Target } from "./migration";
import { moveAll } from "./move";
import { untilAccepted } from "./patience";
import type { Roles } from "./role";
import { TrustPolicy } from "./trust-policy";

/** How a run of the migration ended. */
export type Outcome =
  | { readonly state: "finished" }
  /** The role is Terraform's: its source has to accept these external IDs before the command can go on. */
  | { readonly state: "waiting for deployment"; readonly externalIds: readonly string[] };

/** The role of the first procedure. */
export interface RoleInUse {
  readonly roles: Roles;
  readonly name: string;
  /** Whether Terraform's code has its trust policy, so that a change made here would be undone. */
  readonly inTerraform: boolean;
}

/**
 * The first procedure: the role stays, and accepts both external IDs while the configurations are moved from one to the
 * other.
 */
export async function migrateInSameRole(migration: Migration, role: RoleInUse): Promise<Outcome> {
  const { externalId, retiredExternalIds } = migration.journal.content;
  const before = await readTrust(migration, role);
  if (!before.accepts(externalId)) {
    if (role.inTerraform) {
      const held = migration.journal.entries.map(({ externalIdBefore }) => externalIdBefore);
      const externalIds = deployableIds(before.externalIds, held, externalId);
      return { state: "waiting for deployment", externalIds };
    }
    const both = [...before.externalIds, externalId];
    await changeTrust(migration, role, before.textAccepting(externalId), `accepts ${both.join(" and ")}`);
  }
  await moveAll(migration, await targetOf(migration, role));

  const after = await readTrust(migration, role);
  if (!after.acceptsOnly(externalId)) {
    refuseOthers(after, [externalId, ...retiredExternalIds]);
    if (role.inTerraform) return { state: "waiting for deployment", externalIds: [externalId] };
    await changeTrust(migration, role, after.textAcceptingOnly(externalId), `accepts only ${externalId}`);
  }
  await prove(migration, role);
  return { state: "finished" };
}

/** Who trusted somebody else meanwhile meant it. */
function refuseOthers({ externalIds }: TrustPolicy, expected: readonly string[]): void {
  const others = externalIds.filter((id) => !expected.includes(id));
  if (others.length === 0) return;
  throw new MigrationRefused(
    `The trust policy has come to accept ${others.join(" and ")} too, since this migration began. Everything works; take ` +
      "that external ID out of the policy if nobody needs it, then run the command again",
  );
}

async function targetOf(migration: Migration, role: RoleInUse): Promise<Target> {
  const { role: arn, externalId } = migration.journal.content;
  const trust = await readTrust(migration, role);
  const otherIds = trust.acceptsOnly(externalId) ? "none" : "some";
  return { role: arn, externalId, otherIds, settledBy: Date.now() + migration.pauses.patienceMs };
}

async function readTrust({ journal }: Migration, { roles }: RoleInUse): Promise<TrustPolicy> {
  const { role, logzioAccountId } = journal.content;
  return TrustPolicy.read((await roles.read(role)).trustPolicy, logzioAccountId);
}

async function changeTrust(
  { journal, pauses, output, signal }: Migration,
  { roles, name }: RoleInUse,
  document: string,
  what: string,
): Promise<void> {
  const { logzioAccountId, externalId } = journal.content;
  const decision = admission(document, logzioAccountId, externalId);
  if (decision.outcome === "denied" && decision.statement !== undefined) {
    throw new MigrationRefused(
      `${statementName(decision.statement)} of the role's trust policy denies Logz.io the role whatever the external ID; ` +
        "nothing was changed there. Take Logz.io's account out of that statement, then run the command again",
    );
  }
  await roles.writeTrustPolicy(name, document);
  output.line(`  role ${name}: ${what}`);
  output.progress("IAM tells its regions of the change");
  await sleep(pauses.settleMs, undefined, { signal });
}

/**
 * Saves each configuration once more: Logz.io tries the role when it saves, so that AWS has accepted the new external
 * ID, alone, for each of them when this is over.
 */
async function prove(migration: Migration, role: RoleInUse): Promise<void> {
  const { journal, configurations, output } = migration;
  const { role: arn } = journal.content;
  const entries = journal.entries.filter(({ state }) => state === "moved");
  for (const [index, entry] of entries.entries()) {
    output.progress(`proving ${index + 1} of ${entries.length}`);
    const live = await configurations.find(entry);
    // One that was deleted this very moment was so on purpose.
    if (live === undefined) continue;
    if (roleOf(live) !== arn) {
      output.warn(`${nameOf(live)} has been given another role meanwhile, and is left as it is`);
      continue;
    }
    try {
      await configurations.save(entry.id, live);
    } catch (error) {
      if (!(error instanceof CredentialsRefused)) throw error;
      await backOut(migration, role, entry, live);
    }
  }
  output.line(`  AWS has accepted the new external ID alone for each of them`);
}

/** AWS refuses a configuration that held the new ID by all that was known: both IDs are accepted again at once. */
async function backOut(
  migration: Migration,
  role: RoleInUse,
  entry: JournalEntry,
  live: Configuration,
): Promise<never> {
  const { journal, configurations } = migration;
  const { externalId, retiredExternalIds } = journal.content;
  const both = [...retiredExternalIds, externalId];
  if (role.inTerraform) {
    journal.update(entry, { state: "replacing" });
    const old = entry.externalIdBefore ?? retiredExternalIds.at(0);
    const lines = externalIdLines(old === undefined ? [externalId] : [old, externalId]);
    throw new CommandError(
      `AWS refused ${nameOf(entry)} with the new external ID alone, so it does not work now. Write at once, in ` +
        `logzio.yaml, and deploy:\n${lines}\nThen run the command again: it creates the configuration anew`,
    );
  }
  const trust = await readTrust(migration, role);
  await role.roles.writeTrustPolicy(role.name, trust.textAccepting(...both));
  let cause = "It did not hold the new external ID, and is created anew when you run the command again";
  try {
    // Until all of IAM knows that both are accepted, time passes, as behind every change.
    const save = (): Promise<void> => configurations.save(entry.id, live);
    await untilAccepted(save, Date.now() + migration.pauses.patienceMs, migration);
    journal.update(entry, { state: "replacing" });
  } catch (error) {
    if (!(error instanceof CredentialsRefused)) throw error;
    cause =
      "It does so with both too, so look at the role's permissions and whether the bucket still exists; one " +
      `that is not needed can be left as it is with --leave-out ${entry.id}`;
  }
  throw new CommandError(
    `AWS refused ${nameOf(entry)} with the new external ID alone. The trust policy accepts both again. ${cause}`,
  );
}

/** The lines of logzio.yaml for a role that accepts these; without quotes `0123` is a number and `@team` no YAML. */
export function externalIdLines(externalIds: readonly string[]): string {
  return ["access:", "  externalIds:", ...externalIds.map((id) => `    - ${JSON.stringify(id)}`)]
    .map((line) => `    ${line}`)
    .join("\n");
}
