import type { Command } from "commander";
import { replay, type ReplayOptions } from "../fetcher/replay";
import { reset, type ResetOptions } from "../fetcher/reset";
import { showStatus, type StatusOptions } from "../fetcher/show-status";
import { skip, type SkipOptions } from "../fetcher/skip";
import { withFetcherOptions } from "../fetcher/target";
import { repeated, wholeNumber } from "../program/numbers";
import type { AddCommand, Run } from "../program/program";
import { withListenerOptions } from "../shipping/listener-address";

export const addFetcher: AddCommand = (program, run) => {
  const fetcher = program
    .command("fetcher")
    .summary("look at the S3 Fetcher that you run, and change where it goes on")
    .description(
      "Looks at the S3 Fetcher that runs in your account (the construct S3Fetcher, fetcher: in logzio.yaml): how far " +
        "each stream of keys is, what it waits for, what was set aside; and changes where it goes on. A stream is what " +
        "has an order of its own, such as each account and region of CloudTrail.",
    )
    .addHelpText("after", help);
  addStatus(fetcher, run);
  addReset(fetcher, run);
  addSkip(fetcher, run);
  addReplay(fetcher, run);
};

const help = `
Examples:
  logzio-s3 fetcher status
  logzio-s3 fetcher reset --source my-logs/AWSLogs/ --to 2026-01-31
  logzio-s3 fetcher skip --source my-logs/app/ app/2026/01/31/broken.gz
  logzio-s3 fetcher replay --source my-logs/app/ --all

The table has the fetcher's name and is in its region: both come from
logzio.yaml, or from --name and --region.`;

/** Lists of a thousand keys take 0.1 s each. */
const defaultMaxKeys = 10_000;
const maxKeysLimits = [1_000, 100_000_000] as const;

function addStatus(fetcher: Command, run: Run): void {
  const command = fetcher
    .command("status")
    .summary("say how far the fetcher is, and what it waits for")
    .description(
      "Says for each source and stream: the last key, what is left to ship (objects, bytes, age of the oldest), the " +
        "object under way, the object that fails and why, what was set aside. Changes nothing.",
    )
    .option(
      "--source <bucket/prefix>",
      "only this source; may be given several times (default: all of logzio.yaml)",
      repeated,
    )
    .option("--streams", "show all streams, and not those alone that have something left")
    .option(
      "--lag <minutes>",
      "how old an object may be that is not shipped yet",
      wholeNumber(1, 1_000_000),
      30,
    )
    .option(
      "--max-keys <number>",
      'keys to list in each stream behind its last key; of more, figures are "at least" (≥)',
      wholeNumber(...maxKeysLimits),
      defaultMaxKeys,
    );
  withFetcherOptions(command)
    .addHelpText("after", statusHelp)
    .action((options: StatusOptions) => run(showStatus, options));
}

const statusHelp = `
Examples:
  logzio-s3 fetcher status
  logzio-s3 fetcher status --source my-logs/AWSLogs/ --streams --lag 60
  logzio-s3 fetcher status --json | jq '.sources[].streams[] | select(.failing)'

Needs dynamodb:Query on the table, and s3:ListBucket on the buckets.

Exit code: 0 when all is in order, 1 when a stream fails or is over --lag
minutes behind, or the fetcher does not run, 4 when all is in order but for
objects that were set aside: fetcher replay ships them.`;

function addReset(fetcher: Command, run: Run): void {
  const command = fetcher
    .command("reset")
    .summary("move a checkpoint: ship objects again, or leave some out")
    .description(
      "Moves the checkpoint of a source, all its streams or one of them, after saying what that means: how many objects " +
        "are shipped again, or left out. Refuses while a run works on the stream, and never overwrites its progress. What " +
        "the fetcher knows of late keys behind the checkpoint is forgotten.",
    )
    .requiredOption("--source <bucket/prefix>", "the source, as in logzio.yaml")
    .requiredOption(
      "--to <where>",
      "beginning; now (behind all that is there); a date (behind the keys that are all older, UTC); or a key (behind it)",
    )
    .option("--stream <prefix>", "only this stream (default: all, or with a key the one that it belongs to)")
    .option("--max-keys <number>", "keys to count in each stream", wholeNumber(...maxKeysLimits), 100_000)
    .option("--yes", "do not ask");
  withFetcherOptions(command)
    .addHelpText("after", resetHelp)
    .action((options: ResetOptions) => run(reset, options));
}

const resetHelp = `
Examples:
  logzio-s3 fetcher reset --source my-logs/app/ --to now
  logzio-s3 fetcher reset --source my-logs/app/ --to 2026-01-31T06:00:00Z
  logzio-s3 fetcher reset --source my-logs/AWSLogs/ --to beginning \\
    --stream AWSLogs/111122223333/CloudTrail/us-east-1/

Needs dynamodb:Query, PutItem and DeleteItem on the table, and s3:ListBucket on
the bucket.

Exit code: 0 when all checkpoints were moved, 1 when one was not: a run works on
it, or you said no.`;

function addSkip(fetcher: Command, run: Run): void {
  const command = fetcher
    .command("skip")
    .summary("set aside the object that a stream waits for")
    .description(
      "Sets aside the object that fails and that its stream waits for, or the one under way, and lets the stream go on " +
        "behind it. It stays noted in the table: fetcher replay ships it later.",
    )
    .argument("<key>", "key of the object, as status shows it")
    .requiredOption("--source <bucket/prefix>", "the source, as in logzio.yaml")
    .option("--yes", "do not ask");
  withFetcherOptions(command)
    .addHelpText("after", skipHelp)
    .action((key: string, options: Omit<SkipOptions, "key">) => run(skip, { ...options, key }));
}

const skipHelp = `
Examples:
  logzio-s3 fetcher skip --source my-logs/app/ app/2026/01/31/broken.gz

Needs dynamodb:Query, PutItem and DeleteItem on the table, and s3:ListBucket on
the bucket.

Exit code: 0 when it was set aside, 1 when not: a run works on the stream, or
you said no.`;

function addReplay(fetcher: Command, run: Run): void {
  const command = fetcher
    .command("replay")
    .summary("ship objects that were set aside")
    .description(
      "Ships objects that were set aside, from this machine, in the order of their keys. Each is forgotten once Logz.io " +
        "has accepted all of it. Interrupted, it goes on where it was. Needs the log shipping token in LOGZIO_TOKEN.",
    )
    .argument("[keys...]", "keys of the objects, as status shows them")
    .requiredOption("--source <bucket/prefix>", "the source, as in logzio.yaml")
    .option("--all", "all that were set aside");
  withListenerOptions(withFetcherOptions(command))
    .addHelpText("after", replayHelp)
    .action((keys: string[], options: Omit<ReplayOptions, "keys">) => run(replay, { ...options, keys }));
}

const replayHelp = `
Examples:
  logzio-s3 fetcher replay --source my-logs/app/ app/2026/01/31/mended.gz
  logzio-s3 fetcher replay --source my-logs/app/ --all

Needs dynamodb:Query, PutItem and DeleteItem on the table, s3:GetObject and
s3:ListBucket on the bucket.

Exit code: 0 when all were shipped, 1 when one failed again or Logz.io refused a
record.`;
