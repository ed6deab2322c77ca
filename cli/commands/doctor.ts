import { listenerAndToken } from "../doctor/listener";
import { Clients } from "../doctor/clients";
import { examine } from "../doctor/doctor";
import { summarize, type Report } from "../doctor/finding";
import type { RegistrationOptions } from "../doctor/registration-probe";
import { renderReport } from "../doctor/render";
import { doctorSettings, type SettingsOptions } from "../doctor/settings";
import type { Surgery } from "../doctor/surgery";
import { sendTestDocument } from "../doctor/test-document";
import { apiOptionsFor, awsOptionsFor, configPath, findConfigFile } from "../config-file/config-file";
import type { ConfigFile } from "../config-file/parse";
import { LogzioApi } from "../logzio-api/logzio-api";
import { apiToken, apiUrl, tokenAdvice } from "../logzio-api/settings";
import type { CommandContext } from "../program/context";
import { exitCodes, UsageError, type ExitCode } from "../program/errors";
import { withAccessOptions, type AccessOptions } from "../program/options";
import type { AddCommand } from "../program/program";

interface DoctorOptions extends SettingsOptions, AccessOptions {
  readonly save: boolean;
  readonly tryRegistration?: boolean;
  readonly send?: boolean;
  readonly strict?: boolean;
}

/** How long cleaning up behind an interrupt may take, in ms: the program ends soon after. */
const cleanUpMs = 30_000;

export const addDoctor: AddCommand = (program, run) => {
  const command = program
    .command("doctor")
    .summary("prove that Logz.io can read the buckets, or say what is wrong")
    .description(
      "Checks the role (or user) with which Logz.io reads buckets: whom it trusts, what it may do, what bucket and key " +
        "say to that, and whether Logz.io gets through. Each line is proven (✓), wrong (✗, with what to change), or not " +
        "proven (?, with the reason). What to check comes from access: of logzio.yaml, or from the options.",
    )
    .option("--role-arn <arn>", "the role that Logz.io assumes")
    .option("--user-arn <arn>", "the user whose access key Logz.io has, in place of a role")
    .option("--account-id <id>", "Logz.io's AWS account")
    .option("--external-id <id>", "external ID that Logz.io sends; may be given twice", collect)
    .option("--bucket <name>", "check this bucket alone")
    .option("--prefix <prefix>", "start of the keys that Logz.io reads in it")
    .option("--kms-key-arn <arn>", "key that encrypts its objects")
    .option(
      "--try-registration",
      "register buckets that are not registered, inactive, and delete them at once",
    )
    .option("--no-save", "do not save registered buckets again")
    .option("--send", "send a test document to the listener (token in LOGZIO_TOKEN or TF_VAR_logzio_token)")
    .option("--strict", "exit code 1 also where something is not proven");
  withAccessOptions(command)
    .addHelpText("after", help)
    .action((options: DoctorOptions) => run(runDoctor, options));
};

const help = `
With an API token in LOGZIO_API_TOKEN, Logz.io is asked to save each registered
bucket again, unchanged: it then tries AWS, which no one else can do in its
place. Nothing is changed in AWS, and in Logz.io only what --try-registration
says.

To read what there is to know, the credentials in use need iam:GetRole (for a
user iam:GetUser), iam:SimulatePrincipalPolicy, s3:ListBucket,
s3:GetBucketPolicy, s3:GetEncryptionConfiguration,
s3:GetBucketOwnershipControls, s3:GetBucketPublicAccessBlock, kms:DescribeKey
and kms:GetKeyPolicy; what they lack is not proven, and named.

Exit code: 0 when nothing is wrong, also where something is not proven (but with
--strict); 1 when something is wrong.

Examples:
  logzio-s3 doctor
  logzio-s3 doctor --bucket my-logs --prefix AWSLogs/
  logzio-s3 doctor --role-arn arn:aws:iam::123456789012:role/logzio \\
    --account-id 111122223333 --external-id logzio:aws:extid:example0nktixxe8q \\
    --bucket my-logs
  logzio-s3 doctor --send
  logzio-s3 doctor --json --strict > doctor.json`;

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function runDoctor(options: DoctorOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const file = findConfigFile(options, context);
  const settings = doctorSettings(options, file);
  const send = options.send === true ? listenerAndToken(options, context, file) : undefined;
  const { reader } = settings;
  if (reader === undefined && send === undefined) {
    const missing =
      file === undefined
        ? `${configPath(options, context)} does not exist; write it, with access: in it`
        : `${file.path} has no access:; write it`;
    throw new UsageError(
      `there is nothing to check: ${missing}, name a role with --role-arn, or a document with --send`,
    );
  }
  const sections: Report["sections"][number][] = [];
  if (reader !== undefined) {
    const clients = new Clients(awsOptionsFor(options, file), context.signal);
    try {
      const surgery: Surgery = {
        settings,
        clients,
        registration: registrationOf(options, context, file),
        signal: context.signal,
        progress: (text) => output.progress(text),
      };
      sections.push(...(await examine(surgery, reader)).sections);
    } finally {
      clients.close();
    }
  }
  if (send !== undefined) {
    const { origin, token } = send;
    output.progress(`sending a document to ${origin.origin}`);
    sections.push({
      kind: "listener",
      name: origin.origin,
      findings: [await sendTestDocument(origin, token)],
    });
  }
  return print({ sections }, options, context);
}

function print(report: Report, { strict }: DoctorOptions, { output }: CommandContext): ExitCode {
  const summary = summarize(report);
  for (const line of renderReport(report, output.terminal)) output.line(line);
  output.result({ ...report, summary });
  const negative = summary.wrong > 0 || (strict === true && summary.notProven > 0);
  return negative ? exitCodes.negative : exitCodes.success;
}

function registrationOf(
  options: DoctorOptions,
  { env, output, signal }: CommandContext,
  file: ConfigFile | undefined,
): RegistrationOptions | string {
  const token = apiToken(env);
  const { save, tryRegistration = false } = options;
  if (token === undefined) {
    if (tryRegistration) throw new UsageError(`--try-registration needs an API token; ${tokenAdvice}`);
    return `there is no API token to ask Logz.io with; ${tokenAdvice}`;
  }
  const url = apiUrl(apiOptionsFor(options, file));
  return {
    probe: new LogzioApi({ url, token, signal }),
    cleanUp: () => new LogzioApi({ url, token, signal: AbortSignal.timeout(cleanUpMs) }),
    notSaved: save ? undefined : "--no-save was given, and Logz.io asks AWS only when a fetcher is saved",
    tryRegistration,
    warn: (text) => output.warn(text),
  };
}
