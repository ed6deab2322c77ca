import fc from "fast-check";
import { longestTextBytes } from "../../../../lambdas/reading/formats/long-record";
import { DocumentWriter } from "../../../../lambdas/shipping/document";
import { Lane } from "../../../../lambdas/shipping/lane";
import { corpora, corpus } from "../../../support/corpora";
import { jsonTexts, shippedFiles } from "../../../support/file-bytes";
import { noChunks, TwoWays, type Shipped, type ShippedFile } from "../../../support/two-ways";

const ways = new TwoWays(10_000);
const wide = new TwoWays(1_000_000);
const numRuns = 500;
const fields = { type: "t", s3_object_key: "b/k", aws_region: "us-east-1" };

const file = (format: string, bytes: Buffer | string, more: Partial<ShippedFile> = {}): ShippedFile => ({
  format,
  bytes: Buffer.from(bytes),
  chunkLengths: [1_000_000],
  settings: { fields },
  ...more,
});

/** Both ways must agree; says how many records the lane left to the other way. */
function agree(either: TwoWays, any: ShippedFile): Shipped {
  const { unusual, ...byLane } = either.byLane(any);
  const byJavaScript: Partial<Shipped> = either.byJavaScript(any);
  expect(byLane).toEqual({ ...byJavaScript, unusual: undefined });
  return { unusual, ...byLane };
}

