import { mostCompanions } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import type { Checkpoint } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import type { SeenShard } from "../../lambdas/s3-fetcher/checkpoints/seen-keys";
import type { StoredProgress } from "../../lambdas/s3-fetcher/checkpoints/stored-progress";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import type { Output } from "../program/output";
import { count, cutMiddle, printable } from "../terminal/terminal";
import { size } from "../check/words";
import { change, changeLease, NotChanged, refuseWhileHeld, unchanged } from "./change";
import { withFailures } from "../shipping/failures";
import { parseTarget, planMove, streamsMeant, type StreamMove } from "./reset-plan";
import { existingCheckpoints, newObjects, progressOf, type SourceCheckpoints } from "./streams";
import { Fetcher, type FetcherOptions, type FetcherSource, type SourceOption } from "./target";

export interface ResetOptions extends FetcherOptions, SourceOption {
  readonly stream?: string;
  readonly to: string;
  readonly maxKeys: number;
  readonly yes?: boolean;
}

/** Streams whose moves are shown one by one. */
const mostStreams = 20;

/** What became of a move. */
interface Moved {
  readonly move: StreamMove;
  readonly refused: string | null;
}

/** Moves the checkpoints of a source, or of one of its streams. */
export async function reset(options: ResetOptions, context: CommandContext): Promise<ExitCode> {
  const fetcher = new Fetcher(options, context);
  try {
    return await withFailures(() => resetSource(fetcher, options, context));
  } finally {
    fetcher.close();
  }
}

async function resetSource(
  fetcher: Fetcher,
  options: ResetOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output } = context;
  const source = await fetcher.source(options);
  const read = await existingCheckpoints(source);
  const target = parseTarget(options.to);
  const meant = streamsMeant(source, read, options.stream, target);
  const settings = { maxKeys: options.maxKeys, progress: (text: string) => output.progress(text) };
  const moves: StreamMove[] = [];
  for (const checkpoint of meant) {
    // Before anything is counted, which can take minutes.
    const refused = await refusalOf(() => refuseWhileHeld(checkpoint));
    if (refused !== null) return refuse(refused, output);
    output.progress(`${checkpoint.stream}: looking at what lies between`);
    moves.push(await planMove(source, checkpoint, target, read, settings));
  }
  for (const move of moves.slice(0, mostStreams)) planLines(move, source, output);
  if (moves.length > 1) sumLine(moves, output);
  if (moves.some(({ between }) => between.beforeStart > 0)) {
    output.line(
      `Objects from before the source's start stay left out. This ships them: logzio-s3 backfill ${source.settings.bucket}` +
        `${source.settings.prefix === undefined ? "" : ` --prefix ${source.settings.prefix}`} --to ${new Date(read.start.at).toISOString()}`,
    );
  }
  const question = `Move the checkpoint${moves.length === 1 ? "" : `s of ${moves.length} streams`} of ${source.name}?`;
  if (options.yes !== true && !(await context.confirm(question))) {
    output.line("Nothing was changed.");
    return exitCodes.negative;
  }
  const moved: Moved[] = [];
  for (const move of moves) moved.push({ move, refused: await refusalOf(() => apply(move, read, source)) });
  return report(moved, source, output);
}

async function apply(move: StreamMove, read: SourceCheckpoints, source: FetcherSource): Promise<void> {
  const { stream } = move.checkpoint;
  const { table } = source;
  const before = await unchanged(source, move.checkpoint);
  await change(stream, async () => {
    let sequence = before.sequence;
    const lease = changeLease();
    await table.writeCheckpoint({ ...before, sequence: ++sequence, lease });
    const dropped: number[] = [];
    if (move.to === undefined) {
      // What is remembered would make keys count as shipped.
      dropped.push(...(await table.seen(stream)).map(({ number }) => number));
      while (dropped.length > mostCompanions.all) {
        const some = dropped.splice(0, mostCompanions.all);
        await table.writeCheckpoint(
          { ...before, sequence: ++sequence, lease },
          { written: [], dropped: some },
        );
      }
    }
    const { place, shards } = await placeAfter(move, before, read, source);
    while (shards.length > mostCompanions.written) {
      const some = shards.splice(0, mostCompanions.written);
      await table.writeCheckpoint({ ...before, sequence: ++sequence, lease }, { written: some, dropped: [] });
    }
    const moved = { stream, sequence: ++sequence, lastFound: Date.now(), ...place };
    await table.writeCheckpoint(moved, { written: shards, dropped });
  });
}

