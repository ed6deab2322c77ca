import type { Position } from "../../shipping/position";
import { CheckpointUnreadable } from "../errors";
import type { KnownStreams } from "../streams/discovery";

/** Raised when an item of this shape could not be read by the version before. */
const checkpointVersion = 1;

/** Where a stream stands: everything up to `lastKey` was dealt with, except what comes late. */
export interface Checkpoint {
  /** Prefix of the stream. */
  readonly stream: string;
  /** Counts the writes: a write on top of another one than the one that was read is refused. */
  readonly sequence: number;
  readonly lastKey?: string | undefined;
  /** An object of which a part was shipped. */
  readonly underWay?: UnderWay | undefined;
  /** An object that failed, and that the stream waits for. */
  readonly failing?: Failing | undefined;
  /** Who works on the stream. */
  readonly lease?: Lease | undefined;
  /** When the stream is to be looked at again, in ms since 1970. */
  readonly nextLook: number;
  /** When something was last found in it, in ms since 1970. */
  readonly lastFound: number;
}

export interface UnderWay {
  readonly key: string;
  readonly eTag: string;
  readonly position: Position;
}

export interface Failing {
  readonly key: string;
  /** The first failure, in ms since 1970. */
  readonly since: number;
  readonly attempts: number;
  /** When it is to be tried again, in ms since 1970. */
  readonly notBefore: number;
  readonly reason: string;
}

export interface Lease {
  readonly owner: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

/** What is known of a source as a whole. */
export interface SourceState extends KnownStreams {
  readonly sequence: number;
  /** The first run, in ms since 1970: what `start: now` means. */
  readonly firstRun: number;
  /** When streams were last looked for, in ms since 1970. */
  readonly discoveredAt: number;
}

/** As text for one attribute of the table. */
export function renderCheckpoint(checkpoint: Checkpoint): string {
  return JSON.stringify({ version: checkpointVersion, ...checkpoint });
}

export function renderState(state: SourceState): string {
  return JSON.stringify({ version: checkpointVersion, ...state });
}

/** Reads what {@link renderCheckpoint} wrote. @throws CheckpointUnreadable */
export function parseCheckpoint(text: unknown, where: string): Checkpoint {
  const checkpoint = parse(text, where) as Partial<Checkpoint>;
  const { stream, sequence, lastKey, underWay, nextLook, lastFound } = checkpoint;
  const complete =
    typeof stream === "string" &&
    Number.isInteger(sequence) &&
    (lastKey === undefined || typeof lastKey === "string") &&
    (underWay === undefined || typeof underWay.position.offset === "number") &&
    typeof nextLook === "number" &&
    typeof lastFound === "number";
  if (!complete) throw unreadable(where, "parts of it are missing");
  return checkpoint as Checkpoint;
}

/** Reads what {@link renderState} wrote. @throws CheckpointUnreadable */
export function parseState(text: unknown, where: string): SourceState {
  const state = parse(text, where) as Partial<SourceState>;
  const { sequence, firstRun, discoveredAt, streams, undivided } = state;
  const complete =
    Number.isInteger(sequence) &&
    typeof firstRun === "number" &&
    typeof discoveredAt === "number" &&
    Array.isArray(streams) &&
    Array.isArray(undivided);
  if (!complete) throw unreadable(where, "parts of it are missing");
  return state as SourceState;
}

function parse(text: unknown, where: string): object {
  if (typeof text !== "string") throw unreadable(where, "it holds no text");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unreadable(where, "it is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null) throw unreadable(where, "it is no object");
  const { version } = parsed as { version?: unknown };
  if (version !== checkpointVersion) {
    throw unreadable(
      where,
      `its version is ${JSON.stringify(version)} and this function knows ${checkpointVersion}; deploy the newer version again`,
    );
  }
  return parsed;
}

function unreadable(where: string, reason: string): CheckpointUnreadable {
  return new CheckpointUnreadable(
    `the checkpoint ${where} cannot be used: ${reason}. Nothing was shipped on its account; ` +
      "put the item right, or delete it to begin where the source's start says",
  );
}
