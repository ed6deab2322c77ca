import { size, span, time } from "../check/words";
import { wrap } from "../check/wrap";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import type { Output } from "../program/output";
import { count } from "../terminal/terminal";
import { readActivity, type Activity } from "./activity";
import type { MessageCounts } from "./queue";
import { statusOf, type HookStatus } from "./status";
import { Hook, type HookOptions } from "./target";

export interface StatusOptions extends HookOptions {
  readonly hours: number;
  /** In minutes. */
  readonly age: number;
}

/** Says where the hook stands; negative where something is wrong. */
export async function showStatus(options: StatusOptions, context: CommandContext): Promise<ExitCode> {
  const hook = new Hook(options, context);
  try {
    const aws = { ...hook.aws, region: await hook.region() };
    const [queue, deadLetterQueue] = await Promise.all([hook.queue(), hook.deadLetterQueue()]);
    const [waiting, dead, activity] = await Promise.all([
      queue.counts(),
      deadLetterQueue.counts(),
      readActivity(hook.name, options.hours, aws, context.signal),
    ]);
    const limits = { hours: options.hours, ageSeconds: options.age * 60 };
    const status = statusOf(hook.name, waiting, dead, activity, limits);
    const exitCode = verdictOn(status);
    statusLines(status, options.hours, context.output);
    context.output.result({ ok: exitCode === exitCodes.success, hours: options.hours, ...status });
    return exitCode;
  } finally {
    hook.close();
  }
}

/** What waits to be replayed has a code of its own, as with the fetcher. What could not be read is no good news. */
function verdictOn({ problems, unread, setAside }: HookStatus): ExitCode {
  if (problems.length > 0) return exitCodes.negative;
  if (setAside > 0) return exitCodes.setAside;
  return unread === null ? exitCodes.success : exitCodes.failure;
}

function statusLines(status: HookStatus, hours: number, output: Output): void {
  const { hook, queue, deadLetterQueue, activity, unread, problems, setAside } = status;
  const { columns } = output.terminal;
  const isInOrder = problems.length === 0 && setAside === 0 && unread === null;
  output.line(output.paint("bold", `${hook}${isInOrder ? "  in order" : ""}`));
  const row = (name: string, text: string): void => {
    const [first = "", ...rest] = wrap(text, columns - 21).split("\n");
    output.line(`  ${output.paint("dim", name.padEnd(17))}  ${first}`);
    for (const line of rest) output.line(" ".repeat(21) + line);
  };
  row("queue", `${countsText(queue)}${ageText(activity)}`);
  row("dead-letter queue", countsText(deadLetterQueue));
  if (activity !== null) activityRows(activity, hours, row);
  if (unread !== null) output.warn(`what the function did is not known: ${unread}`);
  for (const problem of problems) output.line(output.paint("red", wrap(problem, columns, "  ", "! ")));
  if (setAside > 0)
    output.line(
      output.paint(
        "red",
        wrap(
          `${count(setAside, "message")} in the dead-letter queue; logzio-s3 replay --dlq says why, and sends them again`,
          columns,
          "  ",
          "! ",
        ),
      ),
    );
}

function activityRows(activity: Activity, hours: number, row: (name: string, text: string) => void): void {
  const { objects, bytesIn, recordsAccepted, objectsFailed, objectsSkipped, retries, lastShipped } = activity;
  row(
    hours === 1 ? "last hour" : `last ${hours} hours`,
    `${count(objects, "object")} shipped (${size(bytesIn)}, ${count(recordsAccepted, "record")}), ` +
      `${objectsSkipped.toLocaleString("en-US")} skipped, ${objectsFailed.toLocaleString("en-US")} failed, ` +
      `${retries.toLocaleString("en-US")} bulks tried again`,
  );
  row(
    "last objects",
    lastShipped === null
      ? "none in the last 24 hours"
      : `${count(lastShipped.objects, "object")} in the 5 minutes from ${time(Date.parse(lastShipped.at) / 1000).slice(0, 16)} UTC`,
  );
}

function countsText({ visible, inFlight, delayed }: MessageCounts): string {
  if (visible + inFlight + delayed === 0) return "empty";
  const parts = [
    `${count(visible, "message")} waiting`,
    ...(inFlight === 0 ? [] : [`${inFlight.toLocaleString("en-US")} worked on or in a backoff`]),
    ...(delayed === 0 ? [] : [`${delayed.toLocaleString("en-US")} held back for a minute`]),
  ];
  return parts.join(", ");
}

function ageText(activity: Activity | null): string {
  const seconds = activity?.oldestMessageSeconds ?? 0;
  return seconds === 0 ? "" : `; the oldest for ${span(seconds)}`;
}
