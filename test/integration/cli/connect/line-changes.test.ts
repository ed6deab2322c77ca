import fc from "fast-check";
import { lineChanges } from "../../../../cli/connect/line-changes";

test("names the lines that were added and taken away", () => {
  expect(lineChanges("a\nb\nc\n", "a\nx\nc\nd\n")).toEqual([
    { sign: "-", number: 2, line: "b" },
    { sign: "+", number: 2, line: "x" },
    { sign: "+", number: 4, line: "d" },
  ]);
  expect(lineChanges("a\n", "a\n")).toEqual([]);
});

test("leads from one text to the other", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (old, now) => {
      const changes = lineChanges(old.join("\n"), now.join("\n"));
      const lines = old.join("\n").split("\n");
      const gone = changes.filter(({ sign }) => sign === "-").map(({ number }) => number - 1);
      const kept = lines.filter((_, index) => !gone.includes(index));
      for (const { sign, number, line } of changes) if (sign === "+") kept.splice(number - 1, 0, line);
      expect(kept.join("\n")).toBe(now.join("\n"));
    }),
  );
});
