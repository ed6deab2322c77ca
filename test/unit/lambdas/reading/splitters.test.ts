import fc from "fast-check";
import { longestTextBytes } from "../../../../lambdas/reading/formats/long-record";
import { TextLines } from "../../../../lambdas/reading/formats/text-lines";
import { split, type SplitRecord } from "../../../support/splitting";

const texts = (records: readonly SplitRecord[]): string[] => records.map(({ text }) => text);
const kinds = (records: readonly SplitRecord[]): string[] => records.map(({ kind }) => kind);
const chunkLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe("text lines", () => {
  it("cuts at LF and CRLF, and takes a last line without newline", () => {
    expect(texts(split("text", Buffer.from("a\nb\r\n\n\r\n c \nlast")))).toEqual(["a", "b", " c ", "last"]);
  });

  it("keeps a lone carriage return as part of the line", () => {
    expect(texts(split("text", Buffer.from("a\rb\n")))).toEqual(["a\rb"]);
  });

  it.each([
    ["at LF", "#Version: 1.0\n#Fields: a b\n1 2\n#again\n3 #4\n#last"],
    ["at CRLF", "#Version: 1.0\r\n#Fields: a b\r\n1 2\r\n#\r\n3 #4\r\n#last\r\n"],
  ])("consumes comments wherever they are, however the bytes come: %s", (_, content) => {
    const bytes = Buffer.from(content);
    const start = { offset: 0, lines: 0, state: undefined, comment: Buffer.from("#") };
    for (let length = 1; length <= bytes.length; length++) {
      const splitter = new TextLines(start);
      const lines: string[] = [];
      const take = (chunk: Buffer, last: boolean): void => {
        for (const slice of splitter.split(chunk, last))
          lines.push(slice.buffer.toString("utf8", slice.start, slice.end));
      };
      for (let at = 0; at < bytes.length; at += length) take(bytes.subarray(at, at + length), false);
      take(Buffer.alloc(0), true);
      expect(lines).toEqual(["1 2", "3 #4"]);
      expect([splitter.lines, splitter.headerLines]).toEqual([6, 4]);
    }
  });

  it.each([
    ["fits", longestTextBytes, 1],
    ["is one byte too long", longestTextBytes + 1, 2],
    ["is twice the limit", 2 * longestTextBytes, 2],
    ["is twice the limit and a byte", 2 * longestTextBytes + 1, 3],
  ])("ships a line that %s in as few parts as possible", (_, length, parts) => {
    for (const end of ["", "\n", "\r\n"]) {
      const line = "x".repeat(length);
      for (const lengths of [[1_000_000], [longestTextBytes], [longestTextBytes + 1], [1000]]) {
        const records = split("text", Buffer.from(`first\n${line}${end}`), { chunkLengths: lengths });
        expect(texts(records).slice(1).join("")).toBe(line);
        expect(records).toHaveLength(parts + 1);
        const numbers = records.slice(1).map(({ part }) => part);
        expect(numbers).toEqual(parts === 1 ? [0] : numbers.map((_part, index) => index + 1));
        expect(records.map(({ last }) => last).lastIndexOf(false)).toBe(parts === 1 ? -1 : parts - 1);
      }
    }
  });

  it("never cuts a character in two", () => {
    const line = "é€𝄞".repeat(20_000);

    const records = split("text", Buffer.from(line), { chunkLengths: [777] });

    expect(records.length).toBeGreaterThan(4);
    expect(texts(records).join("")).toBe(line);
    for (const { text } of records) {
      expect(text).not.toContain("\ufffd");
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longestTextBytes);
    }
  });
});

describe("JSON objects", () => {
  it("takes one a line, pretty-printed ones, and ones with nothing between them", () => {
    const bytes = Buffer.from('{"a":1}\n{\n  "b": [\n    2\n  ]\n}\r\n{"c":3}{"d":4}');
    expect(texts(split("json", bytes))).toEqual([
      '{"a":1}',
      '{\n  "b": [\n    2\n  ]\n}',
      '{"c":3}',
      '{"d":4}',
    ]);
  });

  it("ships a line that is no object as text, and goes on behind it", () => {
    const lines = ['{"a":1}', '{"a":', "plain", "[1,2]", "null", '{"b":01}', '{"c":3}'];

    const records = split("json", Buffer.from(lines.join("\n")));

    expect(texts(records)).toEqual(lines);
    expect(kinds(records)).toEqual(["json", "text", "text", "text", "text", "text", "json"]);
  });

  it("keeps the indentation of lines of text", () => {
    const bytes = Buffer.from('{"a":1}\n\n    at run (a.js:1)\n  {"b":2}\n\tat end');
    expect(texts(split("json", bytes))).toEqual(['{"a":1}', "    at run (a.js:1)", '{"b":2}', "\tat end"]);
    for (let length = 1; length < bytes.length; length++) {
      expect(split("json", bytes, { chunkLengths: [length, 1000] })).toEqual(split("json", bytes));
    }
  });

  it("ships an object that is too long in parts of its text, and goes on behind it", () => {
    const long = JSON.stringify({ a: "x".repeat(80_000), b: ['"}{', "\\"] }, null, 1);
    const bytes = Buffer.from(`{"n":1}\n${long}\n{"n":2}\n`);

    for (const lengths of [[1_000_000], [5000], [33]]) {
      const records = split("json", bytes, { longestRecordBytes: 50_000, chunkLengths: lengths });
      const parts = records.slice(1, -1);
      expect(texts(parts).join("")).toBe(long);
      expect(parts.map(({ part }) => part)).toEqual([1, 2, 3]);
      expect(kinds(records)).toEqual(["json", "text", "text", "text", "json"]);
      expect(records.at(-1)?.text).toBe('{"n":2}');
    }
  });

  it("makes bytes that are no UTF-8 readable without losing the object", () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0x41]), Buffer.from('"}')]);
    expect(split("json", bytes)).toMatchObject([{ kind: "json", text: '{"a":"\ufffdA"}' }]);
  });
});

