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
    ["much text", "garbage".repeat(10_000)],
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
