import fc from "fast-check";
import { JsonObjects } from "../../../../lambdas/reading/formats/json-objects";
import { TextLines } from "../../../../lambdas/reading/formats/text-lines";
import {
  DocumentWriter,
  longestDocumentBytes,
  type DocumentSettings,
} from "../../../../lambdas/shipping/document";
import { writeJsonText } from "../../../../lambdas/reading/json-text";

const ours = { type: "t", s3_object_key: "b/k", aws_region: "us-east-1" };

/** The documents of a file's bytes, as text without the newline. */
function write(
  kind: "text" | "json",
  bytes: Buffer | string,
  settings: Partial<DocumentSettings> = {},
): string[] {
  const writer = new DocumentWriter({ fields: ours, ...settings });
  const start = { offset: 0, lines: 0, state: undefined };
  const splitter = kind === "json" ? new JsonObjects(start, writer) : new TextLines(start);
  const target = Buffer.alloc(2_000_000);
  const documents: string[] = [];
  for (const slice of splitter.split(Buffer.from(bytes), true)) {
    const end = writer.write(slice, target, 0);
    expect(target[end - 1]).toBe(0x0a);
    documents.push(target.toString("utf8", 0, end - 1));
  }
  return documents;
}

const parsed = (documents: readonly string[]): unknown[] =>
  documents.map((document) => JSON.parse(document) as unknown);

describe("a text document", () => {
  it("carries the line as message and our fields", () => {
    expect(parsed(write("text", 'say "hi"\\ \u0001\ttab\n'))).toEqual([
      { message: 'say "hi"\\ \u0001\ttab', ...ours },
    ]);
  });

  it("escapes any line as JSON does", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((line) => !/[\r\n]/.test(line) && line !== ""),
        (line) => {
          expect(parsed(write("text", line))).toEqual([{ message: line, ...ours }]);
        },
      ),
    );
  });

  it("makes each run of bytes that is no UTF-8 a replacement character", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const source = Buffer.from(bytes);
        const target = Buffer.alloc(source.length * 6);
        const end = writeJsonText(target, 0, source, 0, source.length);
        const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(source);
        expect(JSON.parse(`"${target.toString("utf8", 0, end)}"`)).toBe(expected);
      }),
    );
  });

  it("numbers the parts of a long line and marks the last", () => {
    const documents = parsed(write("text", "x".repeat(70_000))) as {
      line_part: number;
      line_last?: boolean;
    }[];
    expect(documents.map(({ line_part, line_last }) => [line_part, line_last])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, true],
    ]);
  });

  it("has the time of its column as @timestamp, unless a source names one or it is none", () => {
    const time = { kind: "iso", column: 1 } as const;
    const [dated, undated] = parsed(write("text", "http 2026-01-05T10:00:00.5Z x\nhttp today x\n", { time }));
    expect(dated).toEqual({
      message: "http 2026-01-05T10:00:00.5Z x",
      "@timestamp": "2026-01-05T10:00:00.5Z",
      ...ours,
    });
    expect(undated).toEqual({ message: "http today x", ...ours });
    const fields = { "@timestamp": "mine" };
    expect(parsed(write("text", "http 2026-01-05T10:00:00Z x", { time, fields }))).toEqual([
      { message: "http 2026-01-05T10:00:00Z x", "@timestamp": "mine" },
    ]);
  });

  it("has the time of the whole line in each part of a long one", () => {
    const lines = `2026-01-05T10:00:00Z ${"x".repeat(70_000)}\nnone ${"x".repeat(40_000)}\n`;
    const documents = parsed(write("text", lines, { time: { kind: "iso", column: 0 } }));
    expect(documents.map((document) => (document as Record<string, unknown>)["@timestamp"])).toEqual([
      ...Array.from({ length: 3 }, () => "2026-01-05T10:00:00Z"),
      ...Array.from({ length: 2 }, () => undefined),
    ]);
  });

  it("stands, with its parts and its id, where a source calls fields so", () => {
    const fields = { message: "mine", type: "t", line_part: "mine", line_last: "mine", record_id: "mine" };
    const [document] = write("text", "line", { fields, recordIdPrefix: "p" });
    expect(JSON.parse(document)).toEqual({ message: "line", type: "t", record_id: "p-0" });
    expect(document).not.toContain("mine");
  });
});

