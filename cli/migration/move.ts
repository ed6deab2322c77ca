import { setTimeout as sleep } from "node:timers/promises";
import { isActive, nameOf, sameSettings, withRole, type Configuration } from "./configuration";
import type { JournalEntry } from "./journal";
import type { Migration, Target } from "./migration";
import { isKnown, renew } from "./renew";

/**
 * Brings every configuration of the old role to hold the new external ID, those included that somebody adds meanwhile.
 * At every moment each of them is there with credentials that AWS accepts.
 */
export async function moveAll(migration: Migration, target: Target): Promise<void> {
  const { journal } = migration;
  await noteMissing(migration);
  do {
    for (const entry of journal.entries.filter(isToRenew)) await renew(migration, target, entry);
    await deleteReplaced(migration, target);
    await addNewcomers(migration);
  } while (journal.entries.some(isToDo));
}

/** What was moved by an earlier run and is not there any more is created again. */
async function noteMissing({ journal, configurations, output }: Migration): Promise<void> {
  const moved = journal.entries.filter(({ state }) => state === "moved");
  const live = moved.length === 0 ? [] : await configurations.list();
  for (const entry of moved) {
    if (live.some(({ kind, id }) => kind === entry.kind && id === entry.id)) continue;
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
async function deleteReplaced(migration: Migration, target: Target): Promise<void> {
  const { journal, configurations, output } = migration;
  const doubled = journal.entries.filter(({ state }) => state === "doubled");
  await waitForOverlap(migration, doubled);
  for (const entry of doubled) {
    const { replacement } = entry;
    if (replacement === undefined) continue;
    const live = await configurations.find({ kind: entry.kind, id: replacement.id });
    if (live === undefined || !sameSettings(live, withRole(entry, target.role))) {
      output.warn(
        `${entry.kind} ${replacement.id} was changed or deleted before it took over; one more is made`,
      );
      journal.update(entry, { state: "replacing", replacement: undefined });
      continue;
    }
    await configurations.delete(entry);
    const formerIds = [...entry.formerIds, entry.id];
    journal.update(entry, { state: "moved", id: replacement.id, formerIds, replacement: undefined });
    output.line(`  ${nameOf(entry)}: deleted, ${replacement.id} has taken over`);
  }
}

async function waitForOverlap(
  { pauses, output, signal }: Migration,
  doubled: readonly JournalEntry[],
): Promise<void> {
  const times = doubled
    .filter((entry) => entry.kind === "fetcher" && isActive(entry))
    .map(({ replacement }) => Date.parse(replacement?.createdAt ?? "") + pauses.overlapMs);
  const wait = Math.max(...times) - Date.now();
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
