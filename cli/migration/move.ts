import { setTimeout as sleep } from "node:timers/promises";
import { exitCodes } from "../program/errors";
import { isActive, nameOf, roleOf, type Configuration } from "./configuration";
import { ConfigurationStuck } from "./errors";
import type { JournalEntry } from "./journal";
import { followChanges, isLeftForKeys } from "./meanwhile";
import type { Migration, Target } from "./migration";
import { isKnown, renew } from "./renew";

/**
 * Brings every configuration of the old role to hold the new external ID, those included that somebody adds meanwhile.
 * At every moment each of them is there with credentials that AWS accepts.
 * @throws ConfigurationStuck with all that cannot be moved, once everything else is
 */
export async function moveAll(migration: Migration, target: Target): Promise<void> {
  const { journal } = migration;
  await noteMissing(migration);
  do {
    const stuck = await renewAll(migration, target);
    // What is there twice is shipped twice, so that does not wait for what the user has to look at.
    stuck.push(...(await deleteReplaced(migration, target)));
    if (stuck.length > 0) throw stuckTogether(stuck);
    await addNewcomers(migration);
  } while (journal.entries.some(isToDo));
}

function renewAll(migration: Migration, target: Target): Promise<ConfigurationStuck[]> {
  const entries = migration.journal.entries.filter(isToRenew);
  return withEach(migration, entries, (entry) => renew(migration, target, entry));
}

/** Goes on behind what is stuck. */
async function withEach(
  migration: Migration,
  entries: readonly JournalEntry[],
  act: (entry: JournalEntry) => Promise<void>,
): Promise<ConfigurationStuck[]> {
  const stuck: ConfigurationStuck[] = [];
  for (const entry of entries) {
    try {
      await act(entry);
    } catch (error) {
      if (!(error instanceof ConfigurationStuck)) throw error;
      stuck.push(error);
      migration.output.line(`  ${nameOf(entry)}: stays as it is, see below`);
    }
  }
  return stuck;
}

function stuckTogether(stuck: readonly ConfigurationStuck[]): ConfigurationStuck {
  const failed = stuck.some(({ exitCode }) => exitCode === exitCodes.failure);
  return new ConfigurationStuck(
    stuck.map(({ message }) => message).join("\n\n"),
    failed ? exitCodes.failure : exitCodes.negative,
  );
}

/** What was moved by an earlier run and is not there any more is created again. */
async function noteMissing(migration: Migration): Promise<void> {
  const { journal, configurations, output } = migration;
  const moved = journal.entries.filter(({ state }) => state === "moved");
  const live = moved.length === 0 ? [] : await configurations.list();
  for (const entry of moved) {
    if (live.some(({ kind, id }) => kind === entry.kind && id === entry.id)) continue;
    if ((await configurations.find(entry)) !== undefined) continue;
    if (await isLeftForKeys(migration, entry)) continue;
    output.warn(`${nameOf(entry)} is not there any more; it is created again from the journal`);
    journal.update(entry, { state: "replacing" });
  }
}

export function isToDo(entry: JournalEntry): boolean {
  return entry.state === "doubled" || isToRenew(entry);
}

function isToRenew({ state }: JournalEntry): boolean {
  return state === "unmoved" || state === "replacing";
}

/** Deletes what has been replaced, once the old fetchers had time to finish what came before the new ones. */
async function deleteReplaced(migration: Migration, target: Target): Promise<ConfigurationStuck[]> {
  const doubled = migration.journal.entries.filter(({ state }) => state === "doubled");
  await waitForOverlap(migration, doubled);
  return withEach(migration, doubled, (entry) => deleteOne(migration, target, entry));
}

async function deleteOne(migration: Migration, target: Target, found: JournalEntry): Promise<void> {
  const { journal, configurations, output } = migration;
  const { kind, replacement } = found;
  if (replacement === undefined) return;
  const live = await configurations.find({ kind, id: replacement.id });
  if (live === undefined || roleOf(live) !== target.role) {
    output.warn(`${kind} ${replacement.id} was deleted or changed before it took over; one more is made`);
    journal.update(found, { state: "replacing", replacement: undefined });
    return;
  }
  const entry = await followChanges(migration, target, found, live);
  await configurations.delete(entry);
  const formerIds = [...entry.formerIds, entry.id];
  journal.update(entry, { state: "moved", id: replacement.id, formerIds, replacement: undefined });
  output.line(`  ${nameOf(entry)}: deleted, ${replacement.id} has taken over`);
}

async function waitForOverlap(
  { pauses, output, signal }: Migration,
  doubled: readonly JournalEntry[],
): Promise<void> {
  const times = doubled
    .filter((entry) => entry.kind === "fetcher" && isActive(entry))
    .map(({ replacement }) => Date.parse(replacement?.createdAt ?? "") + pauses.overlapMs);
  // Another machine's clock may have written the times.
  const wait = Math.min(Math.max(...times) - Date.now(), pauses.overlapMs);
  // Without a fetcher there is nothing to wait for.
  if (!(wait > 0) || !Number.isFinite(wait)) return;
  output.progress(`old and new fetchers both fetch for ${Math.ceil(wait / 1000)} s`);
  await sleep(wait, undefined, { signal });
}

/** Takes in what uses the old role and is not in the journal: somebody has added it since. */
async function addNewcomers({ configurations, journal, output }: Migration): Promise<void> {
  const newcomers = (await configurations.ofRole(journal.content.role)).filter(
    (one) => !isKnown(journal.entries, one),
  );
  if (newcomers.length === 0) return;
  for (const one of newcomers) output.warn(`${nameOf(one)} has been added meanwhile; it is moved too`);
  journal.add(newcomers.map(newEntry));
}

/** What the journal says of a configuration at first. */
export function newEntry({ id, externalId, ...settings }: Configuration): JournalEntry {
  const { kind, body } = settings;
  const entry = { kind, body, id, formerIds: [], state: "unmoved" } as JournalEntry;
  return externalId === undefined ? entry : { ...entry, externalIdBefore: externalId };
}
