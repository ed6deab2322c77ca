import { deflateRawSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

const done = { batchItemFailures: [] };
const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of some length`);

function eventFor(key: string): object {
  return sqsEvent(sqsMessage(s3Event({ bucket, key }), { messageId: "m1" }));
}

describe("compressed objects", () => {
  let bench: HookBench;
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  const ship = async (body: Buffer, key = "some/object"): Promise<unknown> => {
    bench.s3.put(bucket, key, body);
    return bench.run(eventFor(key));
  };
  it("may be zip archives: all entries, folders left out", async () => {
    const archive = zipSync({
      "folder/": new Uint8Array(),
      "folder/a.json": Buffer.from('{"a":1}\n{"a":2}'),
      "b.log": [Buffer.from(lines.join("\n")), { level: 9 }],
      "stored.log": [Buffer.from("stored"), { level: 0 }],
      "empty.log": new Uint8Array(),
    });

    expect(await ship(Buffer.from(archive))).toEqual(done);

    expect(bench.documents.slice(0, 2)).toMatchObject([{ a: 1 }, { a: 2 }]);
    expect(bench.messages.slice(2)).toEqual([...lines, "stored"]);
  });

  it.each([true, false])(
    "may be zip archives written as streams, with sizes behind the data (signed: %s)",
    async (signed) => {
      const entries = [streamedEntry("a.log", "one\ntwo\n", signed), streamedEntry("b.log", "three", signed)];

      expect(await ship(Buffer.concat([...entries, Buffer.from("PK\x01\x02")]))).toEqual(done);

      expect(bench.messages).toEqual(["one", "two", "three"]);
    },
  );

  it("may be zip archives whose streamed sizes have 8 bytes, whatever the header says", async () => {
    const entries = [streamedEntry("a.log", "one\n", true, 8), streamedEntry("b.log", "two\n", false, 8)];

    expect(await ship(Buffer.concat([...entries, Buffer.from("PK\x01\x02")]))).toEqual(done);

    expect(bench.messages).toEqual(["one", "two"]);
  });

  it("fail where a zip archive is cut off between two entries", async () => {
    const archive = Buffer.from(zipSync({ "a.log": Buffer.from("one"), "b.log": Buffer.from("two") }));
    const second = archive.indexOf("PK\x03\x04", 4, "latin1");

    await ship(archive.subarray(0, second));

    expect(bench.logged("object failed")[0]["error"]).toMatch(/ends before its directory/);
    expect(bench.messages).toEqual(["one"]);
  });

  it("fail where reading breaks for good right behind a zip entry", async () => {
    const first = streamedEntry("a.log", "one\n", true);
    bench.s3.put(
      bucket,
      "z",
      Buffer.concat([first, streamedEntry("b.log", "two\n", true), Buffer.from("PK\x01\x02")]),
    );
    bench.s3.script("z", { resetAfter: first.length });

    await bench.run(eventFor("z"), { reading: { maximumResumes: 0 } });

    expect(bench.logged("object failed")).toHaveLength(1);
    expect(bench.logged("object shipped")).toEqual([]);
  });

  it("lose a byte order mark", async () => {
    await ship(Buffer.from('\ufeff{"a":1}'));
    expect(bench.documents).toMatchObject([{ a: 1 }]);
  });
});

/** A zip entry whose sizes follow its data, as streaming writers make them. */
function streamedEntry(name: string, text: string, signed: boolean, sizeBytes = 4): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 6);
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(name.length, 26);
  const data = deflateRawSync(text);
  const descriptor = Buffer.alloc(4 + 2 * sizeBytes);
  descriptor.writeUInt32LE(crc32(Buffer.from(text)), 0);
  descriptor.writeUInt32LE(data.length, 4);
  descriptor.writeUInt32LE(text.length, 4 + sizeBytes);
  return Buffer.concat([
    header,
    Buffer.from(name),
    data,
    Buffer.from(signed ? "PK\x07\x08" : ""),
    descriptor,
  ]);
}

function crc32(bytes: Buffer): number {
  // The checksum of a gzip stream is the same, in the eight bytes at its end.
  return gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8);
}
