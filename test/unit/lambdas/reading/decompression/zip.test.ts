import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { decompress } from "../../../../support/decompressing";

const text = (lines: number): Buffer =>
  Buffer.from(Array.from({ length: lines }, (_, n) => `line ${n} ${(n * 7919) % 1000}\n`).join(""));
const content = text(200);
const zip = (files: Record<string, Buffer>): Buffer => Buffer.from(zipSync(files, { level: 6 }));

describe("zip", () => {
  it("may hold compressed files, and archives", async () => {
    const archive = zip({
      "a.log": content,
      "b.log.gz": gzipSync("b"),
      "more.zip": zip({ "folder/c.log": Buffer.from("c"), "d.log": Buffer.from("d") }),
    });
    for (const lengths of [[11], [65_536]]) {
      const { files, error } = await decompress(archive, lengths);
      expect(error).toBeUndefined();
      expect(files.map((file) => [file.name, file.compression, file.content.toString()])).toEqual([
        ["a.log", "zip", content.toString()],
        ["b.log.gz", "zip+gzip", "b"],
        ["more.zip/folder/c.log", "zip+zip", "c"],
        ["more.zip/d.log", "zip+zip", "d"],
      ]);
    }
  });

  it("goes on behind entries that cannot be shipped", async () => {
    const cutGzip = gzipSync(content).subarray(0, -12);
    const picture = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0", "latin1");
    const archive = zip({
      "a.png": picture,
      "b.log": Buffer.from("b"),
      "c.gz": cutGzip,
      "d.log": Buffer.from("d"),
    });
    for (const lengths of [[11], [65_536]]) {
      const { files, error } = await decompress(archive, lengths);
      expect(error).toBeUndefined();
      expect(files).toMatchObject([
        { error: 'the file "a.png" in it is PNG in zip, which is not shipped; keep it out by exclude' },
        { content: Buffer.from("b"), error: undefined },
        { error: expect.stringMatching(/cut off/) as string },
        { content: Buffer.from("d"), error: undefined },
      ]);
    }
  });

  it("goes on behind an encrypted entry, and behind one whose checksum is wrong", async () => {
    const archive = zip({ "a.log": content, "b.log": content, "c.log": Buffer.from("c") });
    archive[6] |= 1;
    const second = archive.indexOf("PK\x03\x04", 4, "latin1");
    archive[second + 14] ^= 1;
    const { files, error } = await decompress(archive);
    expect(error).toBeUndefined();
    expect(files).toMatchObject([
      { content: Buffer.alloc(0), error: 'the zip entry "a.log" is encrypted; store it without a password' },
      { content, error: 'the zip entry "b.log" does not match its checksum' },
      { content: Buffer.from("c"), error: undefined },
    ]);
  });

  it("ends at a damaged entry, whose start is given out", async () => {
    const archive = zip({ "a.log": text(30_000), "b.log": content });
    archive.fill("damage", 20_000, 30_000);
    const { files, error } = await decompress(archive);
    expect(files).toHaveLength(1);
    expect(files[0].error).toMatch(/deflate/);
    expect(error).toBe(files[0].error);
    expect(files[0].content.length).toBeGreaterThan(10_000);
  });
});
