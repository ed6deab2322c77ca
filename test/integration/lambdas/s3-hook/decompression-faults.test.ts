import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { bzip2 } from "../../../support/compress/bzip2";
import { snappy } from "../../../support/compress/snappy";
import { noZstd, zstd } from "../../../support/compress/zstd";
import { s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { fault } from "../../../support/fault";
import { bucket, HookBench, type RunOptions } from "../../../support/hook-bench";

const done = { batchItemFailures: [] };
const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of some length`);
const content = Buffer.from(`${lines.join("\n")}\n`);

/** All lines in a deflate stream that is right; then a stored block whose length contradicts itself. */
const brokenInside = Buffer.concat([
  gzipSync("").subarray(0, 10),
  deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }),
  Buffer.from("\x00\x05\x00\x05\x00behind\n"),
]);

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
});
afterEach(() => bench.stop());

/** Ships an object; whatever becomes of it, its message is done with. */
async function ship(body: Buffer | string, key = "some/object", options: RunOptions = {}): Promise<void> {
  bench.s3.put(bucket, key, body);
  const event = sqsEvent(sqsMessage(s3Event({ bucket, key }), { messageId: "m1" }));
  expect(await bench.run(event, options)).toEqual(done);
}

/** Why messages are in the dead-letter queue, where they are at once: no wait mends what is damaged. */
function reasons(): string[] {
  expect(bench.aws.messages(bench.queueUrl)).toEqual([]);
  const dead = bench.aws.messages(bench.deadLetterQueueUrl);
  return dead.map(({ attributes }) => attributes["Reason"].StringValue ?? "");
}

/** Sends what is in the dead-letter queue through once more. */
async function redrive(): Promise<void> {
  for (const { body } of [...bench.aws.messages(bench.deadLetterQueueUrl)])
    expect(await bench.run(sqsEvent(sqsMessage(body, { messageId: "m2" })))).toEqual(done);
}

/** The damaged object is in the dead-letter queue with that reason, and nothing is ever shipped twice. */
async function expectFailed(reason: RegExp, shipped: readonly string[]): Promise<void> {
  expect(bench.messages).toEqual(shipped);
  expect(reasons()).toEqual([expect.stringMatching(reason)]);
  if (shipped.length > 0)
    expect(reasons()[0]).toContain(`; records of it that were shipped: ${shipped.length}`);
  const [account] = bench.logged("object failed");
  expect(account).toMatchObject({ records: shipped.length, accepted: shipped.length, refused: 0 });
  await redrive();
  expect(bench.messages).toEqual(shipped);
  expect(bench.logged("object shipped")).toEqual([]);
}

/** Runs what was handed over, until nothing is. */
async function goOn(): Promise<void> {
  // It grows while it is gone through.
  for (const { body } of bench.aws.messages(bench.queueUrl))
    await bench.run(sqsEvent(sqsMessage(body, { messageId: "m2" })));
}

function warnings(): string[] {
  return bench.log.filter(({ level }) => level === "warn").map(({ message }) => message);
}

fault(19, "an object of 0 bytes, or of gzip of 0 bytes", "nothing to ship, and no failure", async () => {
  await ship("", "empty.log.gz");
  await ship(gzipSync(""), "empty.gz");
  expect(bench.documents).toEqual([]);
  expect(bench.logged("object shipped")).toMatchObject([{ records: 0 }, { records: 0 }]);
  expect(reasons()).toEqual([]);
});

fault(22, "damage in the middle of a body", "the body is let go of, no socket stays", async () => {
  await ship(Buffer.concat([brokenInside, Buffer.alloc(5_000_000)]));
  expect(reasons()).toHaveLength(1);
  while (bench.s3.openSockets > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});

fault(23, "gzip of many members, as ALB writes it", "all members are shipped", async () => {
  const members = ["one\n", "two\nthr", "ee\n"].map((text) => gzipSync(text));
  await ship(Buffer.concat(members));
  expect(bench.messages).toEqual(["one", "two", "three"]);
});

fault(
  24,
  "gzip that is cut off",
  "all whole lines in front of the cut are shipped, the torn one is not; dead-letter queue with the reason and the count",
  async () => {
    const gzip = gzipSync(content);
    const half = gzip.subarray(0, gzip.length >> 1);
    await ship(half);
    expect(bench.messages.length).toBeGreaterThan(5_000);
    await expectFailed(/^the compressed data is cut off \(gzip: /, lines.slice(0, bench.messages.length));
  },
);

fault(
  25,
  "gzip whose second member is cut off",
  "the first member and what is left of the second are shipped, then as 24",
  async () => {
    const first = Buffer.from("first\n".repeat(100));
    const second = gzipSync(content);
    await ship(Buffer.concat([gzipSync(first), second.subarray(0, second.length - 5_000)]));
    const found = bench.messages.length - 100;
    expect(found).toBeGreaterThan(10_000);
    await expectFailed(/cut off/, [...Array<string>(100).fill("first"), ...lines.slice(0, found)]);
  },
);

fault(26, "gzip without its trailer", "every line is shipped, then as 24", async () => {
  await ship(gzipSync(content).subarray(0, -8));
  await expectFailed(/cut off/, lines);
});

fault(
  27,
  "gzip with a wrong checksum",
  "every whole line is shipped, nothing behind the checksum; dead-letter queue with the reason",
  async () => {
    const wrong = gzipSync(content);
    wrong[wrong.length - 8] ^= 1;
    await ship(Buffer.concat([wrong, gzipSync("behind\n")]));
    await expectFailed(/^the compressed data is damaged \(gzip: incorrect data check\)/, lines);
  },
);

fault(
  27,
  "gzip with a damaged byte in its middle",
  "every whole line that can be had in front of it is shipped, then as 27",
  async () => {
    await ship(brokenInside);
    await expectFailed(/invalid stored block lengths/, lines);
  },
);

fault(28, "gzip with zero padding behind it", "every line is shipped, and nothing is wrong", async () => {
  await ship(Buffer.concat([gzipSync(content), Buffer.alloc(70_000)]));
  expect(bench.messages).toEqual(lines);
  expect(warnings()).toEqual([]);
});

fault(29, "gzip with a little garbage behind it", "every line is shipped, with a warning", async () => {
  const gzip = gzipSync("one\ntwo\n");
  for (const [index, garbage] of ["garbage", "\n", "\0\0garbage"].entries()) {
    await ship(Buffer.concat([gzip, Buffer.from(garbage)]), `object ${index}`);
    expect(warnings().filter((warning) => warning.includes("ignored"))).toHaveLength(index + 1);
  }
  expect(bench.messages).toEqual(["one", "two", "one", "two", "one", "two"]);
  expect(reasons()).toEqual([]);
});

fault(
  29,
  "gzip with much garbage behind it, or a member of which the first bytes are damaged",
  "every line in front of it is shipped, then as 27",
  async () => {
    const later = gzipSync("behind\n");
    later[0] ^= 1;
    await ship(Buffer.concat([gzipSync(content), later]));
    await expectFailed(/^the compressed data is damaged \(gzip: more than 17 bytes follow the data/, lines);
  },
);

fault(30, "a .gz name, and plain content", "shipped as what it is", async () => {
  await ship("one\ntwo", "plain.log.gz");
  expect(bench.messages).toEqual(["one", "two"]);
});

fault(
  31,
  "gzip under a plain name, with Content-Encoding or in gzip",
  "shipped as what it is; a third layer goes to the dead-letter queue",
  async () => {
    await ship(gzipSync("one"), "plain.txt");
    await ship(gzipSync(gzipSync("two")), "twice.gz");
    expect(bench.messages).toEqual(["one", "two"]);
    await ship(gzipSync(gzipSync(gzipSync("three"))), "thrice.gz");
    expect(bench.messages).toEqual(["one", "two"]);
    expect(reasons()).toEqual([expect.stringMatching(/gzip in gzip in gzip, which is not shipped/)]);
  },
);

fault(
  31,
  "gzip in gzip that takes longer than an invocation, or whose inner layer is cut off",
  "goes on where it stopped; all in front of the cut is shipped, once",
  async () => {
    const inner = gzipSync(content);
    await ship(gzipSync(inner.subarray(0, -300)), "object", { until: bench.hasSent("object", 1) });
    await goOn();
    const [account] = bench.logged("object failed");
    expect(account["error"]).toMatch(/cut off/);
    expect(bench.messages.length).toBeGreaterThan(19_000);
    expect(bench.messages).toEqual(lines.slice(0, bench.messages.length));
  },
);

fault(
  32,
  "zip of many entries, compressed files and archives among them",
  "all of them are shipped; pictures, encrypted and damaged entries bring the object to the dead-letter queue",
  async () => {
    const files = Object.fromEntries(lines.slice(0, 300).map((line) => [`${line}.log`, Buffer.from(line)]));
    const archive = zipSync({
      ...files,
      "b.gz": gzipSync("in gzip"),
      "c.zip": zipSync({ "d.log": Buffer.from("in zip") }),
      "e.png": Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      "f.gz": gzipSync("cut\noff").subarray(0, -4),
      "z.log": Buffer.from("the last"),
    });
    await ship(Buffer.from(archive));
    const shipped = [...lines.slice(0, 300), "in gzip", "in zip", "cut", "the last"];
    await expectFailed(/"e.png" in it is PNG in zip.*; .*cut off \(gzip/, shipped);
  },
);

fault(
  32,
  "a zip entry that cannot be shipped, in front of a deadline",
  "the object fails in the run that ends it as well",
  async () => {
    const encrypted = Buffer.from(zipSync({ "a.log": Buffer.from("secret"), "b.log": content }));
    encrypted.writeUInt16LE(encrypted.readUInt16LE(6) | 1, 6);
    await ship(encrypted, "object", { until: bench.hasSent("object", 1) });
    await goOn();
    expect(bench.messages).toEqual(lines);
    expect(bench.logged("object shipped")).toEqual([]);
    expect(bench.logged("object failed").at(-1)?.["error"]).toMatch(/"a.log" is encrypted/);
  },
);

fault(32, "zstd, bzip2 and framed snappy", "shipped", async () => {
  if (zstd) await ship(zstd(content), "a.zst");
  else console.log(`zstd is not tested: ${noZstd}`);
  await ship(bzip2(Buffer.from("in bzip2")), "b.bz2");
  await ship(snappy(content), "c.sz");
  expect(bench.messages).toEqual([...(zstd ? lines : []), "in bzip2", ...lines]);
});

fault(
  32,
  "Parquet, tar, lz4, pictures, anything binary",
  "nothing is shipped of it; dead-letter queue with its name and what to do",
  async () => {
    const packed = gzipSync(content).subarray(10);
    const kinds: readonly (readonly [RegExp, Buffer])[] = [
      [/Parquet.*write JSON lines/, Buffer.concat([Buffer.from("PAR1"), packed])],
      [/tar in gzip.*store its files one by one/, gzipSync(tar("a.log", "line\n"))],
      [/lz4.*store it with gzip/, Buffer.concat([Buffer.from("\x04\x22\x4d\x18", "latin1"), packed])],
      [/JPEG.*exclude/, Buffer.concat([Buffer.from("\xff\xd8\xff\xe0", "latin1"), packed])],
      [/binary/, packed],
    ];
    for (const [index, [, body]] of kinds.entries()) await ship(body, `object ${index}`);
    expect(bench.documents).toEqual([]);
    expect(reasons()).toEqual(kinds.map(([reason]) => expect.stringMatching(reason) as string));
  },
);

fault(
  33,
  "a decompression bomb of 1,000:1 that outlasts the invocation",
  "stops at the time limit, also on the way to where it stopped, and goes on behind it until all is shipped",
  async () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000, `${"0".repeat(31_999)}\n`), { level: 9 });
    expect(bomb.length).toBeLessThan(60_000);
    await ship(bomb, "bomb", { until: () => bench.listener.documents.length > 0 });
    const [{ body }] = bench.aws.messages(bench.queueUrl);
    const before = bench.s3.requests.length;
    const isRead = bench.hasSent("bomb", 20_000);
    await bench.run(sqsEvent(sqsMessage(body)), {
      until: () => bench.s3.requests.length > before && isRead(),
    });
    expect(bench.messages.length).toBeLessThan(1250);
    expect(bench.logged("object interrupted: the time is nearly over")).toHaveLength(2);
    await bench.run(sqsEvent(sqsMessage(bench.aws.messages(bench.queueUrl)[1].body)));
    expect(bench.messages).toHaveLength(1250);
  },
  60_000,
);

function tar(name: string, text: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("ustar\x0000", 257, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const file = Buffer.alloc(512);
  file.write(text);
  return Buffer.concat([header, file, Buffer.alloc(1024)]);
}
