import type { Output } from "../program/output";
import { count, cutMiddle, printable } from "../terminal/terminal";
import { size, time } from "../check/words";
import { secondsFor, timeInWords, type Estimate, type Rate } from "./estimate";
import type { Job } from "./job";
import type { ObjectSettings } from "./source-settings";
import type { StateFile } from "./state";

export interface Plan {
  readonly job: Job;
  readonly settings: ObjectSettings;
  readonly state: StateFile;
  readonly left: Estimate;
  readonly rate: Rate;
}

/** What there is to ship, before it is asked for. */
export function estimateLines({ job, settings, state, left, rate }: Plan, output: Output): void {
  const { columns } = output.terminal;
  const { totals, failed, lastKey, until } = state.current;
  const row = (name: string, text: string): void =>
    output.line(`${output.paint("dim", name.padEnd(9))} ${cutMiddle(printable(text), columns - 10)}`);
  const least = left.complete ? "" : "at least ";
  row("bucket", `${job.bucket}/${job.prefix}`);
  const going = job.by === "modified" ? "by their last modification" : "by the dates in their keys";
  row("time", `${job.from ?? "the beginning"} to ${time(until / 1000)}, ${going}`);
  row("to", job.target);
  const { sourceNames } = settings;
  if (sourceNames.length > 0) row("settings", `of logzio.yaml: ${sourceNames.join(", ")}`);
  if (lastKey !== undefined)
    row("done", `${count(totals.objects, "object")}, ${size(totals.bytes)}; goes on behind ${lastKey}`);
  row("left", `${least}${count(left.objects, "object")}, ${least}${size(left.bytes)} (as they are stored)`);
  if (left.firstKey !== null) row("first", left.firstKey);
  if (left.lastKey !== null && left.complete) row("last", left.lastKey);
  if (failed.length > 0) row("again", `${count(failed.length, "object")} that failed before`);
  if (left.objects > 0) row("takes", timeInWords(secondsFor(left, rate), rate, left.complete));
  row("state", state.path);
  if (left.undated > 0)
    output.warn(
      `the keys of ${count(left.undated, "object")} name no date, so they are left out; --by modified takes them in`,
    );
  if (left.archived > 0)
    output.warn(
      `${count(left.archived, "object")} lie in an archive of S3 and fail unless they are restored first`,
    );
}

/** It stopped before the end. */
export function stoppedLines(state: StateFile, output: Output): void {
  const { lastKey, underWay, totals } = state.current;
  if (lastKey === undefined && underWay === undefined) return;
  output.line(`Stopped; ${count(totals.objects, "object")} done so far.`);
  if (underWay !== undefined) {
    output.line(`  in      ${printable(underWay.key)}, behind ${count(underWay.position.record, "record")}`);
  } else if (lastKey !== undefined) output.line(`  behind  ${printable(lastKey)}`);
  output.line(`The same command goes on from there; it finds the place in ${state.path}`);
}

/** It got to the end. */
export function doneLines(state: StateFile, kind: "listener" | "queue", output: Output): void {
  const { totals, failed } = state.current;
  const objects = `${count(totals.objects, "object")}, ${size(totals.bytes)}`;
  if (kind === "queue") {
    output.line(`Asked the hook for ${objects}. Its log and its dead-letter queue say what became of them.`);
    return;
  }
  output.line(`Shipped ${objects}, ${count(totals.records - totals.filtered, "record")}.`);
  if (totals.filtered > 0)
    output.line(`Left out, by keepRecords and dropRecords: ${count(totals.filtered, "record")}.`);
  if (totals.gone > 0) output.warn(`${count(totals.gone, "object")} were gone before their turn came`);
  if (totals.refused > 0)
    output.warn(
      `Logz.io refused ${count(totals.refused, "record")}; it does not say which, and they are not sent again`,
    );
  if (failed.length === 0) return;
  output.line(`${count(failed.length, "object")} failed; the same command tries again:`);
  for (const { key, reason } of failed) output.line(`  ${printable(key)}\n    ${printable(reason)}`);
}

export function resultOf(state: StateFile, finished: boolean): object {
  const { job, until, lastKey, underWay, totals, failed } = state.current;
  return {
    ...job,
    until: new Date(until).toISOString(),
    finished,
    ...totals,
    lastKey: lastKey ?? null,
    underWay: underWay ?? null,
    failed,
    stateFile: state.path,
  };
}
