import { otherArrivals } from "../../../support/other-arrivals";
import { awsArrivals } from "../../../support/aws-arrivals";
import { checkReport } from "../../../support/check-report";
import { listedAt, fetcherOf, type Arrival } from "../../../support/fetcher-oracle";

/** How often the fetcher looks is not documented, beyond "every few seconds". */
const rhythms = [1, 5, 60].flatMap((every) =>
  [0, 0.37, 0.81].map((phase) => ({ every, phase: phase * every })),
);

function mostLost(come: readonly Arrival[], prefixes: readonly string[]): number {
  const fetch = fetcherOf(come);
  const lost = (rhythm: (typeof rhythms)[number]): number =>
    prefixes.reduce((sum, prefix) => sum + fetch({ prefix, ...rhythm }).length, 0);
  return Math.max(...rhythms.map(lost));
}

describe("the verdict on the first part of what comes, against a fetcher that reads all of it", () => {
  it.each([...awsArrivals, ...otherArrivals])("%s: %s", (_, kind, make) => {
    for (const seed of [1, 2, 3]) {
      const all = [...make(seed)].sort((one, other) => one.at - other.at);
      const looked = all[Math.floor(all.length * (0.5 + seed / 10))].at;

      const { verdict } = checkReport(listedAt(all, looked));

      expect(verdict.kind).toBe(kind);
      if (kind === "hook") {
        // With reason: the fetcher loses some, unless the names will only do so later.
        const later = /no leading zeros|by their letters|luck, and no promise/;
        if (mostLost(all, [""]) === 0) expect(verdict.reasons.join()).toMatch(later);
      } else {
        expect(mostLost(all, verdict.prefixes)).toBe(0);
        const prefixesOf = ({ key }: Arrival): number =>
          verdict.prefixes.filter((prefix) => key.startsWith(prefix)).length;
        expect(all.filter((arrival) => prefixesOf(arrival) !== 1)).toEqual([]);
      }
    }
  });
});

describe("the fetcher that verdicts are held against", () => {
  const lost = (...come: [string, number][]): string[] =>
    fetcherOf(come.map(([key, at]) => ({ key, at })))({ prefix: "", every: 10, phase: 0 });

  it("loses what sorts before the last key that it read", () => {
    expect(lost(["b", 1], ["a", 11], ["c", 12])).toEqual(["a"]);
  });

  it("loses nothing that comes between two looks", () => {
    expect(lost(["b", 1], ["a", 9])).toEqual([]);
  });

  it("loses what is written again", () => {
    expect(lost(["a", 1], ["a", 11])).toEqual(["a"]);
  });
});
