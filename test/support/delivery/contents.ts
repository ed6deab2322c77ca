import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import type { SourceSettings } from "../../../lambdas/runtime/environment";
import { bzip2 } from "../compress/bzip2";
import { snappy } from "../compress/snappy";
import { zstd } from "../compress/zstd";
import { saidByJson, saidByText, type Said } from "./documents";

/** The bytes of a file, and what its documents say. */
export interface Content {
  readonly bytes: Buffer;
  readonly said: readonly Said[];
}

/** How one kind of file is written. */
interface FileKind {
  /** What the keys of such files start with: their source. */
  readonly prefix: string;
  /** What the source says of its records. */
  readonly settings?: Partial<SourceSettings>;
  /** Written so that `serial` tells the file from every other. */
  readonly content: fc.Arbitrary<(serial: number) => Content>;
}

/** A text that is printed short where a property fails. */
class Repeated {
  constructor(
    private readonly unit: string,
    private readonly bytes: number,
  ) {}

  get text(): string {
    return this.unit.repeat(Math.ceil(this.bytes / Buffer.byteLength(this.unit)));
  }

  [fc.toStringMethod](): string {
    return `${this.bytes} bytes of ${JSON.stringify(this.unit)}`;
  }
}

const short = fc.string({ unit: "grapheme", maxLength: 60 });
/** Around once and twice the longest text of a document. */
const long = fc
  .tuple(
    fc.constantFrom("a", "é", "\u{1f600}", '"\\'),
    fc.integer({ min: -6, max: 6 }),
    fc.constantFrom(32_700, 65_400),
  )
  .map(([unit, more, bytes]) => new Repeated(unit, bytes + more));
const text = fc.oneof({ weight: 40, arbitrary: short }, { weight: 1, arbitrary: long });
const asText = (value: string | Repeated): string => (typeof value === "string" ? value : value.text);

/** A line has no line break, no carriage return at its end, and is not empty. */
const asLine = (value: string | Repeated): string => asText(value).replaceAll(/[\r\n]/g, " ");
const lineEnd = fc.constantFrom("\n", "\r\n", "\n\n");

const textLines: FileKind = {
  prefix: "text/",
  content: fc
    .record({ lines: fc.array(text, { maxLength: 25 }), end: lineEnd, ended: fc.boolean() })
    .map(({ lines, end, ended }) =>
      named(`lines ending in ${JSON.stringify(end)}`, lines, (serial) => {
        // The first line of its own makes every such file text.
        const all = [`text ${serial}`, ...lines.map(asLine)].filter((line) => line !== "");
        return { bytes: Buffer.from(all.join(end) + (ended ? end : "")), said: all.map(saidByText) };
      }),
    ),
};

const member = fc.oneof(
  { weight: 400, arbitrary: fc.jsonValue({ maxDepth: 2, stringUnit: "grapheme" }) },
  { weight: 15, arbitrary: long },
  { weight: 1, arbitrary: fc.constant(new Repeated("long ", 520_000)) },
);
const jsonRecord = fc.dictionary(
  fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("type", "message")),
  member,
  {
    maxKeys: 4,
  },
);
type JsonRecord = Readonly<Record<string, unknown>>;
const spaces = fc.constantFrom(0, 2);

function jsonOf(record: JsonRecord, indentation = 0): string {
  return JSON.stringify(
    record,
    (_, value: unknown) => (value instanceof Repeated ? value.text : value),
    indentation,
  );
}

/** Longest document, less what the function's own fields may take: a record beyond it is shipped as text, in parts. */
const certainlyJsonBytes = 490_000;
const saidByRecord = (json: string): Said =>
  Buffer.byteLength(json) > certainlyJsonBytes ? saidByText(json) : saidByJson(json);

const jsonLines: FileKind = {
  prefix: "json/",
  content: fc
    .record({
      records: fc.array(
        fc.oneof({ weight: 8, arbitrary: jsonRecord }, { weight: 1, arbitrary: fc.constant("no JSON {") }),
        {
          maxLength: 20,
        },
      ),
      end: lineEnd,
      indentation: spaces,
    })
    .map(({ records, end, indentation }) =>
      named("JSON lines", records, (serial) => {
        const all = [{ serial }, ...records].map((record) =>
          typeof record === "string" ? record : jsonOf(record, indentation),
        );
        return {
          bytes: Buffer.from(all.join(end)),
          said: all.map((line) => (line.startsWith("{") ? saidByRecord(line) : saidByText(line))),
        };
      }),
    ),
};

