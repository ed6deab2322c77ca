import type { Checkpoint } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import type { AsideObject } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import { CheckpointWriter } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-writer";
import { streamOf } from "../../lambdas/s3-fetcher/streams/stream-names";
import type { CommandContext } from "../program/context";
import { exitCodes, UsageError, type ExitCode } from "../program/errors";
import { printable } from "../terminal/terminal";
import { time } from "../check/words";
import { wrap } from "../check/wrap";
import { change, changeLease, NotChanged, refuseWhileHeld, unchanged } from "./change";
import { withFailures } from "../shipping/failures";
import { existingCheckpoints, progressOf, type SourceCheckpoints } from "./streams";
import { Fetcher, type FetcherOptions, type FetcherSource, type SourceOption } from "./target";

export interface SkipOptions extends FetcherOptions, SourceOption {
  readonly key: string;
  readonly yes?: boolean;
}

/** Sets aside the object that a stream waits for, so that the stream goes on behind it. */
export async function skip(options: SkipOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const fetcher = new Fetcher(options, context);
  try {
    return await withFailures(() => skipObject(fetcher, options, context));
  } catch (error) {
    if (!(error instanceof NotChanged)) throw error;
    output.warn(error.message);
    output.result({ changed: false, reason: error.message });
    return exitCodes.negative;
  } finally {
    fetcher.close();
  }
}

async function skipObject(
  fetcher: Fetcher,
  options: SkipOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output } = context;
  const source = await fetcher.source(options);
  const read = await existingCheckpoints(source);
  const { checkpoints, rules } = read;
  const stream = streamOf(options.key, rules);
  const checkpoint = checkpoints.find((one) => one.stream === stream);
  if (checkpoint === undefined || !isWorkedOn(checkpoint, options.key)) {
    throw new UsageError(notWaitedFor(options.key, checkpoints));
  }
  refuseWhileHeld(checkpoint);
  const aside = await asideOf(options.key, checkpoint, source);
  output.line(printable(aside.key));
  const failing = `failing since ${time(aside.since / 1000)}: ${printable(aside.reason)}`;
  output.line(wrap(failing, output.terminal.columns, "  "));
  if (aside.position !== undefined)
    output.line(`  ${aside.position.record} records of it are shipped; a replay goes on behind them`);
  if (options.yes !== true && !(await context.confirm("Set it aside, so that its stream goes on?"))) {
    output.line("Nothing was changed.");
    return exitCodes.negative;
  }
  await setAside(aside, await unchanged(source, checkpoint), read, source);
  output.line(
    `Set aside. Its stream goes on; logzio-s3 fetcher replay --source ${source.name} ships it later.`,
  );
  output.result({ changed: true, source: source.name, setAside: aside });
  return exitCodes.success;
}

async function setAside(
  aside: AsideObject,
  checkpoint: Checkpoint,
  read: SourceCheckpoints,
  source: FetcherSource,
): Promise<void> {
  const progress = await progressOf(source, checkpoint, read);
  const writer = new CheckpointWriter(source.table, checkpoint, progress, { lease: changeLease() }, Date.now);
  await change(checkpoint.stream, async () => {
    await writer.takeLease();
    await writer.setAside(aside);
    await writer.release();
  });
}

function isWorkedOn(checkpoint: Checkpoint, key: string): boolean {
  return waitedFor(checkpoint).includes(key);
}

async function asideOf(
  key: string,
  { failing, underWay }: Checkpoint,
  source: FetcherSource,
): Promise<AsideObject> {
  const part = underWay?.key === key ? underWay : undefined;
  const failure = failing?.key === key ? failing : undefined;
  return {
    key,
    // Without one, whatever is there under the key is what a replay ships.
    eTag: part?.eTag ?? (await source.listing.find(key))?.eTag ?? "",
    since: failure?.since ?? Date.now(),
    reason: failure?.reason ?? "skipped by hand while it was under way",
    ...(part === undefined ? {} : { position: part.position }),
  };
}

function notWaitedFor(key: string, checkpoints: readonly Checkpoint[]): string {
  const waited = checkpoints.flatMap(waitedFor);
  const advice =
    waited.length === 0
      ? "no stream of the source waits for an object now; exclude: in logzio.yaml leaves out objects to come"
      : `what streams wait for or have under way now: ${[...new Set(waited)].slice(0, 10).join(", ")}`;
  return `no stream waits for ${key}, or has it under way, so there is nothing to skip; ${advice}`;
}

function waitedFor({ failing, underWay, stalled }: Checkpoint): string[] {
  return [failing?.key, underWay?.key, stalled?.key].filter((key) => key !== undefined);
}
