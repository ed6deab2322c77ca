import fc from "fast-check";
import type { ColumnTime } from "../../../../lambdas/reading/log-time";
import { longestTimeBytes, writeColumnTime, writeValueTime } from "../../../../lambdas/shipping/record-time";

/** The JSON text that is written, or undefined where the line holds no time. */
function ofLine(time: ColumnTime, line: string): string | undefined {
  const target = Buffer.alloc(100);
  // What lies around the line is no part of it.
  const source = Buffer.from(`9${line}9`);
  const end = writeColumnTime(time, source, 1, source.length - 1, target, 7);
  expect(end - 7).toBeLessThanOrEqual(longestTimeBytes);
  return end === 7 ? undefined : (JSON.parse(target.toString("utf8", 7, end)) as string);
}

function ofValue(json: string): string | undefined {
  const target = Buffer.alloc(100);
  const end = writeValueTime(Buffer.from(json), 0, Buffer.byteLength(json), target, 0);
  return end === 0 ? undefined : (JSON.parse(target.toString("utf8", 0, end)) as string);
}

const aDate = fc.date({
  min: new Date("1974-01-01T00:00:00Z"),
  max: new Date("2999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

describe("an ISO 8601 time in a column", () => {
  const iso = (text: string): string | undefined => ofLine({ kind: "iso", column: 1 }, `h2 ${text} app/x`);

  it.each([
    ["2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z"],
    ["2026-01-05T10:00:00.186641Z", "2026-01-05T10:00:00.186641Z"],
    ["2026-01-05T10:00:00", "2026-01-05T10:00:00Z"],
    ["2026-01-05T10:00:00.5", "2026-01-05T10:00:00.5Z"],
    ["2026-01-05T10:00:00+0530", "2026-01-05T10:00:00+05:30"],
    ["2026-01-05T10:00:00.123456789-05:30", "2026-01-05T10:00:00.123456789-05:30"],
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"],
  ])("%s is %s", (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each([
    "2026-01-05",
    "2026-01-05T10:00Z",
    "2026-13-05T10:00:00Z",
    "2026-00-05T10:00:00Z",
    "2026-02-29T10:00:00Z",
    "2026-01-32T10:00:00Z",
    "2026-01-05T24:00:00Z",
    "2026-01-05T10:60:00Z",
    "2026-01-05T10:00:60Z",
    "2026-01-05T10:00:00.Z",
    "2026-01-05T10:00:00.1234567890Z",
    "2026-01-05T10:00:00+05",
    "2026-01-05T10:00:00+24:00",
    "2026-01-05T10:00:00Zebra",
    "2026/01/05T10:00:00Z",
    "2026-01-05t10:00:00Z",
    `2026-01-05T10:00:00.${"0".repeat(10_000)}Z`,
    "-",
    "",
  ])("%s is none", (text) => {
    expect(iso(text)).toBeUndefined();
  });

  it("is looked for in its column alone, which a line may lack", () => {
    expect(ofLine({ kind: "iso", column: 0 }, "2026-01-05T10:00:00Z")).toBe("2026-01-05T10:00:00Z");
    expect(ofLine({ kind: "iso", column: 2 }, "tls\t2.0\t2026-01-05T10:00:00")).toBe("2026-01-05T10:00:00Z");
    expect(ofLine({ kind: "iso", column: 1 }, "2026-01-05T10:00:00Z")).toBeUndefined();
    expect(ofLine({ kind: "iso", column: 1 }, "a  2026-01-05T10:00:00Z")).toBeUndefined();
    expect(ofLine({ kind: "iso", column: 0 }, "")).toBeUndefined();
  });
});

describe("UNIX time in a column", () => {
  const epoch = (text: string): string | undefined =>
    ofLine({ kind: "epoch", column: 1 }, `eni-1 ${text} ACCEPT`);

  it("is the same moment, in seconds and in milliseconds, at any date", () => {
    fc.assert(
      fc.property(aDate, (date) => {
        const ms = date.getTime();
        const second = new Date(Math.floor(ms / 1000) * 1000).toISOString().replace(".000Z", "Z");
        expect(epoch(String(Math.floor(ms / 1000)))).toBe(second);
        expect(epoch(String(ms))).toBe(date.toISOString());
      }),
    );
  });

  it("keeps its fraction", () => {
    expect(epoch("1767607200.186641")).toBe("2026-01-05T10:00:00.186641Z");
    expect(epoch("1767607200.000000001")).toBe("2026-01-05T10:00:00.000000001Z");
  });

  it.each([
    "-",
    "0",
    "443",
    "-1767607200",
    "1767607200.",
    "1767607200x",
    "1767607200.1234567890",
    "1767607200123.5",
    "176760720012345",
    "1e10",
  ])("%s is none", (text) => {
    expect(epoch(text)).toBeUndefined();
  });
});

describe("the time of a web server's line", () => {
  const common = (text: string): string | undefined =>
    ofLine({ kind: "clf", column: 2 }, `owner bucket ${text} 192.0.2.1`);
  const twoColumns = (text: string): string | undefined => ofLine({ kind: "dateAndTime", column: 0 }, text);

  it("may be the Common Log Format's", () => {
    fc.assert(
      fc.property(aDate, (date) => {
        const month = date.toLocaleString("en", { month: "short", timeZone: "UTC" });
        const iso = date.toISOString();
        const text = `[${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000]`;
        expect(common(text)).toBe(`${iso.slice(0, 19)}+00:00`);
      }),
    );
    expect(common("[06/Feb/2019:00:00:38 -0730]")).toBe("2019-02-06T00:00:38-07:30");
  });

  it.each([
    "[31/Feb/2019:00:00:38 +0000]",
    "[06/feb/2019:00:00:38 +0000]",
    "[06/Feb/19:00:00:38 +0000]",
    "[6/Feb/2019:00:00:38 +0000]",
    "[06/Feb/2019:00:00:38 UTC+0]",
    "[06/Feb/2019:25:00:38 +0000]",
    "06/Feb/2019:00:00:38 +0000 ",
    "[06/Feb/2019:00:00:38 +0000",
    "-",
  ])("%s is none", (text) => {
    expect(common(text)).toBeUndefined();
  });

  it("may be a date and a time in two columns", () => {
    expect(twoColumns("2026-01-05\t10:00:00\tFRA2-C1")).toBe("2026-01-05T10:00:00Z");
    expect(twoColumns("2026-01-05\t10:00:00")).toBe("2026-01-05T10:00:00Z");
    for (const line of [
      "2026-01-05\t10:00",
      "2026-01-05",
      "2026-01-32\t10:00:00\tx",
      "2026-01-05T10:00:00\tx",
    ])
      expect(twoColumns(line)).toBeUndefined();
    expect(twoColumns("2026-01-05\t10:00:001\tx")).toBeUndefined();
  });
});

describe("the time in a JSON value", () => {
  it.each([
    ['"2026-01-05T10:00:00Z"', "2026-01-05T10:00:00Z"],
    ["1767607200123", "2026-01-05T10:00:00.123Z"],
    ["1767607200", "2026-01-05T10:00:00Z"],
    ["1767607200.25", "2026-01-05T10:00:00.25Z"],
    ['"1767607200"', "2026-01-05T10:00:00Z"],
    ['"2026-01-05 10:00:00"', "2026-01-05T10:00:00Z"],
    ['"2026-01-05 10:00:00,186+0100"', "2026-01-05T10:00:00.186+01:00"],
    ['"2026-01-05T10:00:00,5Z"', "2026-01-05T10:00:00.5Z"],
  ])("%s is %s", (json, expected) => {
    expect(ofValue(json)).toBe(expected);
  });

  it.each([
    '"2026-01-05T10:00:00\\u005a"',
    '"2026-01-05_10:00:00"',
    '"2026-01-05 10:00:00,"',
    '""',
    '"',
    "5",
    "null",
    "true",
    "{}",
    '{"a-b":1}',
    "[]",
    '"yesterday"',
  ])("%s is none", (json) => {
    expect(ofValue(json)).toBeUndefined();
  });
});
