import fc from "fast-check";
import {
  compilePattern,
  matchesEverything,
  matchesNothing,
  patternProblem,
} from "../../../../lambdas/runtime/regular-expression";

describe("a pattern", () => {
  it("is found anywhere in text and in UTF-8, and in bytes that are none", () => {
    const pattern = compilePattern("é.+(?i:ERROR)$");

    expect(pattern.test("café: error")).toBe(true);
    expect(pattern.test(Buffer.from("café: error"))).toBe(true);
    expect(pattern.test(Buffer.from("café: errors"))).toBe(false);
    expect(compilePattern("a..b").test(Buffer.from([0x61, 0xff, 0xfe, 0x62]))).toBe(true);
  });

  it("finds what JavaScript's regular expressions find, where they are the same", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "1", "-", "é", "\n"), maxLength: 12 });
    const piece = fc.constantFrom(
      "a",
      "b+",
      ".",
      "\\d",
      "[^a ]",
      "(a|b1)*",
      "\\bb",
      "^",
      "$",
      "é?",
      "-{1,2}",
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), text, (pieces, subject) => {
        const pattern = pieces.join("");
        const expected = new RegExp(pattern, "u").test(subject);

        expect(compilePattern(pattern).test(subject)).toBe(expected);
        expect(compilePattern(pattern).test(Buffer.from(subject))).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["(a+)+$", `${"a".repeat(32_000)}!`],
    ["(a|aa)+b", `${"a".repeat(32_000)}cb`],
    ["(.*)(.*)(.*)(.*)[xyz]$", "a".repeat(32_000)],
    ["(a|b)*a(a|b){150}c", "abbab".repeat(6_400) + "c"],
  ])("takes no longer than its text is long, whatever it is: %s", (source, text) => {
    const pattern = compilePattern(source);
    const seconds = (): number => process.cpuUsage().user / 1e6;

    const before = seconds();
    pattern.test(Buffer.from(text));

    // JavaScript's own would be at it for years, or for a minute where it is quadratic.
    expect(seconds() - before).toBeLessThan(10);
  });

  it.each([
    ["(?=a)b", "which looks ahead or behind"],
    ["(?<!a)b", "which looks ahead or behind"],
    ["(a)\\1", "which refers back to a group"],
    ["(?<x>a)\\k<x>", "which refers back to a group"],
    ["\\u0041", "write the character itself, or \\x{41} with its code point"],
    ["[^]*", "write (?s:.) for any character"],
    ["a{1001}", "write counts of at most 1,000 in all"],
    ["*.log", "which begins with a star, as names of files are written; write .* for any text"],
    [
      "\bDEBUG\b",
      'which holds a control character (U+0008), as "\\b" in double quotes becomes; in YAML write patterns',
    ],
    ["/^\\d{4}/", "which is written between slashes; write what stands between them"],
    ["/error$/i", "write what stands between them, with (?i) before it where letters' case does not count"],
    ["a++", "which is no regular expression (invalid nested repetition operator: `++`); write one in RE2's"],
    ["\\d{501}", "which takes 503 steps once its counts are written out; write one of at most 500"],
  ])("is refused where it cannot be matched so: %s", (source, reason) => {
    expect(patternProblem(source)).toContain(`is ${JSON.stringify(source)}, `);
    expect(patternProblem(source)).toContain(reason);
  });

  it("is refused where it is long", () => {
    expect(patternProblem("x".repeat(1_001))).toBe("has 1001 characters; write at most 1000");
  });

  it("may have escaped what would be refused", () => {
    expect(patternProblem("\\(?=a\\[\\]")).toBeUndefined();
  });

  it("may have tabs and line breaks, and stand between slashes as folders do", () => {
    expect(patternProblem("\t\r\n")).toBeUndefined();
    expect(patternProblem("/CloudTrail/")).toBeUndefined();
    expect(patternProblem("^/$")).toBeUndefined();
  });

  it("is known to match everything, or an empty text", () => {
    expect([".*", ".", "a|.", "(?s:.)+", "$", "a*"].filter(matchesEverything)).toHaveLength(6);
    expect(["a", "^\\s*$", "[a-z]", "\\S"].filter(matchesEverything)).toEqual([]);
    expect(["a*", "^\\s*$", "a"].filter(matchesNothing)).toEqual(["a*", "^\\s*$"]);
  });
});
