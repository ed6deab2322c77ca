import { playSeed } from "../support/fetcher-model";

/** `FETCHER_SEEDS=first-last` plays others; `npm run model:fetcher` plays many. */
const [first, last] = (process.env["FETCHER_SEEDS"] ?? "1000-1219").split("-").map(Number);

describe("the fetcher, with random writers, crashes, faults, time-outs and overlaps", () => {
  test(`ships every line, in order, with no more repeats than it says: seeds ${first} to ${last}`, async () => {
    const sums: Record<string, number> = {};
    for (let seed = first; seed <= last; seed++) {
      for (const [name, value] of Object.entries(await playSeed(seed)))
        sums[name] = (sums[name] ?? 0) + Number(value);
    }
    console.log(JSON.stringify({ seeds: last - first + 1, ...sums }));
    // Without these the seeds would prove nothing.
    for (const name of ["objects", "killed", "late", "duplicates"])
      if (last - first >= 100) expect(sums[name]).toBeGreaterThan(last - first);
  }, 1_000_000);
});
