import { gunzipSync, gzipSync } from "node:zlib";
import type { Position } from "../../shipping/position";
import { CheckpointUnreadable, FetcherError } from "../errors";
import type { KnownStreams } from "../streams/discovery";
import type { StoredProgress } from "./stored-progress";
import type { StoredTracks } from "./track";

/** Raised when an item of this shape could not be read by the version before. */
export const checkpointVersion = 1;

/** Where a stream stands. */
export interface Checkpoint extends StoredProgress {
  /** Prefix of the stream. */
  readonly stream: string;
  /** Counts the writes: a write on top of another one than the one that was read is refused. */
  readonly sequence: number;
  /** An object of which a part was shipped. */
  readonly underWay?: UnderWay | undefined;
  /** An object that failed, and that the stream waits for. */
  readonly failing?: Failing | undefined;
  /** An object for which whole runs were too short. */
  readonly stalled?: Stalled | undefined;
  /** Who works on the stream. */
  readonly lease?: Lease | undefined;
  /** When something was last found in it, in ms since 1970. */
  readonly lastFound: number;
  /** Since when the oldest object that is known to be left could have been shipped, in ms since 1970. */
  readonly behindSince?: number | undefined;
  /** When all of it had been looked through for the first time, in ms since 1970: what is met later is new. */
  readonly firstLook?: number | undefined;
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

export interface Stalled {
  readonly key: string;
  /** Runs in a row that got no further; one that had only the end of its time counts a fifth. */
  readonly runs: number;
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
  /** Whether there are streams beside these that the source has no room for. */
  readonly full?: boolean;
  /** Whether the source was begun as one order. */
  readonly single?: boolean;
}

/** An item holds 400 KB with its keys. Source: DynamoDB developer guide, "Quotas". */
const longestContent = 390_000;
/** A list of thousands of streams, or hundreds of writers, is compressed; a short one stays legible. */
const compressAboveBytes = 10_000;

/** As text for one attribute of the table. @throws FetcherError where it does not fit an item of the table */
export function renderCheckpoint(checkpoint: Checkpoint): string {
  return render(checkpoint, `what is known of "${checkpoint.stream}" does`);
}

/** @throws FetcherError where it does not fit an item of the table */
export function renderState(state: SourceState): string {
  return render(state, `the names of ${state.streams.length} streams do`);
}

function render(content: object, what: string): string {
  const json = JSON.stringify({ version: checkpointVersion, ...content });
  if (Buffer.byteLength(json) <= compressAboveBytes) return json;
  const text = gzipSync(json).toString("base64");
  if (text.length <= longestContent) return text;
  throw new FetcherError(
    `${what} not fit one item of the table; make the source several with longer prefixes`,
  );
}

/** Reads what {@link renderCheckpoint} wrote. @throws CheckpointUnreadable */
export function parseCheckpoint(text: unknown, where: string): Checkpoint {
  const checkpoint = parse(text, where) as Partial<Checkpoint>;
  const { stream, sequence, underWay, failing, stalled, lease, lastFound } = checkpoint;
  const { lastKey, floor, closed, tracks, knownUntil, behindSince, firstLook } = checkpoint;
  const complete =
    typeof stream === "string" &&
    Number.isInteger(sequence) &&
    [lastKey, floor, closed].every((key) => key === undefined || typeof key === "string") &&
    (tracks === undefined || areTracks(tracks)) &&
    [knownUntil, behindSince, firstLook].every((at) => at === undefined || typeof at === "number") &&
    (underWay === undefined || isPlace(underWay)) &&
    (failing === undefined || (typeof failing.key === "string" && typeof failing.notBefore === "number")) &&
    (stalled === undefined || (typeof stalled.key === "string" && typeof stalled.runs === "number")) &&
    (lease === undefined || typeof lease.expiresAt === "number") &&
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
    areTexts(streams) &&
    areTexts(undivided);
  if (!complete) throw unreadable(where, "parts of it are missing");
  return state as SourceState;
}

/** For what a table holds that cannot be used. */
export function unreadable(where: string, reason: string): CheckpointUnreadable {
  return new CheckpointUnreadable(
    `the checkpoint ${where} cannot be used: ${reason}. Nothing was shipped on its account; ` +
      "put the item right, restore the table, or reset the stream to begin where the source's start says",
  );
}

function isPlace({ key, eTag, position }: Partial<UnderWay>): boolean {
  const numbers = [position?.entry, position?.offset, position?.record, position?.line];
  return (
    typeof key === "string" &&
    typeof eTag === "string" &&
    typeof position?.format === "string" &&
    numbers.every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
  );
}

function areTracks(tracks: StoredTracks): boolean {
  return Object.entries(tracks as Record<string, Partial<StoredTracks[string]>>).every(
    ([name, { last, bound, room }]) =>
      /^(time|name|rest|full) /.test(name) &&
      typeof last === "string" &&
      (bound === undefined || typeof bound === "string") &&
      (room === undefined || typeof room === "number"),
  );
}

function areTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === "string");
}

function parse(text: unknown, where: string): object {
  if (typeof text !== "string") throw unreadable(where, "it holds no text");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.startsWith("H4sI") ? gunzipSync(Buffer.from(text, "base64")).toString() : text);
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
