import { randomUUID } from "node:crypto";
import type { Checkpoint, Lease } from "../../lambdas/s3-fetcher/checkpoints/checkpoint";
import { StreamTaken } from "../../lambdas/s3-fetcher/errors";
import { time } from "../check/words";
import { isHeld, readCheckpoints } from "./streams";
import type { FetcherSource } from "./target";

/** A change takes a second; the fetcher waits so long where it is broken off. */
const leaseMs = 60_000;

/** Taken while a checkpoint is changed, so that no run of the fetcher works on its stream meanwhile. */
export function changeLease(now = Date.now()): Lease {
  return { owner: `logzio-s3 ${randomUUID()}`, expiresAt: now + leaseMs };
}

/** Nothing was changed; the message says why, and when to try again. */
export class NotChanged extends Error {
  override readonly name = "NotChanged";
}

/** @throws NotChanged where a run works on the stream */
export function refuseWhileHeld(checkpoint: Checkpoint, now = Date.now()): void {
  if (!isHeld(checkpoint, now)) return;
  throw new NotChanged(
    `a run of the fetcher works on ${checkpoint.stream || "it"} now; nothing was changed, try again after ` +
      `${time((checkpoint.lease?.expiresAt ?? now) / 1000)} UTC, or as soon as the run is over`,
  );
}

/**
 * The checkpoint as it is by now: while a question was on the screen the fetcher may have written it.
 * @throws NotChanged where it stands elsewhere than the plan says
 */
export async function unchanged(source: FetcherSource, planned: Checkpoint): Promise<Checkpoint> {
  const read = await readCheckpoints(source);
  const now = read?.checkpoints.find(({ stream }) => stream === planned.stream);
  if (now === undefined) throw new NotChanged(`the stream ${planned.stream} is not in the table any more`);
  refuseWhileHeld(now);
  const place = ({ lastKey, underWay, failing }: Checkpoint): string =>
    JSON.stringify([lastKey, underWay, failing?.key]);
  if (place(now) === place(planned)) return now;
  throw new NotChanged(
    `the fetcher has gone on in ${planned.stream || "it"} meanwhile; nothing was changed, run it again`,
  );
}

/** Does the writes of a change. @throws NotChanged where a run of the fetcher was faster */
export async function change(stream: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof StreamTaken)) throw error;
    throw new NotChanged(
      `a run of the fetcher has written the checkpoint of ${stream || "it"} meanwhile; its progress was not touched, run it again`,
    );
  }
}
