import { InvalidArgumentError, Option } from "commander";
import type { BackfillOptions } from "../backfill/arguments";
import { backfill } from "../backfill/backfill";
import { datesToGoBy } from "../backfill/job";
import { parseDate } from "../program/dates";
import { repeated, wholeNumber } from "../program/numbers";
import { withAwsOptions, withConfigOption, withOutputOptions } from "../program/options";
import type { AddCommand } from "../program/program";
import { withListenerOptions } from "../shipping/listener-address";

export const addBackfill: AddCommand = (program, run) => {
  const command = program
    .command("backfill")
    .summary("ship what is in a bucket already")
    .description(
      "Ships objects that were there before the hook or the fetcher was, in the order of their keys, from this machine or " +
        "through the queue of the deployed hook. Says first how much that is, and asks. Goes on where it was stopped: run " +
        "the same command again.",
    )
    .argument("<bucket>", "name of the bucket, or BUCKET/PREFIX")
    .option("--prefix <start>", "only keys that start so")
    .option("--from <date>", "from this date on, such as 2026-01-31 or 2026-01-31T06:00:00Z", date)
    .option("--to <date>", "before this date (default: now)", date)
    .addOption(
      new Option("--by <date>", "the date of an object: when it was last modified, or the one in its key")
        .choices(datesToGoBy)
        .default("modified"),
    )
    .option("--type <type>", "Logz.io type of the documents (default: of logzio.yaml, or auto)")
    .option("--field <name=value>", "field that every document gets; may be given several times", repeated)
    .option("--path-to-fields <names>", "field names for the parts of the key, as in logzio.yaml")
    .option("--record-id", "give documents record_id, which is the same each time a record is shipped")
    .option("--queue <url>", "send it through this queue of the deployed hook (npx cdktf output: queue_url)")
    .option("--in-flight <messages>", "messages that may wait in that queue", wholeNumber(10, 100_000), 1_000)
    .option("--state <file>", "where it is kept how far it is (default: a name made of the arguments)")
    .option(
      "--max-keys <number>",
      "keys to list for the estimate",
      wholeNumber(1_000, 1_000_000_000),
      1_000_000,
    )
    .option("--yes", "do not ask");
  withListenerOptions(withOutputOptions(withAwsOptions(withConfigOption(command))))
    .addHelpText("after", help)
    .action((bucket: string, options: Omit<BackfillOptions, "bucket">) =>
      run(backfill, { ...options, bucket }),
    );
};

const help = `
Examples:
  logzio-s3 backfill my-logs --prefix AWSLogs/ --from 2026-01-01 --to 2026-02-01
  logzio-s3 backfill my-logs/app/ --by key-date --from 2026-01-31T06:00:00Z \\
    --type other --field team=platform
  logzio-s3 backfill my-logs --prefix AWSLogs/ --to 2026-02-01 \\
    --queue https://sqs.eu-central-1.amazonaws.com/123456789012/logzio-s3-hook

From this machine: needs the log shipping token in LOGZIO_TOKEN, s3:ListBucket
and s3:GetObject. Sources of logzio.yaml for the bucket say how its objects are
shipped, and which not. Cut off by a crash, it repeats one bulk at most.

Through the queue: needs s3:ListBucket, sqs:SendMessage and
sqs:GetQueueAttributes. The hook ships what its own sources name, several
objects at a time. Cut off by a crash, it asks for ten objects twice at most.

Exit code: 0 when all was shipped, 1 when objects failed (the same command tries
them again) or Logz.io refused records, 130 when you interrupted it.`;

/** As it was written: it is a part of what the state belongs to. */
function date(text: string): string {
  if (parseDate(text) !== undefined) return text;
  throw new InvalidArgumentError("Write a date such as 2026-01-31 (midnight, UTC) or 2026-01-31T06:00:00Z.");
}
