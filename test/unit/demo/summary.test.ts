import { problemsOf, type DemoResult, type ObjectResult } from "../../../cli/demo/result";
import { renderResult } from "../../../cli/demo/summary";
import {
  cutEnd,
  cutMiddle,
  describeTerminal,
  printable,
  widthOf,
  type Terminal,
} from "../../../cli/terminal/terminal";

const plain: Terminal = { columns: 80, colour: false, live: false };

const shipped: ObjectResult = {
  title: "CloudTrail",
  bucket: "b",
  key: "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/20/111122223333_CloudTrail_us-east-1_x.json.gz",
  bytes: 3728,
  outcome: "shipped",
  type: "cloudtrail",
  records: 1234,
  accepted: 1234,
  filtered: 0,
  refused: 0,
  seconds: 0.0123,
  documents: 1234,
  problems: [],
};
const skipped: ObjectResult = {
  ...shipped,
  key: "app/日本語日本語日本語日本語日本語日本語日本語日本語.log",
  outcome: "skipped",
  type: undefined,
  records: 0,
  accepted: 0,
  documents: 0,
};

function result(objects: readonly ObjectResult[], deadLetters = 0): DemoResult {
  return {
    node: { version: "22.1.0", deployedRuntime: true },
    hook: {
      runtime: "nodejs22.x",
      memoryMegabytes: 512,
      timeoutSeconds: 300,
      batchSize: 10,
      maxReceiveCount: 5,
    },
    objects,
    totals: {
      objects: objects.length,
      bytes: 3728,
      records: 1234,
      accepted: 1234,
      filtered: 0,
      refused: 0,
      documents: 1234,
      invocations: 2,
      requests: 3,
      wireBytes: 5000,
      deadLetters,
      seconds: 1.5,
    },
    documents: [`{"big":9223372036854775807,"text":"${"x".repeat(500)}","type":"cloudtrail"}`],
  };
}

describe("what the demo prints at its end", () => {
  it.each([40, 60, 80, 120])("fits a terminal of %d columns", (columns) => {
    const lines = renderResult(result([shipped, skipped]), { ...plain, columns });
    const table = lines.slice(0, 5);

    // Sentences may be longer than the narrowest terminals; the table and the documents may not.
    for (const line of columns < 80 ? table : lines)
      expect(widthOf(line)).toBeLessThanOrEqual(Math.max(columns, 56));
  });

  it("has one row an object, with its figures in line", () => {
    const lines = renderResult(result([shipped, skipped]), plain);
    const [header, first, second] = lines.slice(1, 4);

    expect(header).toMatch(/^ {2}object +type +records +bytes +time$/);
    expect(first).toMatch(/^✓ AWSLogs\/.*….*x\.json\.gz {2}cloudtrail {4}1,234 {2}3,728 {4}12 ms$/);
    expect(second).toMatch(/^· app\/.* {2}- +0 {2}3,728 {2}skipped$/);
    expect(widthOf(first)).toBe(widthOf(second));
  });

  it("shows documents as they are, without parsing their numbers", () => {
    const text = renderResult(result([shipped]), plain).join("\n");

    expect(text).toContain('{"big":9223372036854775807');
    expect(text).toContain('"type":"cloudtrail"}');
  });

  it("compares the requests with one a line, and gives the account", () => {
    const text = renderResult(result([shipped]), plain).join("\n");

    expect(text).toContain("1,234 records in = 1,234 accepted + 0 filtered + 0 refused");
    expect(text).toMatch(/requests +3, .* 1,234/);
    expect(text).toContain("npx cdktf deploy");
  });

  it("names each problem beside its object, and then no next steps", () => {
    const broken = { ...shipped, problems: ["1 documents arrived, 2 were expected"] };
    const lines = renderResult(result([broken]), plain);

    expect(lines.filter((line) => line.includes("2 were expected"))).toHaveLength(1);
    expect(lines.join("\n")).toContain("Not as it should be: 1 problem");
    expect(lines.join("\n")).not.toContain("What next");
  });

  it("counts a dead letter that belongs to no object as a problem", () => {
    expect(problemsOf(result([shipped], 1))).toEqual([
      { key: undefined, text: "1 in the dead-letter queue, of no object of this run" },
    ]);
    expect(problemsOf(result([shipped]))).toEqual([]);
  });
});

describe("the terminal", () => {
  it("is plain in a pipe and with NO_COLOR", () => {
    expect(describeTerminal({}, {})).toEqual({ columns: 120, colour: false, live: false });
    expect(describeTerminal({ isTTY: true, columns: 80 }, { NO_COLOR: "1" })).toEqual(plain);
    expect(describeTerminal({ isTTY: true, columns: 100 }, {})).toEqual({
      columns: 100,
      colour: true,
      live: true,
    });
    expect(describeTerminal({ isTTY: true, columns: 80 }, { TERM: "dumb" })).toEqual(plain);
  });

  it("counts wide and combining characters, and never cuts one in two", () => {
    expect(widthOf("日本")).toBe(4);
    expect(widthOf("e\u0301🪵")).toBe(3);
    expect(cutEnd("日本語", 4)).toBe("日…");
    expect(cutMiddle("日本語日本語", 6)).toBe("日…語");
    expect(cutEnd("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
    expect(cutMiddle("abc", 3)).toBe("abc");
  });

  it("cannot be driven by what is in a log file", () => {
    expect(printable("a\x1b[31mb\u009bc\r\nd\u202e")).toBe("a·[31mb·c··d·");
  });
});