/** Where the stream stands then, and what it is to remember beside. */
async function placeAfter(
  { to, effect }: StreamMove,
  before: Checkpoint,
  read: SourceCheckpoints,
  source: FetcherSource,
): Promise<{ readonly place: StoredProgress; readonly shards: SeenShard[] }> {
  if (to === undefined) return { place: {}, shards: [] };
  const progress = await progressOf(source, before, read);
  if (effect === "again") progress.rewind(to);
  else {
    const at = Date.now();
    for await (const objects of newObjects(source, progress, read.rules)) {
      for (const object of objects)
        if (progress.space.compare(object.key, to) <= 0) progress.leaveOut(object, at);
    }
    progress.knowUntil(at);
  }
  return {
    place: progress.stored(),
    shards: [...progress.seen.takeChanges({ written: mostCompanions.written, all: 0 }).written],
  };
}

async function refusalOf(step: () => Promise<void> | void): Promise<string | null> {
  try {
    await step();
    return null;
  } catch (error) {
    if (error instanceof NotChanged) return error.message;
    throw error;
  }
}

function refuse(reason: string, output: Output): ExitCode {
  output.warn(reason);
  output.result({ changed: false, reason });
  return exitCodes.negative;
}

function planLines(
  { checkpoint, to, effect, between }: StreamMove,
  source: FetcherSource,
  output: Output,
): void {
  const { columns } = output.terminal;
  const key = (text: string | undefined, none: string): string =>
    text === undefined ? none : cutMiddle(printable(text), columns - 8);
  const least = between.complete ? "" : "at least ";
  const amount = `${least}${count(between.objects, "object")} (${least}${size(between.bytes)})`;
  output.line(
    output.paint("bold", printable(checkpoint.stream === "" ? `${source.name} (all)` : checkpoint.stream)),
  );
  output.line(`  from  ${key(checkpoint.lastKey, "(nothing shipped yet)")}`);
  output.line(`  to    ${key(to, "(the beginning)")}`);
  output.line(
    effect === "again" ? `  ${amount} shipped again` : `  ${amount} left out: never shipped by the fetcher`,
  );
  if (between.beforeStart > 0)
    output.line(
      `  ${least}${count(between.beforeStart, "object")} from before the source's start: not shipped`,
    );
  if (checkpoint.underWay !== undefined)
    output.line(`  the object under way is let go of: ${key(checkpoint.underWay.key, "")}`);
  if (checkpoint.failing !== undefined)
    output.line(`  the object that fails is let go of: ${key(checkpoint.failing.key, "")}`);
}

function sumLine(moves: readonly StreamMove[], output: Output): void {
  const sum = (which: StreamMove["effect"]): string => {
    const of = moves.filter(({ effect }) => effect === which).map(({ between }) => between);
    const least = of.every(({ complete }) => complete) ? "" : "at least ";
    return `${least}${count(
      of.reduce((total, { objects }) => total + objects, 0),
      "object",
    )}`;
  };
  output.line(`${count(moves.length, "stream")}: ${sum("again")} shipped again, ${sum("left out")} left out`);
}

function report(moved: readonly Moved[], source: FetcherSource, output: Output): ExitCode {
  const refused = moved.filter((one) => one.refused !== null);
  for (const one of refused) output.warn(one.refused ?? "");
  const changed = moved.length - refused.length;
  if (changed > 0) output.line(`Moved ${count(changed, "checkpoint")}; the next run goes on from there.`);
  output.result({
    source: source.name,
    changed: changed > 0,
    streams: moved.map(({ move: { checkpoint, to, effect, between }, refused: reason }) => ({
      stream: checkpoint.stream,
      from: checkpoint.lastKey ?? null,
      to: to ?? null,
      effect,
      ...between,
      refused: reason,
    })),
  });
  return refused.length === 0 ? exitCodes.success : exitCodes.negative;
}
