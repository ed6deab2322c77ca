import { showStatus, type StatusOptions } from "../hook/show-status";
import { withHookOptions } from "../hook/target";
import { wholeNumber } from "../program/numbers";
import type { AddCommand } from "../program/program";

export const addStatus: AddCommand = (program, run) => {
  const command = program
    .command("status")
    .summary("say how the S3 Hook is: its queues, errors, and what it shipped last")
    .description(
      "Says how the S3 Hook that runs in your account is: what waits in its queue and for how long, what is in the " +
        "dead-letter queue, what it shipped, skipped and failed at, and when it shipped last. Changes nothing.",
    )
    .option("--hours <number>", "how far back errors count, up to 24", wholeNumber(1, 24), 1)
    .option("--age <minutes>", "how long a message may wait", wholeNumber(1, 20_160), 60);
  withHookOptions(command)
    .addHelpText("after", help)
    .action((options: StatusOptions) => run(showStatus, options));
};

const help = `
Examples:
  logzio-s3 status
  logzio-s3 status --hours 24 --age 240
  logzio-s3 status --json | jq .problems

Needs sqs:GetQueueUrl and GetQueueAttributes on both queues, and
cloudwatch:GetMetricData. CloudWatch is some minutes behind. What happened to
single objects is in the function's log, /aws/lambda/NAME.

Exit code: 0 when all is in order, 1 when something is wrong, 3 when what the
function did could not be read, 4 when all is in order but for messages in the
dead-letter queue: replay --dlq sends them again.`;