describe("array elements", () => {
  it("takes each element of an array, whatever stands between them", () => {
    const bytes = Buffer.from(' [\n {"a":1} ,\n{"b":{"c":[]}}, 5, "x"\n]\n');
    expect(texts(split("json-array", bytes))).toEqual(['{"a":1}', '{"b":{"c":[]}}', '5, "x"', "]"]);
  });

  it("takes CloudTrail's records, file after file", () => {
    const bytes = Buffer.from('{"Records":[{"a":1},{"b":2}]}\n{ "Records" : [ ] } {"Records":[{"c":3}]}');
    expect(texts(split("records", bytes))).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it("ships the rest as text from where an array is damaged", () => {
    const bytes = Buffer.from('{"Records":[{"a":1},{"b" 2},{"c":3}]}\nmore\n');
    const records = split("records", bytes);
    expect(texts(records)).toEqual(['{"a":1}', '{"b" 2},{"c":3}]}', "more"]);
    expect(kinds(records)).toEqual(["json", "text", "text"]);
  });

  it("ships what follows the records as text", () => {
    expect(texts(split("records", Buffer.from('{"Records":[{"a":1}],"x":1}')))).toEqual([
      '{"a":1}',
      ',"x":1}',
    ]);
  });
});

describe("every splitter", () => {
  const json = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }), { maxLength: 8 });
  const files: [string, fc.Arbitrary<string>][] = [
    ["text", fc.array(fc.string({ maxLength: 60 }), { maxLength: 20 }).map((lines) => lines.join("\n"))],
    ["json", json.map((objects) => objects.map((value) => JSON.stringify(value)).join("\n"))],
    ["json", json.map((objects) => objects.map((value) => JSON.stringify(value, null, 2)).join("\n"))],
    ["json", fc.array(fc.oneof(fc.json(), fc.string()), { maxLength: 10 }).map((lines) => lines.join("\n"))],
    [
      "json",
      fc
        .array(fc.constantFrom(" ", "\t", "\n", '{"a":', "1}", "x", "{}", " {"), { maxLength: 20 })
        .map((bits) => bits.join("")),
    ],
    ["json-array", json.map((objects) => JSON.stringify(objects, null, 1))],
    ["records", json.map((objects) => JSON.stringify({ Records: objects }))],
    [
      "records",
      fc.tuple(json, fc.nat()).map(([objects, at]) => JSON.stringify({ Records: objects }).slice(0, at)),
    ],
  ];

  it.each(files)("finds the same records whatever the chunks (%s)", (format, file) => {
    fc.assert(
      fc.property(file, chunkLengths, (content, lengths) => {
        const bytes = Buffer.from(content);
        const whole = split(format, bytes, { longestRecordBytes: 100 });
        expect(split(format, bytes, { longestRecordBytes: 100, chunkLengths: lengths })).toEqual(whole);
      }),
    );
  });

  it.each(files)("goes on behind any record with nothing lost or doubled (%s)", (format, file) => {
    fc.assert(
      fc.property(file, fc.nat(), (content, pick) => {
        const bytes = Buffer.from(content);
        const whole = split(format, bytes, { longestRecordBytes: 100 });
        fc.pre(whole.length > 0);
        const index = pick % whole.length;
        const { nextOffset, nextState } = whole[index];

        const rest = split(format, bytes.subarray(nextOffset), {
          longestRecordBytes: 100,
          offset: nextOffset,
          // As a continuation carries it.
          state: nextState && (JSON.parse(JSON.stringify(nextState)) as typeof nextState),
        });

        expect(rest).toEqual(whole.slice(index + 1));
      }),
    );
  });
});
