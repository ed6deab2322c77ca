import fc, { type Arbitrary } from "fast-check";
import type { DocumentSettings } from "../../lambdas/shipping/document";
import type { ShippedFile } from "./two-ways";

/** Numbers and words as JSON allows them, and as it does not. */
const scalars = fc.constantFrom(
  ..."0 -0 7 42 1234567890123456789012345678901234567890 -3.25 1e5 1E+05 2.5e-3 0.0 true false null 1767600000 1767600000123".split(
    " ",
  ),
);
const strangeScalars = fc.constantFrom(
  ..."01 -  .5 5. 1e +1 0x1 tru nul falsee NaN 1.2.3 1e5.5 --1 - 00 truefalse".split(" "),
);

/** The inside of a JSON string. */
const stringPieces = fc.constantFrom(
  "a",
  "plain text",
  "sixteen bytes at",
  "x".repeat(70),
  "[{:,}]",
  "é",
  "日本",
  "😀",
  '\\"',
  "\\\\",
  "\\\\\\\\\\\\",
  "\\u00e9",
  "\\ud800",
  "\\n",
  "\\/",
  "",
);
const strangePieces = fc.constantFrom("\\x", "\\u12g4", "\\", "\t", "\n", "\u0000", "\u007f", '"');

const names = fc.constantFrom(
  "type",
  "record_id",
  "eventTime",
  "@timestamp",
  "é",
  "k",
  "a",
  "message",
  "a type",
  "",
  "eventType",
  "x".repeat(40),
  "日",
);
const strangeNames = fc.constantFrom(
  "\\u0074ype",
  "event\\u0054ime",
  'a\\"type',
  'x,\\"type',
  "type\\\\",
  "\\\\",
);
const times = [
  '"2026-01-05T10:00:00Z"',
  '"2026-01-05T10:00:00.123+0200"',
  '"2026-13-05T10:00:00Z"',
  "1767600000123",
  '""',
];

/** How tokens are set apart. */
type Spacing = "compact" | "spaced" | "pretty" | "mixed";

function space(spacing: Spacing, behind: "," | ":" | "other"): Arbitrary<string> {
  if (spacing === "compact") return fc.constant("");
  if (spacing === "spaced") return fc.constant(behind === "other" ? "" : " ");
  if (spacing === "pretty") return fc.constant(behind === ":" ? " " : "\n  ");
  return fc.constantFrom("", "", "", " ", "  ", "\t", "\n", "\r\n");
}

/** Mostly usual, seldom not. */
const seldom = <T>(usual: Arbitrary<T>, unusual: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 200, arbitrary: usual }, { weight: 1, arbitrary: unusual });

const text = fc
  .array(seldom(stringPieces, strangePieces), { maxLength: 5 })
  .map((pieces) => `"${pieces.join("")}"`);

function value(spacing: Spacing, depth: number): Arbitrary<string> {
  const leaf = fc.oneof(text, seldom(scalars, strangeScalars));
  if (depth === 0) return leaf;
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: object(spacing, depth - 1) },
    { weight: 1, arbitrary: list("[", fc.array(value(spacing, depth - 1), { maxLength: 4 }), "]", spacing) },
  );
}

function list(open: string, parts: Arbitrary<string[]>, close: string, spacing: Spacing): Arbitrary<string> {
  return fc
    .tuple(
      parts,
      fc.array(fc.tuple(space(spacing, "other"), space(spacing, ",")), { minLength: 5, maxLength: 5 }),
    )
    .map(
      ([all, spaces]) =>
        open +
        spaces[0][0] +
        all
          .map((part, index) => part + (index + 1 < all.length ? `,${spaces[index % 5][1]}` : spaces[1][0]))
          .join("") +
        close,
    );
}

function object(spacing: Spacing, depth: number): Arbitrary<string> {
  const pair = fc
    .tuple(seldom(names, strangeNames), space(spacing, ":"), value(spacing, depth), fc.constantFrom(...times))
    .map(
      ([name, gap, any, time]) =>
        `"${name}":${gap}${name === "eventTime" && any.length % 3 > 0 ? time : any}`,
    );
  return list("{", fc.array(pair, { maxLength: 5 }), "}", spacing);
}

/** Records of one file, which its writer sets apart in one way. */
const record = {
  compact: object("compact", 3),
  spaced: object("spaced", 3),
  pretty: object("pretty", 3),
  mixed: object("mixed", 3),
} as const;
const spacings = fc.constantFrom<Spacing>(
  "compact",
  "compact",
  "compact",
  "spaced",
  "spaced",
  "pretty",
  "mixed",
);

const garbage = fc.constantFrom(
  "not json",
  "{",
  "}",
  "]",
  "[1]",
  '{"a":1',
  "  indented text",
  '"',
  "\u0000",
  "{]",
  '{"a":}',
);

