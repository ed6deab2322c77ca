import { crashAt } from "../support/fetcher-crash";

const scenario = { objects: 30, lines: 150 };

describe("the fetcher, killed before and after each of its effects", () => {
  test("repeats no more than it says, and leaves nothing out", async () => {
    const { calls } = await crashAt(scenario, { at: -1, when: "before" });
    const kinds = new Set(calls.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([
      "get",
      "list",
      "post",
      "table PutItem",
      "table Query",
      "table TransactWriteItems",
    ]);
    let repeated = 0;
    let killed = 0;
    for (let at = 0; at < calls.length; at++) {
      for (const when of ["before", "after"] as const) {
        const run = await crashAt(scenario, { at, when });
        if (run.killed) killed++;
        repeated = Math.max(repeated, run.repeated);
      }
    }
    console.log(`${calls.length} calls, ${killed} runs killed, at most ${repeated} bulks repeated`);
    // The order of calls that go on side by side may differ, so that the last ones are not reached each time.
    expect(killed).toBeGreaterThan(1.9 * calls.length);
    expect(repeated).toBeGreaterThan(1);
  }, 600_000);
});