describe("a JSON document", () => {
  it("keeps the record's own bytes: numbers keep their digits and format", () => {
    const [document] = write("json", '{"big":12345678901234567890,"f":1.50,"e":1E+2}');
    expect(document).toContain('"big":12345678901234567890,"f":1.50,"e":1E+2}');
    expect(JSON.parse(document)).toMatchObject(ours);
  });

  it("has our field in place of the record's own, and no key twice", () => {
    const [document] = write("json", '{"type":"own","a":{"type":"kept"},"aws_region":1,"b":2}');
    expect(JSON.parse(document)).toEqual({ a: { type: "kept" }, b: 2, ...ours });
    expect(document.match(/"type":/g)).toHaveLength(2);
    expect(document.match(/"aws_region":/g)).toHaveLength(1);
  });

  it.each(["{}", "{ }", '{"type":1}', '{ "type" : 1 , "aws_region" : [] }'])(
    "is valid where nothing of %s is left",
    (record) => {
      expect(parsed(write("json", record))).toEqual([ours]);
    },
  );

  it("keeps a type of the record's own under another name, where its log has one, and no key twice", () => {
    const kept = (json: string, settings: Partial<DocumentSettings> = {}): string[] =>
      write("json", json, { ownType: true, ...settings });
    const before = (text: string): string =>
      `{${text}"type":"t","s3_object_key":"b/k","aws_region":"us-east-1"`;

    expect(kept('{"a":1,"type":"Recon:EC2/\\u0050ort","b":2}')).toEqual([
      `${before('"log_type":"Recon:EC2/\\u0050ort",')},"a":1,"b":2}`,
    ]);
    expect(kept('{"type":"x","log_type":"y"}')).toEqual([`${before("")},"log_type":"y"}`]);
    expect(kept('{"type":"x"}', { fields: { ...ours, log_type: "z" } })).toEqual([
      `${before("")},"log_type":"z"}`,
    ]);
    expect(kept('{"type":5}{"type":{"x":1}}{}')).toEqual([
      `${before("")}}`,
      `${before("")}}`,
      `${before("")}}`,
    ]);
    expect(kept(`{"type":"${"x".repeat(300)}"}`)).toEqual([`${before("")}}`]);
    expect(
      kept('{"at":"2026-01-05T10:00:00Z","type":"x"}', { time: { kind: "field", name: "at" } })[0],
    ).toContain('{"@timestamp":"2026-01-05T10:00:00Z","log_type":"x","type":"t"');
    expect(write("json", '{"type":"x"}')).toEqual([`${before("")}}`]);
  });

  it("is no longer than the listener takes with the type that is kept", () => {
    const writer = new DocumentWriter({ fields: ours, ownType: true });
    const type = `"type":"${"x".repeat(198)}"`;
    const filler = "y".repeat(writer.longestRecordBytes - type.length - 9);
    const [document] = write("json", `{${type},"a":"${filler}"}`, { ownType: true });

    expect(document).toContain('"log_type":"xxx');
    expect(document.length).toBeLessThan(longestDocumentBytes);
  });

  it("stands on one line, whatever the record did", () => {
    const [document] = write("json", '{\n  "a b": [\n 1,\r\n "x  y\\n"\n ],\n "type": "z"\n}\n');
    expect(document).not.toMatch(/[\r\n]/);
    expect(JSON.parse(document)).toEqual({ "a b": [1, "x  y\n"], ...ours });
  });

  it("repeats the record's time as @timestamp, unless it has one", () => {
    const settings: Partial<DocumentSettings> = { time: { kind: "field", name: "eventTime" } };
    expect(
      parsed(write("json", '{"eventTime":"2026-01-05T10:00:00Z","a":{"eventTime":1}}', settings)),
    ).toEqual([
      {
        "@timestamp": "2026-01-05T10:00:00Z",
        eventTime: "2026-01-05T10:00:00Z",
        a: { eventTime: 1 },
        ...ours,
      },
    ]);
    expect(parsed(write("json", '{"@timestamp":"own","eventTime":"2026"}', settings))).toMatchObject([
      { "@timestamp": "own", eventTime: "2026" },
    ]);
    expect(parsed(write("json", '{"eventTime":5}', settings))).toEqual([{ eventTime: 5, ...ours }]);
    expect(parsed(write("json", '{"eventTime":1767607200123}', settings))).toMatchObject([
      { "@timestamp": "2026-01-05T10:00:00.123Z", eventTime: 1767607200123 },
    ]);
  });

  it("equals the record with our fields, for any record", () => {
    const spaces = fc.constantFrom(undefined, 1, 2);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), spaces, (record, space) => {
        // An object literal cannot hold this key, as JSON can.
        fc.pre(!JSON.stringify(record).includes("__proto__"));
        const [document] = write("json", JSON.stringify(record, null, space));
        expect(JSON.parse(document)).toEqual({ ...(JSON.parse(JSON.stringify(record)) as object), ...ours });
      }),
    );
  });

  it("is never as long as the listener refuses: longer records come in parts of their text", () => {
    for (const length of [longestDocumentBytes - 600, longestDocumentBytes - 200, longestDocumentBytes]) {
      const record = JSON.stringify({ a: "x".repeat(length - 8) });
      const documents = write("json", record);
      for (const document of documents)
        expect(Buffer.byteLength(document)).toBeLessThanOrEqual(longestDocumentBytes);
      const whole = documents.length === 1;
      expect(whole).toBe(length === longestDocumentBytes - 600);
      if (!whole)
        expect((parsed(documents) as { message: string }[]).map(({ message }) => message).join("")).toBe(
          record,
        );
    }
  });
});

describe("record_id", () => {
  it("names the place of the record, so that a repeated delivery has the same one", () => {
    const documents = parsed(write("json", '{"a":1}\n{"record_id":"own"}\n', { recordIdPrefix: 'p"q' }));
    expect(documents).toEqual([
      { a: 1, record_id: 'p"q-0', ...ours },
      { record_id: 'p"q-8', ...ours },
    ]);
    expect(parsed(write("text", "one\ntwo", { recordIdPrefix: "p" }))).toMatchObject([
      { record_id: "p-0" },
      { record_id: "p-4" },
    ]);
  });
});
