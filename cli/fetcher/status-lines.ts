import { streamLimits } from "../../lambdas/s3-fetcher/streams/discovery";
import type { Output } from "../program/output";
import { count, cutMiddle, padStart, printable, widthOf, type Style } from "../terminal/terminal";
import { size, span, time } from "../check/words";
import { wrap } from "../check/wrap";
import { isInTrouble, type Lag, type SourceStatus, type StreamStatus } from "./status";

export interface StatusView {
  /** Whether every stream is shown, or those alone of which there is something to say. */
  readonly allStreams: boolean;
  readonly lagLimitSeconds: number;
}

/** Streams that are shown without being asked for. */
const mostStreams = 12;
const mostAside = 5;
const mostUndivided = 5;

/** What people read of a source. */
export function statusLines(status: SourceStatus, view: StatusView, output: Output): void {
  const { source, problem, streams, setAside } = status;
  const { columns } = output.terminal;
  output.line(output.paint("bold", `${printable(source)}  ${summary(status, view)}`));
  if (problem !== null) output.line(output.paint("red", wrap(printable(problem), columns, "  ")));
  const worth = view.allStreams ? streams : streams.filter((stream) => isWorthSaying(stream));
  // The worst first: what is cut is in better order.
  const sorted = [...worth].sort((one, other) => rank(other) - rank(one));
  const shown = view.allStreams ? worth : sorted.slice(0, mostStreams);
  if (shown.length > 0) output.line(output.paint("dim", row(["lag", "objects", "bytes"], "stream", columns)));
  for (const stream of shown) streamLines(stream, source, view, output);
  const left = streams.length - shown.length;
  if (left > 0 && shown.length > 0)
    output.line(
      `  and ${count(left, "more stream")}${worth.length > shown.length ? "" : " in order"} (--streams)`,
    );
  undividedLines(status, output);
  for (const { key, since, reason } of setAside.slice(0, mostAside)) {
    output.line(`  set aside  ${cutMiddle(printable(key), columns - 13)}`);
    output.line(wrap(`failed since ${time(since / 1000)}: ${printable(reason)}`, columns, " ".repeat(13)));
  }
  if (setAside.length > mostAside) output.line(`  and ${setAside.length - mostAside} more set aside`);
  if (setAside.length > 0)
    output.line(`  logzio-s3 fetcher replay --source ${printable(source)} --all  ships them`);
}

/** Nothing fails there, so that nothing else would tell of keys that are not found. */
function undividedLines({ undivided }: SourceStatus, output: Output): void {
  const { columns } = output.terminal;
  if (undivided.length === 0) return;
  for (const prefix of undivided.slice(0, mostUndivided))
    output.line(`  one order  ${cutMiddle(printable(prefix === "" ? "(all)" : prefix), columns - 13)}`);
  if (undivided.length > mostUndivided) output.line(`  and ${undivided.length - mostUndivided} more`);
  const text =
    `${undivided.length === 1 ? "it has" : "they have"} more than ${streamLimits.folders.toLocaleString("en-US")} folders: ` +
    "keys that sort further behind than lookback.keys are not found";
  output.line(wrap(text, columns, " ".repeat(13)));
}

function summary({ streams, setAside }: SourceStatus, { lagLimitSeconds }: StatusView): string {
  const failing = streams.filter((stream) => stream.failing !== null).length;
  const behind = streams.filter(
    (stream) => stream.failing === null && isInTrouble(stream, lagLimitSeconds),
  ).length;
  const parts = [
    count(streams.length, "stream"),
    ...(failing === 0 ? [] : [`${failing} failing`]),
    ...(behind === 0 ? [] : [`${behind} over ${span(lagLimitSeconds)} behind`]),
    ...(setAside.length === 0 ? [] : [`${count(setAside.length, "object")} set aside`]),
    ...(failing + behind === 0 && streams.length > 0 ? ["in order"] : []),
  ];
  return parts.join(", ");
}

function isWorthSaying({ failing, lag, underWay, workedOnUntil }: StreamStatus): boolean {
  return failing !== null || lag.objects > 0 || underWay !== null || workedOnUntil !== null;
}

function rank({ failing, lag }: StreamStatus): number {
  return (failing === null ? 0 : 1e12) + lag.seconds;
}

function streamLines(status: StreamStatus, source: string, view: StatusView, output: Output): void {
  const { columns } = output.terminal;
  const { lag, lastKey, underWay, failing, workedOnUntil } = status;
  const style: Style | undefined = isInTrouble(status, view.lagLimitSeconds) ? "red" : undefined;
  const cells = row(lagCells(lag), nameOf(status, source), columns);
  output.line(style === undefined ? cells : output.paint(style, cells));
  const detail = (name: string, text: string): void =>
    output.line(`    ${output.paint("dim", name.padEnd(9))} ${cutMiddle(printable(text), columns - 14)}`);
  detail("last key", lastKey ?? "(none yet)");
  if (lag.late > 0) detail("late", `${count(lag.late, "object")} of these came behind the last key`);
  if (underWay !== null) {
    const { key, position } = underWay;
    detail("under way", key);
    detail("", `${count(position.record, "record")} of it shipped, ${size(position.offset)} decompressed`);
  }
  if (failing !== null) {
    const { key, since, attempts, notBefore, reason } = failing;
    detail("failing", key);
    detail(
      "",
      `since ${time(since / 1000)}, ${count(attempts, "attempt")}, next at ${time(notBefore / 1000)}`,
    );
    output.line(wrap(printable(reason), columns, " ".repeat(14)));
  }
  if (workedOnUntil !== null)
    detail("working", `a run has it now, until ${time(workedOnUntil / 1000)} at most`);
}

function lagCells({ objects, bytes, seconds, complete }: Lag): [string, string, string] {
  const least = complete ? "" : "≥ ";
  if (objects === 0) return [complete ? "-" : "?", `${least}0`, "-"];
  return [span(seconds), `${least}${objects.toLocaleString("en-US")}`, `${least}${size(bytes)}`];
}

function row(
  [lag, objects, bytes]: readonly [string, string, string],
  stream: string,
  columns: number,
): string {
  const start = `  ${padStart(lag, 11)} ${padStart(objects, 11)} ${padStart(bytes, 10)}  `;
  return start + cutMiddle(stream, Math.max(10, columns - widthOf(start)));
}

/** Without what all streams of the source have in common. */
function nameOf({ stream }: StreamStatus, source: string): string {
  const prefix = source.slice(source.indexOf("/") + 1);
  const rest = stream.startsWith(prefix) ? stream.slice(prefix.length) : stream;
  return rest === "" ? "(all)" : printable(rest);
}
