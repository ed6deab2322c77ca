import { setTimeout as wait } from "node:timers/promises";
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
} from "@aws-sdk/client-sqs";
import { messageOf } from "../../lambdas/runtime/errors";
import { awsFailure } from "../aws/session";
import type { Queue } from "../hook/queue";
import { CommandError } from "../program/errors";

/** What became of a move. */
export interface Moved {
  readonly messages: number;
  /** Whether it got to the end. */
  readonly complete: boolean;
}

export interface Move {
  readonly from: Queue;
  readonly to: Queue;
  /** Messages a second; undefined for as many as SQS moves. */
  readonly perSecond: number | undefined;
  readonly progress: (moved: number) => void;
}

/** How long to wait between two looks at a task, in ms, longer each time; and after how many a task must be seen. */
const looks = { firstMs: 200, longestMs: 5_000, untilShown: 10 } as const;

/** SQS has no such call here: an emulator, or a partition that lacks it. */
export class NoMoveTasks extends Error {
  override readonly name = "NoMoveTasks";
}

/**
 * Has SQS move the messages, and watches. A task that is under way already is watched too. Interrupted, the task is
 * ended: what it has not moved stays where it is.
 * @throws NoMoveTasks where this SQS knows no such tasks
 * @throws CommandError
 */
export async function moveByTask(move: Move): Promise<Moved> {
  const { from, to } = move;
  const [source, destination] = await Promise.all([from.arn(), to.arn()]);
  const before = await lastTask(from, source);
  const isNew = before?.Status !== "RUNNING";
  if (isNew) await start(move, source, destination);
  for (let look = 1; ; look++) {
    await pause(look, from.signal);
    const task = await lastTask(from, source);
    // The list may show a new task a moment later.
    const isShown = task !== undefined && !(isNew && task.StartedTimestamp === before?.StartedTimestamp);
    if (!isShown) {
      if (look < looks.untilShown) continue;
      throw new CommandError(`SQS does not show the task that moves ${from.name}; look again with --dry-run`);
    }
    const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
    move.progress(moved);
    if (task.Status === "COMPLETED") return { messages: moved, complete: true };
    if (task.Status === "CANCELLED") return { messages: moved, complete: false };
    if (task.Status === "FAILED") {
      throw new CommandError(
        `SQS stopped moving behind ${moved} messages (${task.FailureReason ?? "it gives no reason"}); the rest is in ${from.name} still`,
      );
    }
    if (from.signal.aborted && task.Status === "RUNNING") await cancel(from, task);
  }
}

/** Waits for the next look; not long for one who has interrupted. */
async function pause(look: number, signal: AbortSignal): Promise<void> {
  const waitMs = Math.min(looks.longestMs, looks.firstMs * 1.5 ** look);
  if (signal.aborted) await wait(looks.firstMs);
  else await wait(waitMs, undefined, { signal }).catch(() => undefined);
}

async function start({ from, to, perSecond }: Move, source: string, destination: string): Promise<void> {
  try {
    const command = new StartMessageMoveTaskCommand({
      SourceArn: source,
      // SQS does not know where messages came from that the function put there itself.
      DestinationArn: destination,
      ...(perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSecond }),
    });
    await from.sqs.send(command);
  } catch (error) {
    throw failure(`Moving messages from ${from.name} to ${to.name}`, error);
  }
}

/** The newest task; not aborted, since it also tells how far an interrupted one got. */
async function lastTask(
  { sqs, name }: Queue,
  source: string,
): Promise<ListMessageMoveTasksResultEntry | undefined> {
  try {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: source }));
    return Results.at(0);
  } catch (error) {
    throw failure(`Looking at what is moved from ${name}`, error);
  }
}

async function cancel({ sqs, name }: Queue, { TaskHandle }: ListMessageMoveTasksResultEntry): Promise<void> {
  try {
    await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  } catch (error) {
    // It may have ended meanwhile; the next look tells.
    if (/ResourceNotFound/.test((error as { name?: string }).name ?? "")) return;
    throw failure(`Stopping what is moved from ${name}`, error);
  }
}

function failure(trying: string, error: unknown): Error {
  const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  // Emulators answer calls that they do not know in words of their own.
  const isUnknown =
    /Deserialization error/.test(messageOf(error)) ||
    /UnknownOperation|InvalidAction|NotImplemented/.test(name) ||
    $metadata?.httpStatusCode === 501;
  return isUnknown ? new NoMoveTasks() : awsFailure(trying, error);
}
