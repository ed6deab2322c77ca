import {
  parseCheckpoint,
  renderCheckpoint,
  type Checkpoint,
} from "../../../../lambdas/s3-fetcher/checkpoints/checkpoint";
import { trackLimits } from "../../../../lambdas/s3-fetcher/checkpoints/track-room";
import { Tracks } from "../../../../lambdas/s3-fetcher/checkpoints/tracks";
import { KeySpace } from "../../../../lambdas/s3-fetcher/streams/key-space";
import { Random } from "../../../support/random";

const space = new KeySpace("logs/", false);
/** A key has as many bytes. Source: S3 user guide, "Naming Amazon S3 objects". */
const longestKey = 1024;

/** A checkpoint in which all other parts are as long as they get. */
function checkpointOf(tracks: Tracks, random: Random): Checkpoint {
  const key = (): string => cut(text(random, Array.from('ab"\\é\u{1f600}'), longestKey));
  const position = {
    entry: 0,
    offset: 1,
    record: 1,
    line: 1,
    format: "text",
    compression: "gzip",
    type: "elb",
    state: undefined,
  } as const;
  return {
    stream: space.stream,
    sequence: 1,
    lastKey: key(),
    floor: key(),
    closed: key(),
    tracks: tracks.stored(),
    knownUntil: 1,
    underWay: { key: key(), eTag: random.hex(32), position },
    failing: { key: key(), since: 1, attempts: 1, notBefore: 1, reason: key() },
    stalled: { key: key(), runs: 1 },
    lastFound: 1,
  };
}

function text(random: Random, characters: readonly string[], length: number): string {
  let written = "";
  for (let count = 0; count < length; count++) written += random.pick(characters);
  return written;
}

/** The key as far as it may be long. */
function cut(key: string): string {
  let bytes = 0;
  let end = "";
  for (const character of key) {
    bytes += Buffer.byteLength(character);
    if (bytes > longestKey) break;
    end += character;
  }
  return end;
}

function reread(tracks: Tracks, random: Random): Tracks {
  const written = renderCheckpoint(checkpointOf(tracks, random));
  return new Tracks(space, parseCheckpoint(written, "here").tracks);
}

const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter(
  (character) => character !== "/",
);
const hex = Array.from("0123456789abcdef");
const control = Array.from("\u0001\u0002\u0003\u001f");
const wide = Array.from('é中\u{1f600}"\\');
/** Folders; a stream may have any number of those whose time nobody can tell. */
const none = (): string => "";
const days = (random: Random): string => `2026/01/0${1 + random.below(3)}/`;
const hours = (random: Random): string => `dt=2026-01-05/hour=${10 + random.below(10)}/`;
const untold = (random: Random): string => `date=${10 + random.below(18)}-12-${1000 + random.below(900)}/`;

test.each([
  { names: "printable", characters: printable, folder: none, longest: longestKey, seed: 1 },
  { names: "printable", characters: printable, folder: days, longest: 400, seed: 2 },
  { names: "short", characters: hex, folder: untold, longest: 20, seed: 3 },
  { names: "control", characters: control, folder: hours, longest: 400, seed: 4 },
  { names: "wide", characters: wide, folder: hours, longest: 60, seed: 5 },
])("tracks fit a checkpoint, and forget no key: $names names of $longest bytes", (layout) => {
  const { characters, folder, longest, seed } = layout;
  const random = new Random(seed);
  let tracks = new Tracks(space);
  const known: string[] = [];
  for (let count = 0; count < 3000; count++) {
    const writer = text(random, characters, random.below(longest));
    const time = random.chance(0.8) ? `_20260105T${1000 + random.below(1000)}Z_` : "";
    const end = text(random, characters, random.below(random.pick([20, 20, longest])));
    const key = cut(`logs/${folder(random)}${writer}${time}${end}`);
    const track = tracks.begun(key);
    if (space.compare(key, track.last) > 0) track.last = key;
    if (random.chance(0.3)) track.bound = track.last;
    known.push(key);
    if (count % 750 === 749) tracks = reread(tracks, random);
  }
  expect(tracks.all.some(({ shared }) => shared)).toBe(true);
  const forgotten = known.filter((key) => {
    const track = tracks.of(key);
    return track === undefined || space.compare(key, track.last) > 0 || !key.startsWith(track.start);
  });
  expect(forgotten).toEqual([]);
});

test("a thousand writers with names as those of AWS have a track each", () => {
  const random = new Random(1);
  let tracks = new Tracks(space);
  const key = (minute: number, name: string): string =>
    `logs/2026/01/05/222222222222_elasticloadbalancing_us-east-1_net.${name}_20260105T00${10 + minute}Z_10.0.0.1_${random.hex(8)}.log.gz`;
  const names = Array.from({ length: 1000 }, () => `${random.hex(32)}.${random.hex(16)}`);
  for (const minute of [0, 5]) {
    for (const name of names) {
      const track = tracks.begun(key(minute, name));
      track.last = track.bound = key(minute, name);
    }
    tracks = reread(tracks, random);
  }
  expect(tracks.all).toHaveLength(1000);
  expect(tracks.all.filter(({ shared }) => shared)).toEqual([]);
  const withBound = tracks.all.filter(({ bound }) => bound !== undefined);
  expect(withBound.length).toBeGreaterThan(500);
  // Those of the writers that came last.
  expect(tracks.all.slice(-withBound.length)).toEqual(withBound);
});

test("a key with a far longer end than the others of its writer shares a track with others", () => {
  const tracks = new Tracks(space);
  const short = "logs/2026/01/05/a_20260105T0001Z.log";
  const long = `logs/2026/01/05/a_20260105T0002Z_${"x".repeat(100)}.log`;
  expect(tracks.begun(short)).toMatchObject({ ordered: true, shared: false });
  expect(tracks.begun(long)).toMatchObject({ shared: true, start: "logs/2026/01/05/" });
  expect(tracks.of(short)?.last).toBe(short);
});

test("writers beyond what a checkpoint has room for share one track of their folder, and stay in it", () => {
  const key = (writer: string, minute: number): string =>
    `logs/2026/01/05/${writer}_20260105T000${minute}Z.log`;
  const tracks = new Tracks(space, undefined, { ...trackLimits, writers: 2 });
  for (const writer of ["a", "b", "c", "d"]) tracks.begun(key(writer, 1)).last = key(writer, 1);
  expect(tracks.all).toHaveLength(3);
  expect(tracks.of(key("c", 2))).toBe(tracks.of(key("d", 2)));
  const reread = new Tracks(space, tracks.stored());
  expect(reread.all).toEqual(tracks.all);
  // There is room for it now, and its keys are in the other one.
  expect(reread.of(key("e", 1))?.start).toBe("logs/2026/01/05/");
  expect(reread.of("logs/2026/01/06/e_20260106T0001Z.log")).toBeUndefined();
});
