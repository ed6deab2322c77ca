import type { FetcherBench } from "./fetcher-bench";

/** Keys in the order of their numbers. */
export function keyOf(number: number): string {
  return `logs/2026/${String(number).padStart(5, "0")}`;
}

/** Puts an object of one line, its number, for each number up to the last, without it. */
export function putNumbered(bench: FetcherBench, from: number, to: number): void {
  for (let number = from; number < to; number++) bench.put(keyOf(number), `${number}\n`);
}

/** A source that looks back so far. */
export function lookback(keys: number, minutes = 60): { source: object } {
  return { source: { lookback: { keys, minutes } } };
}
