import { exitCodes } from "../program/errors";
import { nameOf, roleOf, sameSettings, withRole, type Configuration, type Settings } from "./configuration";
import { ConfigurationStuck } from "./errors";
import type { JournalEntry } from "./journal";
import type { Migration, Target } from "./migration";

/*
 * What somebody else does to a configuration while it is moved. A run that was broken off may be gone on with days
 * later, so what is there now counts, and not what the journal found.
 */

/** The settings of a configuration as the journal has them: with the old role, which the journal is about. */
export function settingsNow({ journal }: Migration, target: Target, live: Configuration): Settings {
  const { role } = journal.content;
  if ([role, target.role].includes(roleOf(live))) return withRole(live, role);
  throw new ConfigurationStuck(
    `${nameOf(live)} has been given another role meanwhile, ${roleOf(live)}; leave it out with --leave-out ${live.id}, or ` +
      `give it ${role} again, then run the command again`,
    exitCodes.negative,
  );
}

/** One that has been given access keys meanwhile has no external ID any more; it is left as it is. */
export async function isLeftForKeys(migration: Migration, entry: JournalEntry): Promise<boolean> {
  if (!(await migration.configurations.isThere(entry))) return false;
  migration.output.warn(`${nameOf(entry)} has been given access keys meanwhile, and is left as it is`);
  migration.journal.update(entry, { state: "left out" });
  return true;
}

/**
 * What was changed at the old one, or at the new one, since there are two of them holds for the one that stays.
 * @param made the new one
 */
export async function followChanges(
  migration: Migration,
  target: Target,
  entry: JournalEntry,
  made: Configuration,
): Promise<JournalEntry> {
  const { configurations, journal, output } = migration;
  const old = await configurations.find(entry);
  if (old === undefined && (await configurations.isThere(entry))) {
    throw twoOfThem(entry, made, "has been given access keys");
  }
  const before: Settings = old === undefined ? entry : settingsNow(migration, target, old);
  const after = settingsNow(migration, target, made);
  if (sameSettings(before, entry)) {
    return sameSettings(after, entry) ? entry : journal.updateSettings(entry, after);
  }
  if (sameSettings(after, entry)) {
    output.warn(`${nameOf(entry)} was changed meanwhile; ${made.id} gets the same settings`);
    await configurations.save(made.id, withRole(before, target.role));
  } else if (!sameSettings(after, before)) {
    throw twoOfThem(entry, made, "has been given other settings");
  }
  // Afterwards: a run that is broken off before it sees the difference again.
  return journal.updateSettings(entry, before);
}

function twoOfThem(entry: JournalEntry, made: Configuration, change: string): ConfigurationStuck {
  return new ConfigurationStuck(
    `${nameOf(entry)} ${change} since ${made.id} was created in its place, and both are there. Delete the one that is not ` +
      "meant (logzio-s3 connect remove, or in Logz.io), then run the command again",
    exitCodes.negative,
  );
}
