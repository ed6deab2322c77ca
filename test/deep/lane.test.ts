import fc from "fast-check";
import { jsonTexts, shippedFiles } from "../support/file-bytes";
import { TwoWays, type Shipped } from "../support/two-ways";

// DEEP_RUNS=100000 for a long look.
const numRuns = Number(process.env["DEEP_RUNS"] ?? 20_000);
const alike = (shipped: Shipped): Shipped => ({ ...shipped, unusual: 0 });

describe("the lane, at length", () => {
  const ways = new TwoWays(3_000);

  it("makes of any file what the JavaScript way makes of it", () => {
    let byKernel = 0;
    fc.assert(
      fc.property(shippedFiles, (file) => {
        const shipped = ways.byLane(file);
        expect(alike(shipped)).toEqual(alike(ways.byJavaScript(file)));
        byKernel += shipped.records - shipped.unusual;
      }),
      { numRuns },
    );
    // Else this would compare JavaScript with itself.
    expect(byKernel).toBeGreaterThan(numRuns);
  }, 600_000);

  it("takes for JSON only what is JSON", () => {
    let taken = 0;
    fc.assert(
      fc.property(jsonTexts, (text) => {
        const bytes = Buffer.concat([text, Buffer.from("\n")]);
        const file = { format: "json", bytes, chunkLengths: [bytes.length], settings: { fields: {} } };
        const { records, unusual } = ways.byLane(file);
        if (records !== 1 || unusual > 0) return;
        expect(() => JSON.parse(text.toString()) as unknown).not.toThrow();
        taken++;
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(numRuns / 5);
  }, 600_000);
});
