import { deflateRawSync, gzipSync } from "node:zlib";
import { decompress } from "../../../../support/decompressing";

const text = (lines: number): Buffer =>
  Buffer.from(Array.from({ length: lines }, (_, n) => `line ${n} ${(n * 7919) % 1000}\n`).join(""));
const content = text(200);

describe("gzip", () => {
  it.each([0, 1, 7, 8, 300, 70_000])("may have zero padding of %i bytes behind it", async (bytes) => {
    const { files, warnings } = await decompress(
      Buffer.concat([gzipSync(content), Buffer.alloc(bytes)]),
      [50],
    );
    expect(files).toMatchObject([{ content, error: undefined }]);
    expect(warnings).toEqual([]);
  });

  it("may have padding between members", async () => {
    const { files } = await decompress(Buffer.concat([gzipSync("a"), Buffer.alloc(512), gzipSync("b")]));
    expect(files).toMatchObject([{ content: Buffer.from("ab"), error: undefined }]);
  });

  it.each([
    ["a newline", "\n"],
    ["two", "\r\n"],
    ["text", "garbage"],
    ["padding and text", "\0\0garbage"],
    ["text and padding", `garbage${"\0".repeat(70_000)}`],
    ["one byte less than a header and a trailer", "seventeen letters"],
  ])("may have %s behind it, of which it warns", async (_, garbage) => {
    for (const lengths of [[1], [97], [65_536]]) {
      const members = [gzipSync(content), gzipSync(content), Buffer.from(garbage)];
      const { files, error, warnings } = await decompress(Buffer.concat(members), lengths);
      expect({ files, error }).toMatchObject({
        files: [{ content: Buffer.concat([content, content]), error: undefined }],
        error: undefined,
      });
      expect(warnings).toEqual([expect.stringMatching(/neither gzip nor zero padding.*ignored/)]);
    }
  });

  it.each([
    ["a header and a trailer", Buffer.from("eighteen letters!!")],
    ["padding and as many", Buffer.from("\0\0eighteen letters!!")],
    ["bytes with padding between them", Buffer.from(`a${"\0".repeat(70_000)}b`)],
    ["much text", Buffer.from("garbage".repeat(10_000))],
    ["a newline and another member", Buffer.concat([Buffer.from("\n"), gzipSync("behind")])],
    ["a member whose first byte is damaged", Buffer.concat([Buffer.from("\x1e"), gzipSync("b").subarray(1)])],
    [
      "a member whose second byte is damaged",
      Buffer.concat([Buffer.from("\x1fx"), gzipSync("b").subarray(2)]),
    ],
  ])("takes %s behind it for a damaged member, and gives out what precedes it", async (_, tail) => {
    for (const lengths of [[1], [97], [65_536]]) {
      const { files, warnings } = await decompress(
        Buffer.concat([gzipSync(content), gzipSync(content), tail]),
        lengths,
      );
      expect(files).toMatchObject([
        {
          content: Buffer.concat([content, content]),
          error: expect.stringMatching(/damaged \(gzip: more than 17 bytes follow/) as string,
        },
      ]);
      expect(warnings).toEqual([]);
    }
  });

  it("says so in gzip as well", async () => {
    const tail = Buffer.from("\x1e".repeat(100));
    const { files } = await decompress(gzipSync(Buffer.concat([gzipSync(content), tail])), [50]);
    expect(files).toMatchObject([{ content, error: expect.stringMatching(/more than 17 bytes/) as string }]);
  });

  it("gives out everything where the checksum is wrong, and nothing behind it", async () => {
    const wrong = gzipSync(content);
    wrong[wrong.length - 8] ^= 1;
    const { files } = await decompress(Buffer.concat([wrong, gzipSync("behind")]));
    expect(files).toMatchObject([
      { content, error: "the compressed data is damaged (gzip: incorrect data check)" },
    ]);
  });

  it("gives out everything in front of a damaged byte, in small members and in a large one", async () => {
    const large = gzipSync(text(60_000), { level: 1 });
    const at = Math.floor(large.length * 0.8);
    // A stored block of an impossible length: what precedes it is right.
    const stored = Buffer.concat([
      deflateRawSync(text(30_000), { finishFlush: 2 }),
      Buffer.from("\x01\x05\x00\x05\x00"),
    ]);
    const header = gzipSync("").subarray(0, 10);
    const { files } = await decompress(Buffer.concat([header, stored, Buffer.alloc(500, 7)]), [5_000]);
    expect(files[0].content.equals(text(30_000))).toBe(true);
    expect(files[0].error).toMatch(/gzip: invalid stored block lengths/);
    large.fill(0xff, at, at + 50);
    const damaged = await decompress(large);
    expect(damaged.files[0].error).toMatch(/damaged/);
    expect(damaged.files[0].content.subarray(0, 100_000).equals(text(60_000).subarray(0, 100_000))).toBe(
      true,
    );
  });

  it("gives out the same up to damage, however the bytes come", async () => {
    const damaged = gzipSync(text(3000));
    damaged.fill(0xff, damaged.length - 900, damaged.length - 880);
    const one = await decompress(damaged, [1]);
    for (const lengths of [[17], [1000], [65_536]]) expect(await decompress(damaged, lengths)).toEqual(one);
    expect(one.files[0].content.length).toBeGreaterThan(0);
  });
});
