import { withHookOptions } from "../hook/target";
import type { CommandContext } from "../program/context";
import { UsageError, type ExitCode } from "../program/errors";
import { wholeNumber } from "../program/numbers";
import type { AddCommand } from "../program/program";
import { replayDeadLetters, type DeadLetterOptions } from "../replay/replay-dead-letters";
import { replayFirehoseBackup, type BackupOptions } from "../replay/replay-firehose-backup";

interface ReplayOptions extends DeadLetterOptions, Omit<BackupOptions, "firehoseBackup"> {
  readonly dlq?: boolean;
  readonly firehoseBackup?: string | true;
}

/** Messages a second that SQS moves at most. Source: SQS API reference, StartMessageMoveTask. */
const mostPerSecond = 500;

export const addReplay: AddCommand = (program, run) => {
  const command = program
    .command("replay")
    .summary("send again what could not be delivered")
    .description(
      "Sends again what could not be delivered, after saying what it is, and why: the messages in the dead-letter queue of " +
        "the S3 Hook, through the hook (--dlq), or the metrics that Firehose put into its backup bucket, from this machine " +
        "(--firehose-backup).",
    )
    .option("--dlq", "the dead-letter queue of the S3 Hook")
    .option("--firehose-backup [bucket]", "the backup bucket of the metric stream (default: of logzio.yaml)")
    .option("--look <messages>", "messages of the queue to look at", wholeNumber(1, 10_000), 1_000)
    .option(
      "--per-second <messages>",
      "messages to move a second (default: as many as SQS moves)",
      wholeNumber(1, mostPerSecond),
    )
    .option("--prefix <start>", "keys of the backup (default: http-endpoint-failed/ below backup.prefix)")
    .option("--logzio-region <code>", "region of the Logz.io account (default: of logzio.yaml)")
    .option("--endpoint <url>", "endpoint for metrics in place of the region's (default: of logzio.yaml)")
    .option("--dry-run", "only say what there is, and why")
    .option("--yes", "do not ask");
  withHookOptions(command)
    .addHelpText("after", help)
    .action((options: ReplayOptions) => run(replay, options));
};

const help = `
Examples:
  logzio-s3 replay --dlq --dry-run
  logzio-s3 replay --dlq --yes
  logzio-s3 replay --firehose-backup logzio-metrics-backup-20260131060000

--dlq needs sqs:GetQueueUrl, GetQueueAttributes, ReceiveMessage and
ChangeMessageVisibility; to move also sqs:StartMessageMoveTask,
ListMessageMoveTasks, CancelMessageMoveTask and DeleteMessage on the dead-letter
queue, and sqs:SendMessage on the queue. Interrupted, the rest stays in place.

--firehose-backup needs the metrics shipping token in LOGZIO_METRICS_TOKEN,
s3:ListBucket on the bucket, s3:GetObject and s3:DeleteObject on its objects
(with versions s3:DeleteObjectVersion). An object is removed once all of it was
accepted. Interrupted, the same command goes on; the object under way is sent
again as a whole, which makes no other samples.

Exit code: 0 when nothing is left, 1 when something is, or you said no, 130 when
you interrupted it.`;

function replay(options: ReplayOptions, context: CommandContext): Promise<ExitCode> {
  const { dlq, firehoseBackup, ...rest } = options;
  if ((dlq === true) === (firehoseBackup !== undefined))
    throw new UsageError("write what to replay: --dlq, or --firehose-backup BUCKET, and not both");
  return firehoseBackup === undefined
    ? replayDeadLetters(rest, context)
    : replayFirehoseBackup({ ...rest, firehoseBackup }, context);
}