/** Times of every form, and what is nearly one. */
const timeTexts = fc
  .tuple(
    fc.oneof(
      fc
        .date({ min: new Date(0), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
        .map((date) => date.toISOString()),
      fc
        .nat({ max: Number.MAX_SAFE_INTEGER })
        .chain((digits) => fc.integer({ min: 1, max: 16 }).map((length) => String(digits).slice(0, length))),
      fc.constantFrom(
        "1767607200.25",
        "1767607200123.5",
        "2024-02-29 23:59:59",
        "2023-02-29 23:59:59",
        "2026-01-05T10:00:00-0530",
        "2026-01-05 10:00:00,186-0530",
      ),
      fc.constantFrom(
        "[29/Feb/2024:00:00:38 +0000]",
        "[29/Feb/2100:00:00:38 +0000]",
        "[06/Dec/2019:23:59:38 -0730]",
      ),
    ),
    fc.option(fc.tuple(fc.nat(30), fc.constantFrom("", ...Array.from("0123456789:-+.,TZ []/DF"))), {
      freq: 2,
    }),
    fc.constantFrom("", " x", "\tx"),
  )
  .map(([text, change, behind]) =>
    change === null
      ? text + behind
      : text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1) + behind,
  );
const lineTimes = fc.constantFrom(
  ...(["iso", "epoch", "dateAndTime", "clf"] as const).flatMap((kind) => [
    { kind, column: 0 },
    { kind, column: 1 },
  ]),
);

describe("the lane", () => {
  it("makes of any file the same documents, bulks and positions as the JavaScript way", () => {
    fc.assert(
      fc.property(shippedFiles, (any) => {
        agree(ways, any);
      }),
      { numRuns },
    );
  });

  it("goes on behind any bulk as if it had not stopped", () => {
    fc.assert(
      fc.property(shippedFiles, fc.nat(), (any, pick) => {
        const { bulks } = ways.byLane(any);
        if (bulks.length === 0) return;
        const index = pick % bulks.length;
        const from = bulks[index].end;
        if (from.state?.long) return;
        const rest = agree(ways, { ...any, from }).bulks.map(({ body }) => body);
        expect(rest.join("")).toBe(
          bulks
            .slice(index + 1)
            .map(({ body }) => body)
            .join(""),
        );
      }),
      { numRuns: numRuns / 2 },
    );
  });

  it("dates lines and records as the JavaScript way does, whatever stands where their time should", () => {
    fc.assert(
      fc.property(fc.array(timeTexts, { minLength: 1, maxLength: 40 }), lineTimes, (times, time) => {
        const { bulks } = agree(ways, file("text", times.join("\n"), { settings: { fields, time } }));
        for (const { body } of bulks)
          expect(() => JSON.parse(`[${body.trim().replaceAll("\n", ",")}]`) as unknown).not.toThrow();
        const values = times.map(
          (text) => `{"t":${/^\d{1,15}$/.test(text) ? Number(text) : JSON.stringify(text)}}`,
        );
        const field = { kind: "field", name: "t" } as const;
        agree(ways, file("json", values.join("\n"), { settings: { fields, time: field } }));
      }),
      { numRuns },
    );
  });

  it("takes for JSON only what is JSON", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        const { unusual, records, bulks } = agree(
          ways,
          file("json", Buffer.concat([text, Buffer.from("\n")])),
        );
        if (records === 0 || unusual > 0) return;
        expect(() => JSON.parse(text.toString()) as unknown).not.toThrow();
        for (const { body } of bulks) expect(() => JSON.parse(body) as unknown).not.toThrow();
      }),
      { numRuns: numRuns * 2 },
    );
  });

  it.each(corpora)("takes all records of %s", (kind) => {
    const bytes = Buffer.concat([...corpus(kind, 300_000).generate()]);
    const json = kind === "cloudtrail" ? "records" : "json";
    const format = kind === "alb" || kind === "vpc" ? "text" : json;
    const { unusual, records } = agree(wide, file(format, bytes, { chunkLengths: [65_536] }));
    expect(records).toBeGreaterThan(300);
    // The first element comes with the array's opening, which is the splitter's to find.
    expect(unusual).toBe(kind === "cloudtrail" ? 1 : 0);
  });

  it.each([
    ["quotes, backslashes and tabs in text", "text", 'say "hi"\\ \ttab\n'],
    ["control characters and lone carriage returns in text", "text", "a\u0001b\rc\u001f\n"],
    ["CRLF and empty lines in text", "text", "a\r\n\r\n\nb\r\n"],
    ["text beyond ASCII", "text", "é日本😀\n"],
    ["comments", "text", "#Version: 1.0\n#Fields: date\na\n"],
    ["objects without anything between them", "json", '{"a":1}{"a":2}{}'],
    ["objects at CRLF", "json", '{"a":1}\r\n{"a":2}\r\n'],
    ["single spaces between tokens", "json", '{"a": 1, "b": [1, 2], "c": {"d": null}}\n'],
    [
      "keys that ours replace",
      "json",
      '{"type":"x","a":1,"aws_region":[1,{"b":"}"}],"type":2}\n{"type":1}\n',
    ],
    ["a time", "json", '{"a":1,"eventTime":"2026-01-05T10:00:00Z"}\n'],
    [
      "escapes and text beyond ASCII in JSON",
      "json",
      '{"a\\"":"\\u00e9\\\\","é":"日本"}\n'.replace('a\\"', "a"),
    ],
    ["numbers of every form", "json", '{"a":[0,-0,1.5,1e5,-2.5E-3,12345678901234567890123]}\n'],
    ["64 levels", "json", `${'{"a":'.repeat(63)}{}${"}".repeat(63)}\n`],
  ])("takes %s", (_what, format, text) => {
    const settings = { fields, time: { kind: "field", name: "eventTime" }, recordIdPrefix: "id" } as const;
    const { unusual, records } = agree(ways, file(format, text, { settings, log: "cloudfront" }));
    expect(records).toBeGreaterThan(0);
    expect(unusual).toBe(0);
  });

  it.each([
    ["a line that comes in parts", "text", "x".repeat(longestTextBytes * 3)],
    [
      "lines around the longest",
      "text",
      [-1, 0, 1, 2].map((more) => "x".repeat(longestTextBytes + more)).join("\r\n"),
    ],
    ["bytes that are no UTF-8", "text", Buffer.from("a\xff\n\xc3\x28\n\xed\xa0\x80\nb\n", "latin1")],
    ["an object that comes in parts", "json", `{"a":"${"x".repeat(600_000)}"}\n{"b":1}\n`],
    [
      "objects around the longest",
      "json",
      [0, 1, 2].map((more) => `{"a":"${"x".repeat(499_660 + more)}"}`).join("\n"),
    ],
    ["a long element", "records", `{"Records":[{"a":1},{"a":"${"x".repeat(600_000)}"},{"b":1}]}`],
    ["65 levels", "json", `{"a":1}${'{"a":'.repeat(64)}{}${"}".repeat(64)}{"b":2}`],
    ["more white space than is ever at hand", "json", `{"a":1}${" \n".repeat(600_000)}{"b":2}`],
    ["a text without a line break", "text", "no end"],
    ["nothing", "text", ""],
  ])("leaves %s to the JavaScript way", (_what, format, bytes) => {
    const small = bytes.length < 500_000 ? [1, 7, 100] : [];
    for (const length of [1_000_000, 65_536, 999, ...small]) {
      agree(wide, file(format, bytes, { chunkLengths: [length] }));
    }
  });

  it.each(["]\n}\nend", "]\n,]}\nend"])("counts each line once where an array ends by %j", (ending) => {
    for (const length of [1, 3, 1000]) {
      const bytes = `{"Records":[{"a":1}\n${ending}`;
      const { bulks } = agree(ways, file("records", bytes, { chunkLengths: [length] }));
      expect(bulks[0].end.line).toBe(4);
    }
  });

  it("fills a bulk up to its limit and not beyond", () => {
    const one = '{"type":"t","a":"x"}\n';
    const exact = new TwoWays(one.length * 7);
    const settings = { fields: { type: "t" } };
    const objects = agree(exact, file("json", '{"a":"x"}\n'.repeat(21), { settings }));
    expect(objects.bulks.map(({ documents }) => documents)).toEqual([7, 7, 7]);
    const lines = agree(exact, file("text", '"\n'.repeat(99), { settings }));
    expect(lines.bulks.length).toBeGreaterThan(10);
  });

  it("writes nothing behind the room of its bulk, whatever the document", () => {
    const lane = new Lane(2, 100_000);
    const [bulk, other] = lane.buffers;
    const writer = new DocumentWriter({
      fields: { type: "t", long: "x".repeat(99_900) },
      recordIdPrefix: "id",
    });
    other.buffer.fill(0xaa);
    for (const [format, record] of [
      ["text", `${"\u0001".repeat(longestTextBytes)}\n`],
      ["json", `{"a":"${"x".repeat(writer.longestRecordBytes - 8)}"}\n`],
    ] as const) {
      const start = {
        ...{ format, type: "t", encoding: undefined, offset: 0, line: 0, state: undefined },
        chunks: noChunks(),
      };
      bulk.clear();
      bulk.length = bulk.limitBytes;
      const records = lane.open(start, writer, { bulk: () => bulk, passed: () => undefined });
      const [first] = records?.split(Buffer.from(record), false) ?? [];
      expect(typeof first).toBe("symbol");
    }
    expect(other.buffer.every((byte) => byte === 0xaa)).toBe(true);
  });
});
