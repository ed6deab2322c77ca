import { InvalidArgumentError, type Command } from "commander";
import { register } from "../connect/register";
import type { RegisterOptions } from "../connect/registrations";
import { remove, type RemoveOptions } from "../connect/remove";
import { rotateKey, type RotateOptions } from "../connect/rotate-key";
import { update, type UpdateOptions } from "../connect/update";
import { withApiOptions, withConfigOption, withOutputOptions } from "../program/options";
import type { Run } from "../program/program";

/** Adds `connect register`. */
export function addRegister(connect: Command, run: Run): void {
  const command = connect
    .command("register")
    .summary("register buckets, so that Logz.io fetches from them")
    .description(
      "Registers buckets with Logz.io, which tries the role at once: the one of --bucket, or else those under " +
        "access.buckets of logzio.yaml without register (those with register are left to npx cdktf deploy). Can be " +
        "run again: what is registered is left, or changed where it differs, and never registered twice.",
    )
    .option("--bucket <name>", "the bucket to register (default: those of logzio.yaml)");
  withSettings(command, "(default: of logzio.yaml)")
    .option(
      "--role-arn <arn>",
      "the role that Logz.io assumes (default: AWS is asked for the one of logzio.yaml)",
    )
    .option(
      "--access-key",
      "make an access key of the IAM user in place of the role; a role is safer, see below",
    )
    .option("--user-name <name>", "the IAM user of --access-key (default: of logzio.yaml)")
    .option("--profile <name>", "profile of the AWS configuration files")
    .option("--yes", "do not ask before an access key is replaced")
    .option("--allow-overlap", "register it even where another fetcher has the same objects shipped");
  withWait(withOutputOptions(withApiOptions(withConfigOption(command))))
    .addHelpText("after", registerHelp)
    .action((options: RegisterOptions) => run(register, options));
}

const registerHelp = `
Examples:
  logzio-s3 connect register --type elb
  logzio-s3 connect register --bucket my-logs --prefix AWSLogs/ \\
    --region eu-central-1 --type elb
  logzio-s3 connect register --bucket my-logs --type vpcflow --inactive --json
  logzio-s3 connect register --bucket my-logs --type elb --access-key

Prefer the role. Logz.io assumes it for an hour at a time, only with your
external ID, and there is nothing to steal or to rotate. An access key works for
whoever has it, until it is deleted. --access-key hands the secret to Logz.io in
the same run and neither shows nor keeps it; replace it now and then with:
logzio-s3 connect rotate-key ID

Exit code: 0 when all are registered, 1 when one is not.`;

/** Adds `connect update`. */
export function addUpdate(connect: Command, run: Run): void {
  const command = connect
    .command("update")
    .summary("change a registered bucket")
    .description("Changes a registered bucket. What is not named stays as it is.")
    .argument("<id>", "ID of the fetcher, as connect list shows it", parseId);
  withSettings(command, "").option(
    "--role-arn <arn>",
    "the role that Logz.io assumes, also in place of an access key",
  );
  withWait(withOutputOptions(withApiOptions(withConfigOption(command))))
    .addHelpText("after", updateHelp)
    .action((id: number, options: UpdateOptions) =>
      run((input, context) => update(id, input, context), options),
    );
}

const updateHelp = `
Examples:
  logzio-s3 connect update 1001 --inactive
  logzio-s3 connect update 1001 --type vpcflow \\
    --prefix AWSLogs/123456789012/vpcflowlogs/
  logzio-s3 connect update 1001 \\
    --role-arn arn:aws:iam::123456789012:role/logzio-s3-fetcher`;

/** Adds `connect rotate-key`. */
export function addRotateKey(connect: Command, run: Run): void {
  const command = connect
    .command("rotate-key")
    .summary("give a registered bucket a new access key")
    .description(
      "Makes a new access key of the IAM user, gives it to the fetcher and to all else in the Logz.io account that uses " +
        "the old one, reads back that they have it, and then deletes the old one. Settings can be changed on the way. " +
        "A run that was broken off is finished by the next. What uses the key elsewhere, such as another Logz.io " +
        "account, stops.",
    )
    .argument("<id>", "ID of the fetcher, as connect list shows it", parseId);
  withSettings(command, "")
    .option("--user-name <name>", "the IAM user whose key it is (default: of logzio.yaml)")
    .option("--profile <name>", "profile of the AWS configuration files")
    .option("--yes", "do not ask before a second key that Logz.io does not use is deleted");
  withWait(withOutputOptions(withApiOptions(withConfigOption(command))))
    .addHelpText("after", rotateHelp)
    .action((id: number, options: RotateOptions) =>
      run((input, context) => rotateKey(id, input, context), options),
    );
}

const rotateHelp = `
Examples:
  logzio-s3 connect rotate-key 1002
  logzio-s3 connect rotate-key 1002 --active --type vpcflow

A role needs no rotation; this moves the fetcher to one:
logzio-s3 connect update 1002 --role-arn ARN`;

/** Adds `connect remove`. */
export function addRemove(connect: Command, run: Run): void {
  const command = connect
    .command("remove")
    .summary("remove a registered bucket")
    .description(
      "Removes a registered bucket, and prints its settings as JSON, so that it can be made again.",
    )
    .argument("<id>", "ID of the fetcher, as connect list shows it", parseId)
    .option("--yes", "do not ask");
  withOutputOptions(withApiOptions(withConfigOption(command)))
    .addHelpText("after", "\nExamples:\n  logzio-s3 connect remove 1001 > fetcher-1001.json")
    .action((id: number, options: RemoveOptions) =>
      run((input, context) => remove(id, input, context), options),
    );
}

function withSettings(command: Command, origin: string): Command {
  return command
    .option("--prefix <start>", `start of the keys to fetch ${origin}`.trim())
    .option("--region <code>", `AWS region of the bucket ${origin}`.trim())
    .option("--type <type>", "Logz.io type of the logs, such as elb, vpcflow, S3Access or cloudfront")
    .option("--source-file-path", "have each log carry the key of its object")
    .option("--no-source-file-path", "have them not carry it")
    .option("--active", "have Logz.io fetch")
    .option("--inactive", "have Logz.io know the bucket and not fetch");
}

function withWait(command: Command): Command {
  return command.option(
    "--wait <seconds>",
    "how long to try again while AWS refuses, as it does for seconds after a deployment",
    parseWait,
    60,
  );
}

function parseId(text: string): number {
  const id = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id;
  throw new InvalidArgumentError("Write the number that logzio-s3 connect list shows.");
}

function parseWait(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= 600) return seconds;
  throw new InvalidArgumentError("Write a whole number of seconds, 0 to 600.");
}
