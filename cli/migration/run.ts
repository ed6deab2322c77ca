import type { ConfigFile } from "../config-file/parse";
import type { LogzioApi } from "../logzio-api/logzio-api";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import { defaultJournalPath, isOfThis, openJournal } from "./begin";
import type { Configurations } from "./configurations";
import { deployableIds } from "./deployable";
import { Journal } from "./journal";
import { lock } from "../program/file-lock";
import { leftOutAmong, type LeftOut } from "./left-out";
import type { Migration } from "./migration";
import { migrateToNewRole } from "./new-role";
import type { Pauses } from "./patience";
import { begun, begunJournal, describePlan, isAllMoved, isDone, warningsOf, type Plan } from "./plan";
import { deploymentLines, finishedLines, resultOf } from "./report";
import type { Roles } from "./role";
import { migrateInSameRole, type Outcome } from "./same-role";
import { idsToRetire, survey, type Survey } from "./survey";

export interface MigrationRequest {
  readonly role: string;
  readonly newRole?: string;
  readonly journal?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly onlyThisAccount: boolean;
  readonly allowGap: boolean;
  readonly leaveOut: readonly LeftOut[];
  readonly pauses: Pauses;
}

export interface MigrationSources {
  readonly api: LogzioApi;
  readonly configurations: Configurations;
  readonly roles: Roles;
  readonly file: ConfigFile | undefined;
}

/** One run of the command: reads, plans, asks, and migrates. */
export async function runMigration(
  request: MigrationRequest,
  sources: MigrationSources,
  context: CommandContext,
): Promise<ExitCode> {
  const { output } = context;
  const { api, configurations, roles, file } = sources;
  output.progress("reading what uses the role");
  const plan = makePlan(request, await survey(request, api, configurations, roles, file));
  if (isDone(plan)) return alreadyMigrated(plan, context);
  if (begun(plan) === undefined && plan.survey.configurations.length === 0) return notInUse(plan, context);

  for (const line of describePlan(plan)) output.line(line);
  output.line();
  for (const warning of warningsOf(plan)) output.warn(warning);
  if (request.dryRun) {
    output.line("Nothing was changed (--dry-run).");
    output.result(resultOf(plan, "planned", begunJournal(plan)));
    return exitCodes.success;
  }
  const { deployFirst } = plan;
  if (deployFirst !== undefined) return waitForDeployment(plan, deployFirst, begunJournal(plan), context);
  if (!request.yes && !isAllMoved(plan) && !(await context.confirm("Migrate as planned?"))) {
    output.line("Nothing was changed.");
    output.result(resultOf(plan, "declined", begunJournal(plan)));
    return exitCodes.negative;
  }
  const held = lock(plan.journalPath, { name: "this migration", option: "--journal" });
  try {
    return await migrate(plan, request, sources, context);
  } finally {
    held.release();
  }
}

function makePlan(request: MigrationRequest, found: Survey): Plan {
  const { onlyThisAccount, pauses } = request;
  const journalPath = request.journal ?? defaultJournalPath(found);
  const journal = Journal.read(journalPath);
  const ownJournal = journal !== undefined && isOfThis(journal, found) ? journal : undefined;
  const unfinished = ownJournal?.content.finishedAt === undefined ? ownJournal?.content : undefined;
  const leaveOut = leftOutAmong(request.leaveOut, unfinished?.configurations ?? found.configurations);
  const { inUse, assigned, configurations } = found;
  const retiredExternalIds =
    unfinished?.retiredExternalIds ??
    (inUse === undefined
      ? []
      : idsToRetire(inUse.trust, configurations, assigned.externalId, onlyThisAccount));
  const deployFirst = toDeployFirst(found);
  return {
    ...{ survey: found, journalPath, journal, ownJournal },
    ...{ retiredExternalIds, deployFirst, leaveOut, pauses },
  };
}

/** The external IDs that Terraform's role has to accept before anything else; undefined where it does already. */
function toDeployFirst({ inUse, assigned, configurations }: Survey): readonly string[] | undefined {
  if (inUse?.terraform === undefined || inUse.trust.accepts(assigned.externalId)) return undefined;
  const held = configurations.map(({ externalId }) => externalId);
  return deployableIds(inUse.trust.externalIds, held, assigned.externalId);
}

async function migrate(
  plan: Plan,
  { allowGap, pauses }: MigrationRequest,
  { configurations, roles }: MigrationSources,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, signal } = context;
  const journal = openJournal(plan);
  const migration: Migration = { configurations, journal, pauses, output, signal, allowGap };
  const outcome = await migrateBy(plan, migration, roles).catch((error: unknown) => {
    output.warn(
      `not finished; the same command goes on where it was (what was there is in ${plan.journalPath})`,
    );
    throw error;
  });
  if (outcome.state === "waiting for deployment") {
    return waitForDeployment(plan, outcome.externalIds, journal, context);
  }
  journal.finish();
  output.line();
  for (const line of finishedLines(plan, journal)) output.line(line);
  output.result(resultOf(plan, "finished", journal));
  return exitCodes.success;
}

async function migrateBy({ survey: found }: Plan, migration: Migration, roles: Roles): Promise<Outcome> {
  if (found.newRole !== undefined) {
    await migrateToNewRole(migration, found.newRole);
    return { state: "finished" };
  }
  const inTerraform = found.inUse?.terraform !== undefined;
  return migrateInSameRole(migration, { roles, name: found.role.name, inTerraform });
}

function waitForDeployment(
  plan: Plan,
  externalIds: readonly string[],
  journal: Journal | undefined,
  { output }: CommandContext,
): ExitCode {
  for (const line of deploymentLines(plan, externalIds, journal)) output.line(line);
  output.result(resultOf(plan, "waiting for deployment", journal, externalIds));
  return exitCodes.negative;
}

function alreadyMigrated(plan: Plan, { output }: CommandContext): ExitCode {
  const { role, newRole, assigned } = plan.survey;
  output.line(
    newRole === undefined
      ? `Already migrated: ${role.name} accepts only ${assigned.externalId}, and everything that uses it holds it.`
      : `Already migrated: nothing of this Logz.io account uses ${role.arn}, and ${newRole.arn} is in use.`,
  );
  output.line("Nothing was changed.");
  output.result(resultOf(plan, "already migrated", plan.ownJournal));
  return exitCodes.success;
}

function notInUse(plan: Plan, { output }: CommandContext): ExitCode {
  output.line(
    `No fetcher and no archive of this Logz.io account uses ${plan.survey.role.arn}; nothing was changed. Is it the right ` +
      "role, and the API token of the right account?",
  );
  output.result(resultOf(plan, "not in use"));
  return exitCodes.negative;
}
