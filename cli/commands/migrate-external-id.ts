import { IAMClient } from "@aws-sdk/client-iam";
import { iamSettings } from "../aws/session";
import { apiOptionsFor, awsOptionsFor, findConfigFile } from "../config-file/config-file";
import { logzioApi } from "../logzio-api/settings";
import { Configurations } from "../migration/configurations";
import { leftOutOf } from "../migration/left-out";
import { runMigration, type MigrationRequest } from "../migration/run";
import { Roles } from "../migration/role";
import type { CommandContext } from "../program/context";
import { UsageError, type ExitCode } from "../program/errors";
import { withAccessOptions, type AccessOptions } from "../program/options";
import type { AddCommand } from "../program/program";

interface Options extends AccessOptions {
  readonly role: string;
  readonly newRole?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly journal?: string;
  readonly onlyThisAccount?: boolean;
  readonly leaveOut?: readonly string[];
  readonly allowGap?: boolean;
  readonly overlap?: string;
  readonly settle?: string;
  readonly patience?: string;
}

/**
 * Logz.io's fetchers look every few seconds, and one that is behind needs longer; IAM's changes reach other regions
 * within seconds as a rule, and nobody promises when.
 */
const defaultSeconds = { overlap: 60, settle: 15, patience: 120 } as const;

/** `logzio-s3 migrate-external-id`. */
export const addMigrateExternalId: AddCommand = (program, run) => {
  const command = program
    .command("migrate-external-id")
    .summary("move a role to the external ID that Logz.io generated, without an outage")
    .description(
      "Moves the fetchers and archives that use a role to the external ID that Logz.io generated, without an outage. " +
        "Needs an API token of the Logz.io account in LOGZIO_API_TOKEN.",
    )
    .requiredOption("--role <name-or-arn>", "the role that fetchers and archives use now")
    .option("--new-role <arn>", "move this Logz.io account to a role of its own, and leave the old one alone")
    .option("--dry-run", "print the plan and change nothing")
    .option("--yes", "do not ask")
    .option("--journal <file>", "where progress is written (default: .logzio-s3/migration-ROLE-ACCOUNT.json)")
    .option("--only-this-account", "no other Logz.io account uses the role, whatever IDs it accepts")
    .option(
      "--leave-out <id...>",
      "configurations to leave as they are, such as ones that do not work anyway",
    )
    .option(
      "--allow-gap",
      "delete a configuration before the new one is there, where Logz.io takes no two of them",
    )
    .option(
      "--overlap <seconds>",
      `how long an old and a new fetcher both fetch (default: ${defaultSeconds.overlap})`,
    )
    .option(
      "--settle <seconds>",
      `how long to wait behind a change of a trust policy (default: ${defaultSeconds.settle})`,
    )
    .option(
      "--patience <seconds>",
      `how long AWS may refuse the role behind such a change (default: ${defaultSeconds.patience})`,
    );
  withAccessOptions(command)
    .addHelpText("after", helpText)
    .action((options: Options) => run(migrate, options));
};

const helpText = `
Logz.io generates one external ID for each of its accounts. The role first
accepts the old and the new one; each configuration is saved again, or created
anew before the old one is deleted; then the role accepts only the new one.
After any failure, run the same command again: it goes on where it was.

A role that this project's Terraform manages is not changed: the command says
what to write in logzio.yaml, and is run again after the deployment.

Where several Logz.io accounts use the role, each needs a role of its own: run
the command with --new-role, once with the API token of each account.

Examples:
  logzio-s3 migrate-external-id --role logzio-reader --dry-run
  logzio-s3 migrate-external-id --role logzio-reader
  logzio-s3 migrate-external-id --role logzio-reader \\
    --new-role arn:aws:iam::123456789012:role/logzio-team-a

Exit code: 0 when everything is migrated, 1 when something is left to you, which
the output says.`;

async function migrate(options: Options, context: CommandContext): Promise<ExitCode> {
  const file = findConfigFile(options, context);
  const api = logzioApi(apiOptionsFor(options, file), context);
  const request = requestOf(options);
  const iam = new IAMClient(iamSettings(awsOptionsFor(options, file)));
  try {
    const sources = {
      api,
      configurations: new Configurations(api),
      roles: new Roles(iam, context.signal),
      file,
    };
    return await runMigration(request, sources, context);
  } finally {
    iam.destroy();
  }
}

function requestOf(options: Options): MigrationRequest {
  const { role, newRole, journal, dryRun = false, yes = false } = options;
  if (journal === "") throw new UsageError("--journal is empty; name a file");
  const { onlyThisAccount = false, leaveOut = [], allowGap = false } = options;
  return {
    role,
    ...(newRole === undefined ? {} : { newRole }),
    ...(journal === undefined ? {} : { journal }),
    ...{ dryRun, yes, onlyThisAccount, allowGap },
    leaveOut: leaveOut.map(leftOutOf),
    pauses: {
      overlapMs: milliseconds("overlap", options),
      settleMs: milliseconds("settle", options),
      patienceMs: milliseconds("patience", options),
      retryMs: 1_000,
    },
  };
}

/** An hour: longer than any fetcher or part of IAM is behind. */
const longestSeconds = 3_600;

function milliseconds(name: keyof typeof defaultSeconds, options: Options): number {
  const text = options[name];
  if (text === undefined) return defaultSeconds[name] * 1_000;
  const wanted = `seconds from 0 to ${longestSeconds}`;
  const seconds = wholeNumber(`--${name}`, text, wanted);
  if (seconds > longestSeconds) throw new UsageError(`--${name} is "${text}"; write ${wanted}`);
  return seconds * 1_000;
}

function wholeNumber(option: string, text: string, wanted: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is "${text}"; write ${wanted}`);
}