function elements(prefix: string, frame: (list: string) => string): FileKind {
  return {
    prefix,
    content: fc
      .record({
        records: fc.array(jsonRecord, { maxLength: 20 }),
        indentation: spaces,
        gap: fc.constantFrom(",", ",\n", " , "),
      })
      .map(({ records, indentation, gap }) =>
        named(prefix, records, (serial) => {
          const all = [{ serial }, ...records].map((record) => jsonOf(record, indentation));
          return { bytes: Buffer.from(frame(all.join(gap))), said: all.map(saidByRecord) };
        }),
      ),
  };
}

const cell = short.map((text) => `${text.replaceAll("\0", "")}.`);

const table: FileKind = {
  prefix: "csv/",
  settings: { format: "csv" },
  content: fc
    .record({ rows: fc.array(fc.tuple(cell, cell), { maxLength: 20 }), end: fc.constantFrom("\n", "\r\n") })
    .map(({ rows, end }) =>
      named("rows", rows, (serial) => {
        const all = [[`table ${serial}`, "first"], ...rows];
        const quoted = all.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));
        const said = all.map(([one, other]) => saidByJson(JSON.stringify({ one, other })));
        return { bytes: Buffer.from(["one,other", ...quoted].join(end)), said };
      }),
    ),
};

const events: FileKind = {
  prefix: "events/",
  settings: { multiline: "^at \\d" },
  content: fc.array(fc.array(short, { maxLength: 4 }), { maxLength: 12 }).map((found) =>
    named("events", found, (serial) => {
      const all = [["first"], ...found].map((lines) =>
        [`at ${serial}`, ...lines.map((line) => `- ${asLine(line)}.`)].join("\n"),
      );
      return { bytes: Buffer.from(all.join("\n")), said: all.map(saidByText) };
    }),
  ),
};

const selected: FileKind = {
  prefix: "selected/",
  settings: { dropRecords: ["^drop "] },
  content: fc.array(fc.tuple(fc.boolean(), short), { maxLength: 25 }).map((found) =>
    named("lines", found, (serial) => {
      const all = [
        `keep ${serial}`,
        ...found.map(([dropped, text]) => `${dropped ? "drop" : "keep"} ${asLine(text)}`),
      ];
      return {
        bytes: Buffer.from(all.join("\n")),
        said: all.filter((line) => line.startsWith("keep")).map(saidByText),
      };
    }),
  ),
};

/** Gives what makes a content a name by which a failing case is read. */
function named(
  name: string,
  records: readonly unknown[],
  make: (serial: number) => Content,
): (serial: number) => Content {
  return Object.assign(make, { [fc.toStringMethod]: () => `${name}: ${fc.stringify(records)}` });
}

/** Every kind of file that the functions read: one more format is one more entry. */
const fileKinds: readonly FileKind[] = [
  textLines,
  jsonLines,
  elements("array/", (list) => `[${list}]`),
  elements("records/", (list) => `{"Records":[${list}]}`),
  table,
  events,
  selected,
];

export const sources = (bucket: string): SourceSettings[] =>
  fileKinds.map(({ prefix, settings }) => ({ bucket, prefix, type: "t", recordId: true, ...settings }));

/** The files of an archive that holds one, or two, of a file. */
const compressions: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  none: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  "gzip in gzip": (bytes) => gzipSync(gzipSync(bytes)),
  bzip2: (bytes) => bzip2(bytes),
  snappy: (bytes) => snappy(bytes, 1_000),
  ...(zstd && { zstd }),
  "gzip of two members, padded": (bytes) => {
    const half = bytes.length >> 1;
    return Buffer.concat([
      gzipSync(bytes.subarray(0, half)),
      gzipSync(bytes.subarray(half)),
      Buffer.alloc(100),
    ]);
  },
  zip: (bytes) => Buffer.from(zipSync({ "folder/": new Uint8Array(), "folder/a": bytes })),
  "zip of two files": (bytes) => Buffer.from(zipSync({ a: bytes, b: [bytes, { level: 0 }] })),
};

/** An object to be: what it holds, and how it is compressed. */
export interface Plan {
  readonly prefix: string;
  readonly content: (serial: number) => Content;
  readonly compression: string;
}

export const plan: fc.Arbitrary<Plan> = fc.oneof(
  ...fileKinds.map(({ prefix, content }) =>
    fc.record({
      prefix: fc.constant(prefix),
      content,
      compression: fc.constantFrom(...Object.keys(compressions)),
    }),
  ),
);

/** An object's bytes, and what each of its files says. */
export function objectOf(
  { content, compression }: Plan,
  serial: number,
): { body: Buffer; files: (readonly Said[])[] } {
  const { bytes, said } = content(serial);
  const files = compression === "zip of two files" ? [said, said] : [said];
  return { body: compressions[compression](bytes), files };
}
