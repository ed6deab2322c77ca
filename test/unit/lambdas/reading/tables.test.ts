import fc from "fast-check";
import type { TableState } from "../../../../lambdas/reading/formats/record";
import { longestHeaderBytes } from "../../../../lambdas/reading/formats/table-columns";
import { split, type SplitOptions, type SplitRecord } from "../../../support/splitting";

const commas: TableState = { delimiter: ",", quotes: true };

function rows(bytes: Buffer | string, table = commas, options: SplitOptions = {}): SplitRecord[] {
  return split("csv", Buffer.from(bytes), { state: { table }, ...options });
}

/** Rows as objects, and what is no row as its text. */
function read(bytes: Buffer | string, table = commas): unknown[] {
  return rows(bytes, table).map(({ kind, text }) => (kind === "json" ? (JSON.parse(text) as unknown) : text));
}

describe("tables", () => {
  it("have a record a row, with the names of the header row", () => {
    expect(read("time,level\n1,info\r\n2,warn")).toEqual([
      { time: "1", level: "info" },
      { time: "2", level: "warn" },
    ]);
  });

  it("may have delimiters, line breaks and doubled quotes in quoted cells", () => {
    const text = 'a,b,c\r\n"1,2","say ""hi""\r\nbye",""""\n"é","",x"y\n';

    expect(read(text)).toEqual([
      { a: "1,2", b: 'say "hi"\r\nbye', c: '"' },
      { a: "é", c: 'x"y' },
    ]);
  });

  it("have fewer fields where a row has fewer cells, and fields by number where it has more", () => {
    expect(read("a,b\n1\n1,2,3,4\n")).toEqual([{ a: "1" }, { a: "1", b: "2", column_3: "3", column_4: "4" }]);
  });

  it("leave empty cells and empty lines out, not rows of empty cells", () => {
    expect(read("a,b\n\n,2\r\n\r\n,\n")).toEqual([{ b: "2" }, {}]);
  });

  it("name each column once, without the spaces around it, and empty ones by number", () => {
    expect(read(' a ,,a,"a",column_2\n1,2,3,4,5,6\n')).toEqual([
      { a: "1", column_2: "2", a_2: "3", a_3: "4", column_2_2: "5", column_6: "6" },
    ]);
  });

  it("leave dots out of names that Logz.io would take no document with", () => {
    expect(read("No.,.env,a..b,..,a.b\n1,2,3,4,5\n")).toEqual([
      { No: "1", env: "2", "a.b": "3", column_4: "4", "a.b_2": "5" },
    ]);
  });

  it("take the names of a source whose files have no header", () => {
    expect(read("1,2\n", { ...commas, columns: ["x", "y"] })).toEqual([{ x: "1", y: "2" }]);
  });

  it("take quotes for text where cells are a tab apart", () => {
    expect(read('a\tb\n"1\tx "y"\n', { delimiter: "\t", quotes: false })).toEqual([{ a: '"1', b: 'x "y"' }]);
  });

  it("write what is no UTF-8 as U+FFFD, and control characters escaped", () => {
    expect(read(Buffer.from("a\n\xff\x01\\\n", "latin1"))).toEqual([{ a: "\ufffd\u0001\\" }]);
  });

  it("ship the line of a quote that is never closed as text, and go on with the next", () => {
    expect(read('a,b\n1,2\n3,"4\n5,6\n7,8\n')).toEqual([
      { a: "1", b: "2" },
      '3,"4',
      { a: "5", b: "6" },
      { a: "7", b: "8" },
    ]);
  });

  it("ship the line of a quote with text behind it as text", () => {
    expect(read('a,b\n"1"x,2\n3,"4"\n"5"\r6\n')).toEqual(['"1"x,2', { a: "3", b: "4" }, '"5"\r6']);
  });

  it("ship a header that cannot be read, or is too long, as text, and name the columns by number", () => {
    const long = "x".repeat(longestHeaderBytes + 1);

    expect(read('a,"b\n1,2\n')).toEqual(['a,"b', { column_1: "1", column_2: "2" }]);
    expect(read(`${long}\n1,2\n`)).toEqual([long, { column_1: "1", column_2: "2" }]);
    // Short as text, and long as the names of which each is there once.
    const alike = "a,".repeat(5_000);
    expect(read(`${alike}\n1,2\n`)).toEqual([alike, { column_1: "1", column_2: "2" }]);
  });

  it("lose nothing of a file whose lines end at carriage returns alone", () => {
    expect(read("a,b\r1,2\r3,4\r")).toEqual(["a,b\r1,2\r3,4"]);
    expect(read('a,"b\r\nc"\r\n1,2\r\n')).toEqual([{ a: "1", "b\r\nc": "2" }]);
  });

  it("lose nothing of JSON that lies among tables", () => {
    expect(read('{"n": 1, "m": 2}\n')).toEqual(['{"n": 1, "m": 2}']);
  });

  it("ship a row that is longer than a document in parts of its text", () => {
    const cell = "é".repeat(20_000);
    const options = { longestRecordBytes: 39_000 };

    const found = rows(`a,b\n1,${cell}\n2,x\n`, commas, options);

    expect(found.map(({ kind, part, last }) => [kind, part, last])).toEqual([
      ["text", 1, false],
      ["text", 2, true],
      ["json", 0, true],
    ]);
    expect(found[0].text + found[1].text).toBe(`1,${cell}`);
  });

  it("are told apart by their original text where records are chosen", () => {
    const [row] = rows('a,b\n"1",2\r\n');

    expect(row.original).toBe('"1",2');
  });

  const cell = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom("", "1", "é", '"', '""', "x y", '"a"', '"a,b"', '"c\nd"', '"e""f"'),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 400 }).map((length) => "x".repeat(length)) },
  );
  const row = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(","));
  const file = fc
    .array(fc.tuple(row, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 12 })
    .map((lines) => Buffer.from(lines.flat().join("")));

  it("are the same however the bytes come, and from each position that a run may stop at", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(file, lengths, fc.constantFrom(60, 300, 499_000), (bytes, chunkLengths, longest) => {
        const options = { longestRecordBytes: longest };
        const whole = rows(bytes, commas, options);

        expect(rows(bytes, commas, { ...options, chunkLengths })).toEqual(whole);

        for (const [index, { nextOffset: offset, nextState: state }] of whole.entries()) {
          const rest = rows(bytes.subarray(offset), commas, { ...options, offset, state });
          expect(rest).toEqual(whole.slice(index + 1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("give back each cell that was written as RFC 4180 has it", () => {
    const cells = fc.array(
      fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 2, maxLength: 2 }),
    );
    fc.assert(
      fc.property(cells, (table) => {
        const quoted = table.map((texts) => texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));

        expect(read(["a,b", ...quoted].join("\r\n"))).toEqual(table.map(([a, b]) => ({ a, b })));
      }),
      { numRuns: 200 },
    );
  });
});
