import fc from "fast-check";
import { longestTextBytes } from "../../../../lambdas/reading/formats/long-record";
import { longestEventBytes, longestEventLines } from "../../../../lambdas/reading/formats/multiline-events";
import { split, type SplitOptions, type SplitRecord } from "../../../support/splitting";

const pattern = "^\\d{4} ";
const state = { multiline: { pattern } };

function events(bytes: Buffer | string, options: SplitOptions = {}): SplitRecord[] {
  return split("multiline", Buffer.from(bytes), { state, ...options });
}

const texts = (records: readonly SplitRecord[]): string[] => records.map(({ text }) => text);

describe("events of several lines", () => {
  it("begin where a line matches, and have the lines behind it", () => {
    const log = "2026 one\n  at a\n  at b\n2026 two\n2026 three\n  at c";

    expect(texts(events(log))).toEqual(["2026 one\n  at a\n  at b", "2026 two", "2026 three\n  at c"]);
  });

  it("are one where lines come before the first that matches", () => {
    expect(texts(events("head\nmore\n2026 one\n"))).toEqual(["head\nmore", "2026 one"]);
  });

  it("keep CRLF inside, and leave out the line breaks at their end", () => {
    const log = "2026 one\r\n\r\n at a\r\n\r\n\n2026 two\r\n";

    const found = events(log);

    expect(texts(found)).toEqual(["2026 one\r\n\r\n at a", "2026 two"]);
    expect(found.map(({ nextOffset }) => nextOffset)).toEqual([log.indexOf("2026 two"), log.length]);
  });

  it("are none where there are line breaks alone", () => {
    expect(events("\n\r\n\n")).toEqual([]);
    expect(events("")).toEqual([]);
  });

  it("end after their caps where no line matches, and nothing is lost", () => {
    const lines = Array.from({ length: longestEventLines * 2 + 1 }, (_, index) => `line ${index}`);

    const found = texts(events(lines.join("\n")));

    expect(found.map((text) => text.split("\n").length)).toEqual([longestEventLines, longestEventLines, 1]);
    expect(found.join("\n")).toBe(lines.join("\n"));
  });

  it("end at the next line once they have the most bytes", () => {
    const lines = Array.from({ length: 400 }, () => "x".repeat(32_000));

    const found = events(lines.join("\n"));

    const first = found.findIndex(({ last }) => last) + 1;
    expect(found.slice(0, first).reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThanOrEqual(
      longestEventBytes - 1,
    );
    expect(found[first].part).toBe(1);
    expect(found.at(-1)?.last).toBe(true);
    expect(texts(found.slice(0, first)).join("") + "\n" + texts(found.slice(first)).join("")).toBe(
      lines.join("\n"),
    );
  });

  it("come in parts that are cut at line breaks where they are longer than a document, and together are the event", () => {
    const lines = Array.from({ length: 40 }, (_, index) => ` at ${index} `.padEnd(1_000, "."));
    const event = ["2026 long", ...lines].join("\r\n");

    const found = events(`${event}\r\n2026 next`);

    expect(found.map(({ part, last }) => [part, last])).toEqual([
      [1, false],
      [2, true],
      [0, true],
    ]);
    expect(texts(found.slice(0, 2)).join("")).toBe(event);
    expect(found[0].text.endsWith("\r\n")).toBe(true);
    expect(Buffer.byteLength(found[0].text)).toBeLessThanOrEqual(longestTextBytes);
  });

  it("are cut inside a line that is longer than a document, at a character", () => {
    const line = `2026 ${"é".repeat(longestTextBytes)}`;

    const found = events(`${line}\n at a\n2026 next`);

    expect(found.map(({ part }) => part)).toEqual([1, 2, 3, 0]);
    expect(texts(found.slice(0, 3)).join("")).toBe(`${line}\n at a`);
  });

  it.each([0, 1, 2])("fit a document with a text of just its length: %d line breaks behind it", (breaks) => {
    const text = `2026 ${"x".repeat(longestTextBytes - 5)}`;

    const found = events(`${text}${"\r\n".repeat(breaks)}`);

    expect(found.map(({ part, last }) => [part, last])).toEqual([[0, true]]);
  });

  /** Lines of which some match, some are empty, and some are longer than a document. */
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("2026 a", " at b", "", "é", "\r") },
    { weight: 1, arbitrary: fc.integer({ min: 32_690, max: 32_710 }).map((length) => "x".repeat(length)) },
    { weight: 1, arbitrary: fc.integer({ min: 9_000, max: 70_000 }).map((length) => "é".repeat(length / 2)) },
  );
  const file = fc
    .array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 12 })
    .map((lines) => Buffer.from(lines.flat().join("")));

  it("are the same however the bytes come, and from each position that a run may stop at", () => {
    fc.assert(
      fc.property(file, fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1 }), (bytes, lengths) => {
        const whole = events(bytes);

        expect(events(bytes, { chunkLengths: lengths })).toEqual(whole);

        for (const [index, { nextOffset, nextState }] of whole.entries()) {
          const rest = events(bytes.subarray(nextOffset), { offset: nextOffset, state: nextState });
          expect(rest).toEqual(whole.slice(index + 1));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("hold every line of the file, in order", () => {
    fc.assert(
      fc.property(file, (bytes) => {
        const found = events(bytes);
        // What is left out is line breaks behind an event alone.
        const together = found.map(({ text, last }) => (last ? `${text}\n` : text)).join("");
        const bare = (text: string): string => text.replace(/[\r\n]+/g, "\n").replace(/^\n|\n$/g, "");
        expect(bare(together)).toBe(bare(bytes.toString()));
        for (const { text } of found) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longestTextBytes);
      }),
      { numRuns: 60 },
    );
  });
});
