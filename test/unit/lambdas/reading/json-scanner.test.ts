import fc from "fast-check";
import { BracketFollower } from "../../../../lambdas/reading/formats/bracket-follower";
import { INCOMPLETE, INVALID, JsonScanner } from "../../../../lambdas/reading/formats/json-scanner";
import type { KeyHit } from "../../../../lambdas/reading/formats/key-hits";

function scan(text: string): number {
  const bytes = Buffer.from(text);
  return new JsonScanner().scan(bytes, 0, bytes.length);
}

function hitsOf({ hits }: JsonScanner): KeyHit[] {
  return Array.from({ length: hits.length }, (_, index) => hits.at(index));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Text that is nearly JSON: a few characters of a real value are changed, left out or doubled. */
const nearlyJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom("", ",", "{", "}", "[", "]", '"', "\\", "0", "-", ".", "e", "\n", "é", ":"),
  )
  .map(([json, at, put]) => {
    const cut = at % (json.length + 1);
    return json.slice(0, cut) + put + json.slice(cut + 1);
  });

describe("JsonScanner", () => {
  it("finds the end of any JSON value", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("", " ", "\n\t"), (json, space) => {
        // A bare number has no end of its own: what follows decides.
        expect(scan(`[${space}${json}${space}]tail`)).toBe(Buffer.byteLength(`[${space}${json}${space}]`));
      }),
    );
  });

  it("takes exactly what JSON.parse takes", () => {
    fc.assert(
      fc.property(nearlyJson, (inner) => {
        const text = `[${inner}]`;
        expect(scan(text) === Buffer.byteLength(text)).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("asks for more where a value is cut off anywhere", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, at) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const cut = at % bytes.length;
        expect(new JsonScanner().scan(bytes, 0, cut)).toBe(INCOMPLETE);
      }),
    );
  });

  it.each([
    "[01]",
    "[1.]",
    "[.5]",
    "[-]",
    "[1e]",
    "[+1]",
    '["\\x"]',
    '["\\u12g4"]',
    "[tru]",
    "[1,]",
    '{"a":1,}',
    '{"a"}',
    '["\t"]',
    "{1:2}",
    "[}",
    "nul!",
  ])("refuses %s", (text) => {
    expect(scan(text)).toBe(INVALID);
  });

  it("refuses nesting without bounds instead of following it", () => {
    expect(scan("[".repeat(300))).toBe(INVALID);
  });

  it("finds watched keys at the top only, however they are written", () => {
    const text = '{ "a":{"type":1}, "ty\\u0070e" : "x" ,"b":["type"], "type":2}';
    const bytes = Buffer.from(text);
    const scanner = new JsonScanner([{ name: "type", replaced: false }]);

    expect(scanner.scan(bytes, 0, bytes.length)).toBe(bytes.length);

    expect(hitsOf(scanner).map(({ valueStart, valueEnd }) => text.slice(valueStart, valueEnd))).toEqual([
      '"x"',
      "2",
    ]);
  });

  it("leaves a valid object when the replaced pairs are cut, wherever they stand", () => {
    const keys = fc.uniqueArray(fc.constantFrom("a", "b", "c", "type", "x", "region"), { maxLength: 6 });
    fc.assert(
      fc.property(keys, fc.constantFrom("", " ", "\n"), (names, space) => {
        const pairs = names.map((name) => `${space}"${name}"${space}:${space}{"n":[1,"${name}"]}${space}`);
        const bytes = Buffer.from(`{${pairs.join(",")}}`);
        const scanner = new JsonScanner(["type", "region"].map((name) => ({ name, replaced: true })));
        scanner.scan(bytes, 0, bytes.length);

        let left = "";
        let from = 0;
        for (const { cutStart, cutEnd } of hitsOf(scanner)) {
          left += bytes.toString("utf8", from, cutStart);
          from = cutEnd;
        }
        left += bytes.toString("utf8", from);

        const kept = names.filter((name) => name !== "type" && name !== "region");
        expect(Object.keys(JSON.parse(left) as object)).toEqual(kept);
        expect(scanner.keepsPairs).toBe(kept.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("BracketFollower", () => {
  it("finds the end of a value fed in any pieces", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 7 }),
        (value, step) => {
          const bytes = Buffer.from(`${JSON.stringify(value)},{"next":1}`);
          const follower = new BracketFollower();
          let end = -1;
          for (let at = 0; end < 0; at += step)
            end = follower.advance(bytes, at, Math.min(at + step, bytes.length));
          expect(end).toBe(bytes.length - ',{"next":1}'.length);
        },
      ),
    );
  });
});
