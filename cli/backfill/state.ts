import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Reached } from "../shipping/ship-object";
import { CommandError, UsageError } from "../program/errors";
import { lock } from "../program/file-lock";
import type { Job } from "./job";

/** Raised when a file of this shape could not be read by the version before. */
const stateVersion = 1;

/** An object that failed, and is tried again by the next run. */
export interface FailedObject {
  readonly key: string;
  readonly eTag: string;
  readonly reason: string;
  /** Where to go on, where a part of it was shipped. */
  readonly reached?: Reached | undefined;
}

/** What was shipped so far, in all runs. */
export interface Totals {
  readonly objects: number;
  readonly bytes: number;
  readonly records: number;
  /** Of the records, those that their source leaves out. */
  readonly filtered: number;
  readonly refused: number;
  /** Objects that were gone before their turn came. */
  readonly gone: number;
  /** Time spent on shipping, in ms. */
  readonly ms: number;
}

/** An object of which a part was shipped. */
export interface Begun extends Reached {
  readonly key: string;
}

/** How far a backfill is. Everything up to `lastKey` is dealt with, but for what `failed` holds. */
export interface BackfillState {
  readonly job: Job;
  /** End of the time that is asked for, in ms since 1970; without --to that is when it began. */
  readonly until: number;
  readonly lastKey?: string | undefined;
  /** The object behind it, where a part was shipped. */
  readonly underWay?: Begun | undefined;
  /** Objects further on where a part was shipped as well: keys that appeared since sort before them. */
  readonly ahead?: readonly Begun[] | undefined;
  readonly failed: readonly FailedObject[];
  readonly totals: Totals;
  /** When the last object was dealt with; ISO. */
  readonly finishedAt?: string | undefined;
}

/** The file that a backfill goes on from. It holds keys and places, and no secret. */
export class StateFile {
  private readonly locked: { release(): void };
  private state: BackfillState;

  /** @throws CommandError where the file is another job's, or another process works with it */
  constructor(
    readonly path: string,
    job: Job,
    until: number,
  ) {
    this.locked = lock(path, { name: "this backfill", option: "--state" });
    try {
      this.state = this.read(job) ?? { job, until, failed: [], totals: nothing };
    } catch (error) {
      this.release();
      throw error;
    }
  }

  get current(): BackfillState {
    return this.state;
  }

  /** Notes how far it is, in one step: a process that is killed leaves the old text or the new one. */
  update(change: Partial<BackfillState>): void {
    this.state = { ...this.state, ...change };
    const draft = `${this.path}.draft`;
    try {
      const file = openSync(draft, "w", 0o600);
      try {
        writeFileSync(file, `${JSON.stringify({ version: stateVersion, ...this.state }, null, 2)}\n`);
        if (this.state.finishedAt !== undefined) fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, this.path);
    } catch (error) {
      throw new CommandError(
        `${this.path} cannot be written (${(error as Error).message}); without it a run could not go on where this one ` +
          "stopped; name another file with --state",
      );
    }
  }

  add(totals: Partial<Totals>): Totals {
    const sum = { ...this.state.totals };
    for (const name of Object.keys(totals) as (keyof Totals)[]) sum[name] += totals[name] ?? 0;
    return sum;
  }

  release(): void {
    this.locked.release();
  }

  private read(job: Job): BackfillState | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new UsageError(`${this.path} cannot be read (${(error as Error).message})`);
    }
    const state = parse(text, this.path);
    if (JSON.stringify(state.job) === JSON.stringify(job)) return state;
    const { bucket, prefix, from, to, by, target } = state.job;
    throw new UsageError(
      `${this.path} belongs to another backfill (${bucket}/${prefix}, from ${from ?? "the beginning"} to ${to ?? "its start"} by ${by}, ` +
        `to ${target}); name another file with --state`,
    );
  }
}

const nothing: Totals = { objects: 0, bytes: 0, records: 0, filtered: 0, refused: 0, gone: 0, ms: 0 };

function parse(text: string, path: string): BackfillState {
  const advice = "put it right, or delete it to begin anew";
  let parsed: Partial<BackfillState> & { readonly version?: unknown };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    throw new UsageError(`${path} is no JSON; ${advice}`);
  }
  const { version, job, until, failed, totals } = parsed;
  if (version !== stateVersion) {
    throw new UsageError(
      `${path} has version ${JSON.stringify(version)}, and this program reads version ${stateVersion}; go on with the program that wrote it`,
    );
  }
  if (job === undefined || typeof until !== "number" || !Array.isArray(failed) || totals === undefined)
    throw new UsageError(`${path} has lost a part of it; ${advice}`);
  // What an older program wrote counts no more than it knew of.
  return { ...parsed, totals: { ...nothing, ...totals } } as BackfillState;
}
