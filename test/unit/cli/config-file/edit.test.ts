import fc from "fast-check";
import { parseDocument, stringify } from "yaml";
import { writeAccess } from "../../../../cli/config-file/edit";

const values = { logzioAccountId: "001122334455", externalIds: ["logzio:aws:extid:example0nktixxe8q"] };
const account = '  logzioAccountId: "001122334455"\n';
const ids = '  externalIds:\n    - "logzio:aws:extid:example0nktixxe8q"\n';

describe("writing Logz.io's account and external ID", () => {
  test.each([
    ["an empty file", "", `access:\n${account}${ids}`],
    ["a file of comments", "# mine\n", `# mine\naccess:\n${account}${ids}`],
    ["a file without access", "region: us # here\n", `region: us # here\n\naccess:\n${account}${ids}`],
    ["a file without a last line end", "region: us", `region: us\n\naccess:\n${account}${ids}`],
    ["an empty block", "access:\nregion: us\n", `access:\n${account}${ids}region: us\n`],
    ["an empty block at the end", "region: us\naccess:", `region: us\naccess:\n${account}${ids}`],
    ["a block that says null", "access: ~ # soon\n", `access: # soon\n${account}${ids}`],
    [
      "a block with buckets",
      "access: # Logz.io reads\n  # ours\n  buckets:\n    - bucket: b\n",
      `access: # Logz.io reads\n${account}${ids}  # ours\n  buckets:\n    - bucket: b\n`,
    ],
    [
      "a block indented by four",
      "access:\n    role: {}\n",
      `access:\n    logzioAccountId: "001122334455"\n    externalIds:\n        - "logzio:aws:extid:example0nktixxe8q"\n    role: {}\n`,
    ],
    [
      "a block in braces",
      "access: {buckets: [{bucket: b}]}\n",
      'access: { logzioAccountId: "001122334455", externalIds: ["logzio:aws:extid:example0nktixxe8q"],buckets: [{bucket: b}]}\n',
    ],
    [
      "braces with nothing in them",
      "access: {}\n",
      'access: { logzioAccountId: "001122334455", externalIds: ["logzio:aws:extid:example0nktixxe8q"] }\n',
    ],
    [
      "values that are there",
      "access:\n  externalIds: # of 2024\n    - old # mine\n    - older # too\n  logzioAccountId: '1' # who\n",
      'access:\n  externalIds: # of 2024\n    - "logzio:aws:extid:example0nktixxe8q" # mine\n    # too\n  logzioAccountId: "001122334455" # who\n',
    ],
    [
      "keys without values",
      "access:\n  externalIds:\n  logzioAccountId: # who\n  role: {}\n",
      'access:\n  externalIds: ["logzio:aws:extid:example0nktixxe8q"]\n  logzioAccountId: "001122334455" # who\n  role: {}\n',
    ],
    [
      "an empty list",
      "access:\n  externalIds: []\n",
      `access:\n${account}  externalIds: ["logzio:aws:extid:example0nktixxe8q"]\n`,
    ],
    [
      "a file with a star that YAML takes for a reference",
      "hook: { suffix: *.gz }\naccess:\n",
      `hook: { suffix: *.gz }\naccess:\n${account}${ids}`,
    ],
    [
      "Windows' line ends",
      "region: us\r\naccess:\r\n  role: {}\r\n",
      `region: us\r\naccess:\r\n${account}${ids}  role: {}\r\n`.replace(/(?<!\r)\n/g, "\r\n"),
    ],
  ])("into %s", (_, before, after) => {
    expect(writeAccess(before, "logzio.yaml", values)).toBe(after);
  });

  test("writes only what it is given", () => {
    const { logzioAccountId } = values;
    expect(writeAccess("access:\n  role: {}\n", "f", { logzioAccountId })).toBe(
      `access:\n${account}  role: {}\n`,
    );
  });

  test.each([
    ["braces around everything", "{region: us}\n"],
    ["an end of the document", "region: us\n...\n"],
    ["text in the place of the block", "access: everybody\n"],
    ["an anchor's copy", "old: &old\n  role: {}\naccess: *old\n"],
  ])("gives the lines to write where it finds %s", (_, text) => {
    expect(() => writeAccess(text, "logzio.yaml", values)).toThrow(
      `logzio.yaml is written in a way that leaves no room to add lines safely; write them yourself:\naccess:\n${account}${ids.trimEnd()}`,
    );
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9 /:#'"-]{0,12}$/);
const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null));
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("map")),
  list: fc.array(tie("node"), { maxLength: 3 }),
  map: fc.dictionary(word, tie("node"), { maxKeys: 4 }),
})).map;
const access = fc.record(
  {
    logzioAccountId: fc.constantFrom("1", "111122223333"),
    externalIds: fc.array(word, { minLength: 0, maxLength: 2 }),
    buckets: fc.array(fc.record({ bucket: word, prefix: word }), { maxLength: 3 }),
    role: fc.oneof(fc.constant({}), fc.record({ name: word })),
  },
  { requiredKeys: [] },
);
const file = fc
  .record({ access: fc.option(access, { nil: undefined }), rest: tree, first: fc.boolean() })
  .map(({ access: block, rest, first }) => {
    const own = block === undefined ? {} : { access: block };
    return first ? { ...own, ...(rest as object) } : { ...(rest as object), ...own };
  });
const style = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
  collectionStyle: fc.constantFrom("any" as const, "block" as const),
});

/** Every comment of a text, in order. */
function commentsOf(text: string): string[] {
  return [...text.matchAll(/# note \d+/g)].map(([comment]) => comment);
}

/** Puts comments and empty lines between the lines of block YAML, and behind some. */
function annotate(text: string, places: readonly number[]): string {
  const lines = text.split("\n");
  for (const [number, place] of places.entries()) {
    const at = place % lines.length;
    const indent = /^ */.exec(lines[at] ?? "")?.[0] ?? "";
    lines.splice(at, 0, ...(number % 3 === 0 ? [""] : []), `${indent}# note ${number}`);
  }
  return lines.join("\n");
}

test("changes the two values and nothing else, however the file is written", () => {
  let refused = 0;
  const runs = 150;
  fc.assert(
    fc.property(
      file,
      style,
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.boolean(),
      (content, how, places, crlf) => {
        const plain = annotate(Object.keys(content).length === 0 ? "" : stringify(content, how), places);
        const text = crlf ? plain.replaceAll("\n", "\r\n") : plain;
        if (parseDocument(text).errors.length > 0) return;
        let written: string;
        try {
          written = writeAccess(text, "logzio.yaml", values);
        } catch (error) {
          expect(String(error)).toMatch(/no room to add lines/);
          refused++;
          return;
        }
        const before = (parseDocument(text).toJS() ?? {}) as { access?: object };
        expect(parseDocument(written).toJS()).toEqual({ ...before, access: { ...before.access, ...values } });
        expect(commentsOf(written)).toEqual(commentsOf(text));
        // Every line that says something else is there, in its order.
        const kept = text
          .split("\n")
          .filter((line) => !/access|logzioAccountId|externalIds|^ *- |[{[]/.test(line));
        const lines = written.split("\n");
        let at = 0;
        for (const line of kept) {
          if (line.trim() === "") continue;
          at = lines.indexOf(line, at) + 1;
          expect({ line, found: at > 0 }).toEqual({ line, found: true });
        }
      },
    ),
    { numRuns: runs },
  );
  expect(refused).toBeLessThan(runs / 20);
});
