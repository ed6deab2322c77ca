import { placeOf } from "./configuration";
import type { Journal, JournalEntry } from "./journal";
import type { Plan } from "./plan";
import { externalIdLines, type Outcome } from "./same-role";

/** How a run ended, for machines. */
export type State = Outcome["state"] | "planned" | "declined" | "already migrated" | "not in use";

export function resultOf(
  plan: Pick<Plan, "survey" | "journalPath">,
  state: State,
  journal?: Journal,
  waitingFor?: readonly string[],
): object {
  const { assigned, role, newRole, configurations } = plan.survey;
  return {
    state,
    role: role.arn,
    ...(newRole === undefined ? {} : { newRole: newRole.arn }),
    ...assigned,
    journal: plan.journalPath,
    ...(waitingFor === undefined ? {} : { externalIdsToDeploy: waitingFor }),
    configurations:
      journal === undefined
        ? configurations.map((one) => ({ kind: one.kind, id: one.id, place: placeOf(one) }))
        : journal.entries.map((entry) => ({
            kind: entry.kind,
            id: entry.id,
            place: placeOf(entry),
            state: entry.state,
            formerIds: entry.formerIds,
          })),
  };
}

/** What is left to do for the user when a migration has finished. */
export function finishedLines({ survey, journalPath }: Plan, journal: Journal): string[] {
  const { assigned, role, newRole, inUse } = survey;
  const next =
    newRole === undefined
      ? inUse?.terraform === undefined
        ? [
            `Where the trust policy of ${role.name} is kept in code (CloudFormation, Terraform), write only the new external ID there too.`,
          ]
        : []
      : [
          `Other Logz.io accounts that use ${role.name} come next, each with its own API token and a role of its own.`,
          `When no account uses it any more, delete ${role.arn}.`,
          "Where fetchers are kept in code (logzio_s3_fetcher), name the new role there.",
        ];
  return [
    newRole === undefined
      ? `Finished: everything holds ${assigned.externalId}, and the role accepts no other external ID.`
      : `Finished: everything of this Logz.io account uses ${newRole.arn}.`,
    ...next,
    // Where the role is Terraform's, that was to be done before the last deployment.
    ...(inUse?.terraform === undefined ? terraformLines(journal.entries) : []),
    `The journal stays in ${journalPath}; it is needed no more.`,
  ];
}

/** What the user has to deploy before the command can go on. */
export function deploymentLines(
  { survey }: Plan,
  externalIds: readonly string[],
  journal: Journal | undefined,
): string[] {
  const why = survey.inUse?.terraform ?? "";
  return [
    ...terraformLines(journal?.entries ?? []),
    `Not finished yet: the trust policy of ${survey.role.name} is Terraform's (${why}).`,
    "  Write in logzio.yaml:",
    externalIdLines(externalIds),
    "  and deploy it:",
    "    npx cdktf deploy",
    "  Then run the same command again: it goes on from there.",
  ];
}

/** Terraform knows a fetcher by its ID, and would make one more where that is gone. */
function terraformLines(entries: readonly JournalEntry[]): string[] {
  const replaced = entries.filter(({ kind, formerIds }) => kind === "fetcher" && formerIds.length > 0);
  if (replaced.length === 0) return [];
  return [
    "",
    "These fetchers have new IDs. Where Terraform manages one (terraform state list shows it as logzio_s3_fetcher; for",
    "this project, in cdktf.out/stacks/STACK), tell it before the next deployment, or it makes a second one:",
    ...replaced.map(
      ({ id, formerIds }) =>
        `    terraform state rm ADDRESS && terraform import ADDRESS ${id}    # was ${formerIds.join(", ")}`,
    ),
    "",
  ];
}
