import { crashAt } from "../../../support/fetcher-crash";
import { playSeed } from "../../../support/fetcher-model";

/** More of both: `npm run test:deep`, `npm run model:fetcher`. */
describe("the fetcher under random faults", () => {
  test.each([1, 2, 3, 4])(
    "ships every line, in order, with no more repeats than it says: seed %i",
    async (seed) => {
      expect((await playSeed(seed)).objects).toBeGreaterThan(0);
    },
    30_000,
  );

  test("goes on where it was killed, at each of its effects", async () => {
    const scenario = { objects: 3, lines: 60 };
    const { calls } = await crashAt(scenario, { at: -1, when: "before" });
    for (let at = 0; at < calls.length; at += 2) {
      const { killed } = await crashAt(scenario, { at, when: at % 4 === 0 ? "before" : "after" });
      expect(killed).toBe(true);
    }
  }, 60_000);
});
