import { renameSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../program/errors";
import type { Identity } from "./configuration";
import { Journal, type JournalContent, type JournalEntry } from "./journal";
import { isLeftOut } from "./left-out";
import { newEntry } from "./move";
import { begun, type Plan } from "./plan";
import type { Survey } from "./survey";

/** A file for each role and Logz.io account, in the working folder. */
export function defaultJournalPath({ role, assigned }: Survey): string {
  const account =
    assigned.externalId
      .split(":")
      .at(-1)
      ?.replaceAll(/[^\w.-]/g, "_") ?? "";
  return join(".logzio-s3", `migration-${role.name}-${account}.json`);
}

/**
 * Whether the journal is of this migration. One of another that has finished does not matter.
 * @throws UsageError where it is of another that has not
 */
export function isOfThis({ path, content }: Journal, { role, newRole, assigned }: Survey): boolean {
  const differences = [
    ["role", content.role, role.arn],
    ["new role", content.newRole ?? "none", newRole?.arn ?? "none"],
    ["external ID", content.externalId, assigned.externalId],
    ["AWS account of Logz.io", content.logzioAccountId, assigned.logzioAccountId],
  ].filter(([, there, here]) => there !== here);
  if (differences.length === 0) return true;
  if (content.finishedAt !== undefined) return false;
  const list = differences.map(([what, there = "", here = ""]) => `${what}: ${there} there, ${here} here`);
  throw new UsageError(
    `${path} is the journal of another migration (${list.join("; ")}); finish that one with the options and the API token ` +
      "that it was begun with, or name another file with --journal",
  );
}

/** The journal to go on with, or a new one; one that is finished is put aside. To be called under the lock. */
export function openJournal(plan: Plan): Journal {
  const there = Journal.read(plan.journalPath);
  if (!isDeepStrictEqual(there?.content, plan.journal?.content)) {
    throw new UsageError(`${plan.journalPath} was changed by another run meanwhile; run the command again`);
  }
  if (there !== undefined && begun(plan) !== undefined) {
    leaveOut(there, plan.leaveOut);
    return there;
  }
  if (there?.content.finishedAt !== undefined) {
    const time = there.content.finishedAt.replaceAll(/[:.]/g, "-");
    renameSync(there.path, `${there.path.replace(/\.json$/, "")}-${time}.json`);
  }
  return Journal.begin(plan.journalPath, contentOf(plan));
}

function contentOf({ survey, retiredExternalIds, leaveOut: leftOut }: Plan): JournalContent {
  const { role, newRole, assigned, inUse, configurations } = survey;
  const entries = configurations
    .map(newEntry)
    .map((entry): JournalEntry => (isLeftOut(leftOut, entry) ? { ...entry, state: "left out" } : entry));
  return {
    version: 1,
    role: role.arn,
    ...(newRole === undefined ? {} : { newRole: newRole.arn }),
    ...assigned,
    retiredExternalIds: [...retiredExternalIds],
    ...(inUse === undefined ? {} : { trustPolicyBefore: inUse.role.trustPolicy }),
    startedAt: new Date().toISOString(),
    configurations: entries as JournalContent["configurations"],
  };
}

function leaveOut(journal: Journal, leftOut: readonly Identity[]): void {
  for (const entry of journal.entries) {
    // Of one that is there twice, the old one goes in any case.
    if (!isLeftOut(leftOut, entry) || entry.state === "doubled") continue;
    journal.update(entry, { state: "left out" });
  }
}
