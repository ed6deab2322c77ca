import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { faultDocument, faultTests, hookFaults, impossible } from "../../support/fault-list";

const root = join(__dirname, "../../..");
const tests = faultTests(root);

describe("the list of faults", () => {
  it("has a test, or a reason why there is none, for all that can happen to the hook", () => {
    const tested = new Set(tests.map(({ number }) => number));
    expect(hookFaults.filter((number) => !tested.has(number) && !impossible.has(number))).toEqual([]);
  });

  it("names no fault as impossible that has a test", () => {
    expect(tests.filter(({ number }) => impossible.has(number))).toEqual([]);
  });

  it("is docs/faults.md (npm run docs:faults writes it)", () => {
    const path = join(root, "docs/faults.md");
    const current = faultDocument(tests);
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, current);
    expect(readFileSync(path, "utf8")).toBe(current);
  });
});
