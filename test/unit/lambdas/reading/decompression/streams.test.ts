import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { bzip2 } from "../../../../support/compress/bzip2";
import { snappy, snappyChunk } from "../../../../support/compress/snappy";
import { noZstd, skippableFrame, zstd } from "../../../../support/compress/zstd";
import { decompress } from "../../../../support/decompressing";

const text = (lines: number): Buffer =>
  Buffer.from(Array.from({ length: lines }, (_, n) => `line ${n} ${(n * 7919) % 1000}\n`).join(""));
const content = text(200);
const compressors: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes),
  bzip2: (bytes) => bzip2(bytes),
  snappy: (bytes) => snappy(bytes, 1000),
  ...(zstd ? { zstd } : {}),
};
if (zstd === undefined) console.log(`zstd is not tested: ${noZstd}`);

/** "Hello, world" twelve times, by bzip2 1.0.8. */
const fromBzip2 = Buffer.from(
  "QlpoOTFBWSZTWa1xe80AABfVgAAQQAQAQAYEkIAgACClUaYIQAw+LBbLBbLRcLhYF0tF0vxdyRThQkK1xe80",
  "base64",
);

describe.each(Object.entries(compressors))("%s", (name, compress) => {
  it("is told by content and read, however its bytes come", async () => {
    for (const lengths of [[1], [3, 50], [65_536]]) {
      const { files, error, warnings } = await decompress(compress(content), lengths);
      expect({ files, error, warnings }).toEqual({
        files: [{ name: "", compression: name, content, error: undefined }],
        error: undefined,
        warnings: [],
      });
    }
  });

  it("may be several, one behind the other", async () => {
    const members = Buffer.concat([compress(content), compress(Buffer.alloc(0)), compress(text(3))]);
    for (const lengths of [[7], [65_536]]) {
      const { files } = await decompress(members, lengths);
      expect(files).toEqual([
        { name: "", compression: name, content: Buffer.concat([content, text(3)]), error: undefined },
      ]);
    }
  });

  it("may be empty", async () => {
    const { files } = await decompress(compress(Buffer.alloc(0)));
    expect(files).toEqual([{ name: "", compression: name, content: Buffer.alloc(0), error: undefined }]);
  });

  it("may be within each other compression, but not within two", async () => {
    for (const [outer, compressOuter] of Object.entries(compressors)) {
      const twice = compressOuter(compress(content));
      const { files } = await decompress(twice, [100]);
      expect(files).toEqual([{ name: "", compression: `${outer}+${name}`, content, error: undefined }]);
      const thrice = await decompress(gzipSync(twice));
      expect(thrice.files).toMatchObject([
        {
          content: Buffer.alloc(0),
          error: `the object is ${name} in ${outer} in gzip, which is not shipped; 2 layers of compression are the most`,
        },
      ]);
    }
  });

  it("gives out all that precedes damage between two", async () => {
    const damaged = Buffer.from(compress(content));
    damaged[0] ^= 0x80;
    const { files } = await decompress(Buffer.concat([compress(content), damaged]), [100]);
    expect(files).toMatchObject([
      { content, error: expect.stringMatching(`the compressed data is damaged \\(${name}: `) as string },
    ]);
  });

  it("gives out all that precedes a cut, then says that it is cut off", async () => {
    const compressed = compress(content);
    const whole = await Promise.all(
      [0.3, 0.9, 1].map((share) =>
        decompress(compressed.subarray(0, Math.floor(compressed.length * share) - 1)),
      ),
    );
    let before = -1;
    for (const { files } of whole) {
      expect(files[0].error).toMatch(new RegExp(`^the compressed data is cut off \\(${name}: `));
      expect(files[0].content).toEqual(content.subarray(0, files[0].content.length));
      expect(files[0].content.length).toBeGreaterThanOrEqual(before);
      before = files[0].content.length;
    }
  });

  it("is a prefix of the content, and all of it unless cut, whatever the content, chunks, layers and cut", async () => {
    const names = Object.keys(compressors);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("a", "line\n", "é", "0123456789".repeat(40)), { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
        fc.option(fc.constantFrom(...names), { nil: undefined }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (pieces, lengths, outer, share) => {
          const plain = Buffer.from(pieces.join(""));
          const inner = compress(plain);
          const whole = outer === undefined ? inner : compressors[outer](inner);
          const end = Math.ceil(whole.length * share);
          const { files, error } = await decompress(whole.subarray(0, end), lengths);
          const found = Buffer.concat(files.map((file) => file.content));
          if (end === whole.length) expect({ found, error }).toEqual({ found: plain, error: undefined });
          else if (files[0]?.compression.endsWith(name)) {
            expect(found).toEqual(plain.subarray(0, found.length));
            const isCutBetweenChunks = name === "snappy" && files[0].error === undefined;
            if (!isCutBetweenChunks) expect(files[0].error).toMatch(/cut off/);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe("bzip2", () => {
  it("is read as bzip2 itself writes it", async () => {
    const { files } = await decompress(fromBzip2);
    expect(files).toMatchObject([{ compression: "bzip2", error: undefined }]);
    expect(files[0].content.toString()).toBe("Hello, world\n".repeat(12));
  });

  it("is text where only its first letters are there", async () => {
    const letter = Buffer.from("BZh9 is how the letter begins\n");
    expect((await decompress(letter)).files).toMatchObject([{ compression: "none", content: letter }]);
  });

  it("is read with codes of any length", async () => {
    const bytes = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), content]);
    const compressed = bzip2(bytes, 2_000, "to 20");
    for (const lengths of [[1], [97], [65_536]])
      expect((await decompress(gzipSync(compressed), lengths)).files).toMatchObject([
        { compression: "gzip+bzip2", content: bytes },
      ]);
  });

  it("yields long runs in pieces, and says which checksum is wrong", async () => {
    const runs = Buffer.concat([Buffer.alloc(1_000_000, "a"), Buffer.from("b\n")]);
    const compressed = bzip2(runs, 300_000);
    expect((await decompress(compressed)).files[0].content.equals(runs)).toBe(true);
    compressed[10] ^= 1;
    expect((await decompress(compressed)).files[0].error).toMatch(/a block does not match its checksum/);
  });

  it("survives any damaged byte: an error, or the same content", async () => {
    const compressed = bzip2(content);
    for (let at = 4; at < compressed.length; at += 13) {
      const damaged = Buffer.from(compressed);
      damaged[at] ^= 1 << (at % 8);
      const { files, warnings } = await decompress(damaged);
      const [file] = files;
      if (file.compression === "bzip2" && file.error === undefined && warnings.length === 0)
        expect(file.content).toEqual(content);
    }
  });

  it("warns of what follows it", async () => {
    const { files, warnings } = await decompress(Buffer.concat([bzip2(content), Buffer.from("\n")]));
    expect(files).toMatchObject([{ content, error: undefined }]);
    expect(warnings).toHaveLength(1);
  });
});

describe("snappy", () => {
  const whole = snappy(content, 1000);

  it("passes over padding and chunks that may be skipped, and refuses others", async () => {
    const extra = [snappyChunk(0xfe, Buffer.alloc(30)), snappyChunk(0x99, Buffer.from("other"))];
    expect((await decompress(Buffer.concat([whole, ...extra, whole]))).files).toMatchObject([
      { content: Buffer.concat([content, content]), error: undefined },
    ]);
    const refused = await decompress(Buffer.concat([whole, snappyChunk(0x02, Buffer.from("x"))]));
    expect(refused.files).toMatchObject([
      { content, error: "the compressed data is damaged (snappy: a chunk of the reserved type 2)" },
    ]);
  });

  it("gives out no chunk that does not match its checksum", async () => {
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 2] ^= 1;
    const { files } = await decompress(damaged);
    expect(files[0].error).toMatch(/snappy: /);
    expect(files[0].content).toEqual(content.subarray(0, Math.floor(content.length / 1000) * 1000));
  });
});

(zstd ? describe : describe.skip)("zstd", () => {
  const compress = zstd ?? gzipSync;

  it("passes over skippable frames, also in front", async () => {
    const skipped = skippableFrame(Buffer.from("somebody else's"));
    for (const lengths of [[5], [65_536]]) {
      const { files } = await decompress(
        Buffer.concat([skipped, compress(content), skipped, compress(content)]),
        lengths,
      );
      expect(files).toMatchObject([
        { compression: "zstd", content: Buffer.concat([content, content]), error: undefined },
      ]);
    }
  });

  it("may have padding behind it, and warns of anything else", async () => {
    expect(await decompress(Buffer.concat([compress(content), Buffer.alloc(99)]))).toMatchObject({
      files: [{ content, error: undefined }],
      warnings: [],
    });
    expect(await decompress(Buffer.concat([compress(content), Buffer.from("\n")]))).toMatchObject({
      files: [{ content, error: undefined }],
      warnings: [expect.stringMatching(/neither zstd nor zero padding/)],
    });
  });

  it("fails where its checksum is wrong", async () => {
    const damaged = Buffer.concat([compress(text(50_000)), compress(content)]);
    damaged[compress(text(50_000)).length - 1] ^= 1;
    const { files } = await decompress(damaged, [1000]);
    expect(files[0].error).toMatch(/zstd: Restored data doesn't match checksum/);
    expect(files[0].content.equals(text(50_000).subarray(0, files[0].content.length))).toBe(true);
    expect(files[0].content.length).toBeGreaterThan(500_000);
  });
});
