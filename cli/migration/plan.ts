import { count, padEnd, printable, widthOf } from "../terminal/terminal";
import { isActive, nameOf, placeOf, type Configuration, type Identity, type Settings } from "./configuration";
import type { Journal, JournalContent, JournalEntry } from "./journal";
import { isLeftOut } from "./left-out";
import { isToDo } from "./move";
import type { Pauses } from "./patience";
import { readTwice, type Survey } from "./survey";

export interface Plan {
  readonly survey: Survey;
  readonly journalPath: string;
  /** What the file of that path says; undefined where there is none. */
  readonly journal: Journal | undefined;
  /** The file, where it is about this migration: under way, or the last one. */
  readonly ownJournal: Journal | undefined;
  readonly retiredExternalIds: readonly string[];
  /** What Terraform's role has to accept before anything else; undefined where it does, or is not Terraform's. */
  readonly deployFirst: readonly string[] | undefined;
  readonly leaveOut: readonly Identity[];
  readonly pauses: Pauses;
}

/** The journal of a run that was broken off. */
export function begunJournal({ journal }: Plan): Journal | undefined {
  return journal?.content.finishedAt === undefined ? journal : undefined;
}

/** What a run that was broken off has written. */
export function begun(plan: Plan): JournalContent | undefined {
  return begunJournal(plan)?.content;
}

/** What was found and what will be done, in lines for the user. */
export function describePlan(plan: Plan): string[] {
  const { survey } = plan;
  const earlier = begun(plan);
  const { assigned, role, inUse, newRole } = survey;
  const facts = [
    ["Role", role.arn],
    ...(newRole === undefined ? [] : [["New role", newRole.arn]]),
    ["Logz.io", `account ${assigned.logzioAccountId}, external ID ${assigned.externalId}`],
    ...(inUse === undefined ? [] : [["Accepted now", inUse.trust.externalIds.join(", ")]]),
  ];
  const width = Math.max(...facts.map(([name = ""]) => widthOf(name))) + 2;
  return [
    ...facts.map(([name = "", value = ""]) => padEnd(name, width) + value),
    "",
    ...describeUses(plan),
    "",
    earlier === undefined ? "Plan" : `Plan (goes on with the migration begun ${earlier.startedAt})`,
    ...stepsOf(plan).map((step, index) => `  ${index + 1}. ${step}`),
  ];
}

function describeUses(plan: Plan): string[] {
  const { survey, leaveOut } = plan;
  const uses = begun(plan)?.configurations ?? survey.configurations;
  const rows = uses.map((one) => [
    `${one.kind} ${one.id}`,
    printable(placeOf(one)),
    printable(settingsOf(one)),
    isLeftOut(leaveOut, one) ? "left out" : "state" in one ? progressOf(one) : externalIdOf(one),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ""))) + 2);
  return [
    `${count(uses.length, "configuration")} of this Logz.io account ${uses.length === 1 ? "uses" : "use"} the role`,
    ...rows.map((row) => `  ${row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join("")}`),
  ];
}

function settingsOf(settings: Settings): string {
  const inactive = isActive(settings) ? "" : ", inactive";
  return settings.kind === "archive"
    ? `archive${inactive}`
    : `${settings.body.logsType}, ${settings.body.region}${inactive}`;
}

function externalIdOf({ externalId }: Configuration): string {
  return externalId === undefined ? "external ID not shown" : `holds ${externalId}`;
}

function progressOf({ state, replacement }: JournalEntry): string {
  if (state === "doubled") return `created anew as ${replacement?.id ?? ""}`;
  return { unmoved: "to do", replacing: "to be created anew", moved: "moved", "left out": "left out" }[state];
}

function stepsOf(plan: Plan): string[] {
  const { survey, journalPath, retiredExternalIds } = plan;
  const { assigned, inUse, newRole } = survey;
  const { externalId } = assigned;
  const write =
    begun(plan) === undefined ? [`Write all of this to ${journalPath}, from which it can be restored`] : [];
  if (newRole !== undefined) {
    return [
      ...write,
      ...moveStep(plan, "Save each configuration with the new role; where it does not take it"),
      "Leave the old role as it is, for the other Logz.io accounts that use it",
    ];
  }
  const accept = (what: string): string =>
    inUse?.terraform === undefined
      ? `Let the trust policy accept ${what}`
      : `You deploy the role with ${what}; the command stops until then, and says how`;
  const both = inUse?.trust.accepts(externalId) === false;
  const only = inUse?.trust.acceptsOnly(externalId) === false;
  return [
    ...write,
    ...(both ? [accept((plan.deployFirst ?? [...retiredExternalIds, externalId]).join(" and "))] : []),
    ...moveStep(plan, "Save each configuration again; where it may not hold the new external ID then"),
    ...(only ? [accept(`only ${externalId}`)] : []),
    "Save each once more, by which AWS has accepted the new external ID alone",
  ];
}

function moveStep(plan: Plan, save: string): string[] {
  if (isAllMoved(plan)) return [];
  const seconds = Math.round(plan.pauses.overlapMs / 1000);
  return [
    `${save}, create a new one\n     beside it, and delete the old one ${seconds} s later; what comes in between is shipped twice, and nothing is missed`,
  ];
}

/** What the user should know before saying yes. */
export function warningsOf(plan: Plan): string[] {
  const { survey, retiredExternalIds, leaveOut } = plan;
  const { assigned, inUse, newRole, configurations, role } = survey;
  const warnings = [...(newRole?.warnings ?? [])];
  if (inUse?.trust.acceptsOnly(assigned.externalId) === false) {
    warnings.push(
      `Other Logz.io accounts that use ${role.name} with ${retiredExternalIds.join(" or ")} would be locked out; this ` +
        "account's token cannot see them. If there are any, give each account a role of its own: --new-role ARN",
    );
  }
  // Of a run that was broken off, some may be there twice on purpose.
  for (const place of begun(plan) === undefined ? readTwice(configurations) : []) {
    warnings.push(
      `More than one fetcher reads ${place}, so its objects are shipped more than once; both are moved`,
    );
  }
  for (const one of configurations.filter(({ unknownFields }) => unknownFields.length > 0)) {
    warnings.push(
      `${nameOf(one)} has settings that this command does not know and cannot write again (${one.unknownFields.join(", ")}); ` +
        "compare them afterwards",
    );
  }
  if (leaveOut.length > 0 && newRole === undefined) {
    warnings.push(
      `What is left out (${leaveOut.map(({ kind, id }) => `${kind} ${id}`).join(", ")}) stops working if it holds another external ID`,
    );
  }
  return warnings;
}

/** Whether everything is migrated already, as far as can be told without a change. */
export function isDone(plan: Plan): boolean {
  const { survey, ownJournal } = plan;
  const { assigned, inUse, newRole, configurations } = survey;
  if (begun(plan) !== undefined) return false;
  if (newRole !== undefined) return configurations.length === 0 && newRole.configurations.length > 0;
  const proven = (ownJournal?.entries ?? []).filter(({ state }) => state === "moved");
  return (
    inUse?.trust.acceptsOnly(assigned.externalId) === true &&
    configurations.length > 0 &&
    configurations.every(
      (one) =>
        one.externalId === assigned.externalId ||
        (one.externalId === undefined && proven.some(({ kind, id }) => kind === one.kind && id === one.id)),
    )
  );
}

/** Whether no step is left but the user's own deployment. */
export function isAllMoved(plan: Plan): boolean {
  return begun(plan)?.configurations.some(isToDo) === false;
}
