import { statSync } from "node:fs";
import { join } from "node:path";
import { shipWithZip } from "../support/zip-bench";

const root = join(__dirname, "../..");

describe("a cold start", () => {
  it("unpacks at most 1 MB", () => {
    expect(statSync(join(root, "dist/lambdas/s3-hook.zip")).size).toBeLessThanOrEqual(1_000_000);
  });

  it("loads the function's module within 150 ms", async () => {
    const times: number[] = [];
    // The quickest of five: the others measure what else this machine does.
    for (let start = 0; start < 5; start++) {
      const { loadMilliseconds, documents } = await shipWithZip(root, "a.log", "one\n");
      expect(documents).toBe(1);
      times.push(loadMilliseconds ?? Infinity);
    }
    console.log(`module load: ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
    expect(Math.min(...times)).toBeLessThanOrEqual(150);
  }, 60_000);
});
