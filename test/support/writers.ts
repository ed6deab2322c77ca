import { seededRandom, type Random } from "../../cli/samples/random";
import type { Arrival } from "./fetcher-oracle";

/*
 * What comes into buckets, and when, to the fraction of a second: about as many objects as a writer brings in days or
 * months. How late files come follows the services' documentation.
 */

export const begin = Date.UTC(2026, 1, 10) / 1000;
export const account = "123456789012";
export const objects = 900;

type Write = (time: number, index: number, random: Random) => readonly Arrival[];

/** So many times, `seconds` apart. */
export function each(times: number, seconds: number, write: Write): (seed: number) => readonly Arrival[] {
  return (seed) => {
    const random = seededRandom(seed);
    return Array.from({ length: times }, (_, index) => write(begin + index * seconds, index, random)).flat();
  };
}

export const iso = (time: number): string => new Date(time * 1000).toISOString();
export const day = (time: number): string => iso(time).slice(0, 10).replaceAll("-", "/");
export const hour = (time: number): string => iso(time).slice(11, 13);
export const dashed = (time: number): string => iso(time).slice(0, 19).replaceAll(/[T:]/g, "-");
export const stamp = (time: number): string => `${iso(time).slice(0, 16).replaceAll(/[-:]/g, "")}Z`;
export const padded = (number: number, digits: number): string => String(number).padStart(digits, "0");
export const soon = (random: Random, seconds = 1): number => (random.whole(0, 999) / 1000) * seconds;
export const uuid = (random: Random): string =>
  [8, 4, 4, 4, 12]
    .map((length) => random.hex(length))
    .join("-")
    .replace(/^(.{14})./, "$14");

/** Each name at its time and a moment. */
export function named(seconds: number, name: (time: number, index: number, random: Random) => string) {
  return each(objects, seconds, (time, index, random) => [
    { key: name(time, index, random), at: time + soon(random) },
  ]);
}

/** A file of each of several writers, up to so many seconds after the time in its name. */
export function several<Writer>(
  writers: readonly Writer[],
  [seconds, soonest, latest]: readonly [number, number, number],
  name: (writer: Writer, time: number, random: Random) => string,
) {
  return each(Math.ceil(objects / writers.length), seconds, (time, _, random) =>
    writers.map((writer) => ({
      key: name(writer, time, random),
      at: time + random.whole(soonest, latest) + soon(random),
    })),
  );
}

export type ArrivalCase = readonly [
  what: string,
  /** The verdict on the first part of it. */
  verdict: "fetcher" | "split" | "hook",
  come: (seed: number) => readonly Arrival[],
];