/** Bytes that were damaged on their way: here and there one is another, is missing, or is there twice. */
function damaged(bytes: Arbitrary<Buffer>): Arbitrary<Buffer> {
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom("replace", "drop", "repeat"), fc.nat(255)), {
    maxLength: 2,
  });
  const some = fc.tuple(bytes, damage).map(([whole, all]) => {
    let result = whole;
    for (const [place, kind, byte] of all) {
      if (result.length === 0) break;
      const at = place % result.length;
      const middle =
        kind === "replace"
          ? Buffer.from([byte])
          : kind === "drop"
            ? Buffer.alloc(0)
            : result.subarray(at, at + 2);
      result = Buffer.concat([result.subarray(0, at), middle, result.subarray(at + 1)]);
    }
    return result;
  });
  return fc.oneof({ weight: 2, arbitrary: bytes }, { weight: 1, arbitrary: some });
}

const records = (separators: readonly string[]): Arbitrary<string> =>
  spacings
    .chain((spacing) =>
      fc.array(fc.tuple(seldom(record[spacing], garbage), fc.constantFrom(...separators)), { maxLength: 20 }),
    )
    .map((all) => all.map(([one, separator]) => one + separator).join(""));

const jsonLines = records(["\n", "\n", "\n", "\r\n", "", " ", "\n\n", "\n \t\n"]);
const elements = records([",", ",", ", ", ",\n", "\n,", "", ",,"]);

const linePieces = fc.constantFrom(
  "GET /items",
  '"quoted"',
  "back\\slash",
  "\t",
  "\u0001",
  "\b\f",
  "é日😀",
  "\r",
  " ",
  "x".repeat(17),
  "2026-01-05T10:00:00.000001Z",
  "1767600000",
  "[06/Feb/2019:00:00:38 +0000]",
  "2026-01-05 10:00:00",
);
const badPieces = fc.constantFrom("\u00ff", "\u00c3", "\u00ed\u00a0\u0080", "\u00f5\u0080\u0080\u0080");
const line = fc
  .tuple(
    fc.array(linePieces, { maxLength: 6 }),
    fc.constantFrom("", " ", "\t"),
    seldom(fc.constant(""), badPieces),
  )
  .map(([pieces, gap, bad]) => Buffer.concat([Buffer.from(pieces.join(gap)), Buffer.from(bad, "latin1")]));
const lines = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\n", "\r\n", "\n\n", "\n# comment\n")), { maxLength: 25 })
  .map((all) => Buffer.concat(all.flatMap(([one, end]) => [one, Buffer.from(end)])));

const settings: Arbitrary<DocumentSettings> = fc.record({
  fields: fc.constantFrom<Record<string, string>>(
    { type: "t", s3_object_key: "b/k", aws_region: "us-east-1" },
    { type: "t" },
    { type: "t", é: "ü", message: "mine" },
    {},
    { type: "t", "@timestamp": "mine" },
  ),
  time: fc.constantFrom<DocumentSettings["time"]>(
    undefined,
    { kind: "field", name: "eventTime" },
    { kind: "field", name: "type" },
    { kind: "iso", column: 0 },
    { kind: "iso", column: 2 },
    { kind: "epoch", column: 1 },
    { kind: "clf", column: 1 },
    { kind: "dateAndTime", column: 0 },
    { kind: "dateAndTime", column: 1 },
  ),
  recordIdPrefix: fc.constantFrom(undefined, undefined, "prefix"),
});

const chunkLengths = fc.oneof(
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 10 }),
);

const contents = fc.oneof(
  damaged(jsonLines.map((all) => Buffer.from(all))).map((bytes) => ({ format: "json", bytes })),
  damaged(elements.map((all) => Buffer.from(`[${all}]`))).map((bytes) => ({ format: "json-array", bytes })),
  damaged(elements.map((all) => Buffer.from(`{"Records":[${all}]}\n`))).map((bytes) => ({
    format: "records",
    bytes,
  })),
  damaged(elements.map((all) => Buffer.from(`{"fileVersion":"1.0","configurationItems":[${all}]}`))).map(
    (bytes) => ({ format: "configuration-items", bytes }),
  ),
  damaged(lines).map((bytes) => ({ format: "text", bytes })),
  damaged(jsonLines.map((all) => Buffer.from(all))).map((bytes) => ({ format: "text", bytes })),
);

/** Files of every form that the lane takes, ordinary and not, with any settings and chunk edges. */
export const shippedFiles: Arbitrary<ShippedFile> = fc
  .record({
    content: contents,
    chunkLengths,
    settings,
    log: fc.constantFrom(undefined, undefined, "cloudfront"),
  })
  .map(({ content, log, ...rest }) => ({ ...content, ...rest, ...(log && { log }) }));

/** JSON objects, and what is left of them when they are damaged. */
export const jsonTexts: Arbitrary<Buffer> = damaged(
  spacings.chain((spacing) => record[spacing]).map((one) => Buffer.from(one)),
);
