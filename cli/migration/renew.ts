import { ApiError, CredentialsRefused } from "../logzio-api/errors";
import { CommandError, exitCodes } from "../program/errors";
import {
  nameOf,
  placeOf,
  sameSettings,
  withRole,
  type Configuration,
  type Identity,
  type Settings,
} from "./configuration";
import { ConfigurationStuck } from "./errors";
import type { JournalEntry } from "./journal";
import { isLeftForKeys, settingsNow } from "./meanwhile";
import type { Migration, Target } from "./migration";
import { untilAccepted } from "./patience";

/**
 * Brings one configuration to hold the new external ID: by saving it again, or else by a new one beside it, which
 * leaves the entry `doubled`.
 * @throws ConfigurationStuck where that cannot be done for this one
 */
export async function renew(migration: Migration, target: Target, found: JournalEntry): Promise<void> {
  const { journal, configurations, output } = migration;
  let entry = found;
  const live = await configurations.find(entry);
  if (live === undefined && (await isLeftForKeys(migration, entry))) return;
  if (entry.state === "unmoved") {
    if (live === undefined) {
      output.warn(`${nameOf(entry)} is not there any more; it is created again from the journal`);
    } else {
      entry = journal.updateSettings(entry, settingsNow(migration, target, live));
      if (await saveAgain(migration, target, entry)) {
        journal.update(entry, { state: "moved" });
        output.line(`  ${nameOf(entry)}: saved again, holds the new external ID`);
        return;
      }
    }
    entry = journal.update(entry, { state: "replacing" });
  }
  const half = await halfMade(migration, target, withRole(entry, target.role));
  if (half === undefined && live !== undefined) {
    entry = journal.updateSettings(entry, settingsNow(migration, target, live));
  }
  const wanted = withRole(entry, target.role);
  const made = half ?? (await create(migration, target, entry, wanted));
  await verify(migration, target, made, wanted);
  const createdAt = new Date().toISOString();
  journal.update(entry, { state: "doubled", replacement: { id: made.id, createdAt } });
  output.line(`  ${nameOf(entry)}: created anew as ${made.id}, which AWS accepts`);
}

/** Saves a configuration with the settings that it has. Returns whether it is known to hold the new ID then. */
async function saveAgain(migration: Migration, target: Target, entry: JournalEntry): Promise<boolean> {
  const { configurations, journal } = migration;
  const wanted = withRole(entry, target.role);
  // Where both IDs are accepted, a refusal is IAM being slow; else it may be the old ID that AWS refuses.
  const bothAccepted = target.role === journal.content.role && target.otherIds === "some";
  const save = (): Promise<void> => configurations.save(entry.id, wanted);
  try {
    await (bothAccepted ? untilAccepted(save, target.settledBy, migration) : save());
  } catch (error) {
    if (isRefusal(error)) throw notTaken(entry, error);
    if (!(error instanceof CredentialsRefused)) throw error;
    if (bothAccepted) throw refused(entry, error);
    return false;
  }
  const saved = await configurations.find(entry);
  if (saved === undefined || !sameSettings(saved, wanted)) return false;
  return holdsNew(saved, target) ?? target.otherIds !== "some";
}

/** Undefined where Logz.io does not say. */
function holdsNew({ externalId }: Configuration, target: Target): boolean | undefined {
  return externalId === undefined ? undefined : externalId === target.externalId;
}

/** A new configuration of a run that was broken off before it could write down its ID. */
async function halfMade(
  { configurations, journal }: Migration,
  target: Target,
  wanted: Settings,
): Promise<Configuration | undefined> {
  return (await configurations.list()).find(
    (one) => sameSettings(one, wanted) && !isKnown(journal.entries, one) && (holdsNew(one, target) ?? true),
  );
}

/** Whether the journal has a configuration, under whichever of its IDs. */
export function isKnown(entries: readonly JournalEntry[], { kind, id }: Identity): boolean {
  return entries.some(
    (entry) => entry.kind === kind && [entry.id, entry.replacement?.id, ...entry.formerIds].includes(id),
  );
}

async function create(
  migration: Migration,
  target: Target,
  entry: JournalEntry,
  wanted: Settings,
): Promise<Identity> {
  const { configurations, signal, allowGap, output } = migration;
  const attempt = (): Promise<Identity> =>
    untilAccepted(() => configurations.create(wanted), target.settledBy, migration);
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof CredentialsRefused) throw refused(entry, error);
    // It was saved with these settings before, so it is that Logz.io does not want them a second time.
    if (!isRefusal(error) || (await configurations.find(entry)) === undefined) throw error;
    if (!allowGap) throw needsGap(entry, error);
  }
  output.warn(`${nameOf(entry)} is deleted, and created anew at once: Logz.io takes no second one beside it`);
  await configurations.delete(entry);
  try {
    return await attempt();
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(
      `${nameOf(entry)} was deleted and could not be created anew (${(error as Error).message}). Run the command again at ` +
        `once: it creates it from the journal ${migration.journal.path}`,
    );
  }
}

/** Whether Logz.io understood the settings, and does not want them. */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && [400, 409, 422].includes(error.status ?? 0);
}

function notTaken(entry: JournalEntry, error: ApiError): ConfigurationStuck {
  return new ConfigurationStuck(
    `Logz.io does not take ${nameOf(entry)} with the settings that it has: ${error.message}\n` +
      "It stays as it was. Correct it in Logz.io, or delete it there, then run the command again; it can be left as it is " +
      `with --leave-out ${entry.id}`,
    exitCodes.failure,
  );
}

function needsGap(entry: JournalEntry, error: ApiError): ConfigurationStuck {
  return new ConfigurationStuck(
    `${nameOf(entry)} kept its old external ID when it was saved, and Logz.io takes no second one beside it ` +
      `(${error.message}).\nIt works as before. To go on, run the command again with --allow-gap: it then deletes the ` +
      "configuration and creates it again at once. What is to be read or written in the seconds between may be missed",
    exitCodes.negative,
  );
}

function refused(entry: Settings & Identity, error: CredentialsRefused): ConfigurationStuck {
  return new ConfigurationStuck(
    `AWS refuses the role for ${nameOf(entry)}, and went on doing so: ${error.message}\n` +
      `The trust policy lets Logz.io in, so look at the role's permissions on ${placeOf(entry)}, and whether the bucket ` +
      "still exists; then run the command again. A configuration that is not needed any more can be left as it is with " +
      `--leave-out ${entry.id}`,
    exitCodes.failure,
  );
}

/** The configuration is there as it should be: that Logz.io created it means that AWS accepted the role. */
async function verify(
  { configurations }: Migration,
  target: Target,
  made: Identity,
  wanted: Settings,
): Promise<void> {
  const live = await configurations.find(made);
  if (live !== undefined && sameSettings(live, wanted) && (holdsNew(live, target) ?? true)) return;
  const difference =
    live === undefined
      ? "does not show it"
      : sameSettings(live, wanted)
        ? `gave it the external ID ${live.externalId ?? ""}, not ${target.externalId}`
        : "shows it with other settings";
  throw new CommandError(
    `Logz.io created ${made.kind} ${made.id} and ${difference}; the old one has not been deleted. Compare the two in ` +
      "Logz.io, delete the new one, and run the command again",
  );
}
