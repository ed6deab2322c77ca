import fc from "fast-check";
import { ListingAnalysis, type Analysis } from "../../../../cli/check/analysis";
import { compareKeys } from "../../../../cli/check/key-space";

interface Written {
  readonly key: string;
  readonly writtenAt: number;
  readonly bytes: number;
}

function analyze(objects: readonly Written[], prefix = ""): Analysis {
  const analysis = new ListingAnalysis(prefix);
  for (const object of [...objects].sort((one, other) => compareKeys(one.key, other.key))) {
    analysis.add({ ...object, storageClass: "STANDARD", multipart: false });
  }
  return analysis.finish();
}

/** What a fetcher never reads that looks at every moment, reads what sorts behind its last key, and remembers that. */
function neverRead(objects: readonly Written[]): Written[] {
  const read = new Set<Written>();
  let last: string | undefined;
  for (const now of [...new Set(objects.map(({ writtenAt }) => writtenAt))].sort(
    (one, other) => one - other,
  )) {
    const listed = objects
      .filter(({ key, writtenAt }) => writtenAt <= now && (last === undefined || compareKeys(key, last) > 0))
      .sort((one, other) => compareKeys(one.key, other.key));
    for (const object of listed) {
      read.add(object);
      last = object.key;
    }
  }
  return objects.filter((object) => !read.has(object) && object.bytes > 0);
}

const objects = (key: fc.Arbitrary<string>): fc.Arbitrary<Written[]> =>
  fc.uniqueArray(
    fc.record({ key, writtenAt: fc.integer({ min: 1, max: 40 }), bytes: fc.constantFrom(0, 1, 1, 1) }),
    { selector: ({ key: unique }) => unique, maxLength: 60 },
  );
/** Any characters: S3 sorts by UTF-8, in which the second of these comes before the first, unlike in UTF-16. */
const anyKey = fc
  .array(fc.constantFrom("\u{1f600}", "\uffee", "a", "B", "~", "é", "/", "0", "9", "-"), {
    minLength: 1,
    maxLength: 6,
  })
  .map((characters) => `${characters.join("")}x`);
/** Folders and names that make streams, some in one another. */
const folderKey = fc
  .tuple(
    fc.array(fc.constantFrom("a/", "b/", "ab/", "a-1/", "web-", "web/"), { maxLength: 3 }),
    fc.integer({ min: 0, max: 99 }),
    fc.constantFrom("", "-x", "/y"),
  )
  .map(([folders, number, end]) => `${folders.join("")}${1_700_000_000 + number}${end}`);

describe("objects that a fetcher would have missed", () => {
  it("are as many as a fetcher leaves that looks at every moment, for any keys and times", () => {
    fc.assert(
      fc.property(objects(fc.oneof(anyKey, folderKey)), (listed) => {
        expect(analyze(listed).order.missed).toBe(neverRead(listed).length);
      }),
      { numRuns: 500 },
    );
  });

  it("are none where each prefix of a split is fetched by itself, and each object has one prefix", () => {
    let splits = 0;
    fc.assert(
      fc.property(objects(folderKey), (listed) => {
        const { split } = analyze(listed);
        if (split === undefined) return;
        splits += split.length > 1 ? 1 : 0;
        for (const { prefix } of split) {
          expect(neverRead(listed.filter(({ key }) => key.startsWith(prefix)))).toEqual([]);
        }
        for (const { key } of listed) {
          expect(split.filter(({ prefix }) => key.startsWith(prefix))).toHaveLength(1);
        }
      }),
      { numRuns: 1000 },
    );
    expect(splits).toBeGreaterThan(10);
  });

  it("are named with the object that was there first, and by how long", () => {
    const { order, pairs } = analyze([
      { key: "a/1", writtenAt: 500, bytes: 1 },
      { key: "a/2", writtenAt: 100, bytes: 1 },
      { key: "a/3", writtenAt: 90, bytes: 1 },
    ]);

    expect(order.missed).toBe(2);
    expect(pairs).toEqual([
      { key: "a/1", writtenAt: 500, passedByKey: "a/3", passedByWrittenAt: 90, delaySeconds: 410 },
    ]);
  });

  it("do not include what was written in the same second, which is counted apart", () => {
    const { order } = analyze([
      { key: "a/1", writtenAt: 100, bytes: 1 },
      { key: "a/2", writtenAt: 100, bytes: 1 },
      { key: "a/3", writtenAt: 101, bytes: 1 },
    ]);

    expect(order).toMatchObject({ missed: 0, sameSecond: 1 });
  });

  it("do not include folder markers, trial files and empty objects, which hold nothing", () => {
    const { order, noLogs, census } = analyze([
      { key: "AWSLogs/123456789012/ELBAccessLogTestFile", writtenAt: 900, bytes: 100 },
      { key: "a/", writtenAt: 900, bytes: 0 },
      { key: "a/0", writtenAt: 900, bytes: 0 },
      { key: "a/1", writtenAt: 100, bytes: 1 },
    ]);

    expect(order.missed).toBe(0);
    expect(noLogs).toBe(2);
    expect(census).toMatchObject({ objects: 2, empty: 1 });
  });
});
