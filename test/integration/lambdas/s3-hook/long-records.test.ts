import { fault } from "../../../support/fault";
import { s3Event, sqsEvent } from "../../../support/events";
import { bucket, HookBench } from "../../../support/hook-bench";

const key = "a.log";
const event = sqsEvent(s3Event({ bucket, key }));
const done = { batchItemFailures: [] };

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
});
afterEach(() => bench.stop());

/** What must hold of the parts of one text, from the document of that number on. */
function expectParts(text: string, from: number, count: number): void {
  const parts = bench.documents.slice(from, from + count);
  expect(parts.map(({ message }) => message).join("")).toBe(text);
  expect(parts.map(({ line_part: part }) => part)).toEqual(parts.map((_, index) => index + 1));
  expect(parts.map(({ line_last: last }) => last)).toEqual(
    parts.map((_, index) => (index + 1 === count ? true : undefined)),
  );
  for (const { message } of parts) expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(32_700);
}

fault(
  34,
  "a line of text over 32,700 bytes, which is all that Logz.io indexes of a field",
  "in numbered parts, cut between characters; each is counted",
  async () => {
    const long = "日本 text ".repeat(100_000);
    bench.s3.put(bucket, key, `before\n${long}\nbehind\n`);

    expect(await bench.run(event)).toEqual(done);

    const count = bench.documents.length - 2;
    expectParts(long, 1, count);
    expect(count).toBeLessThanOrEqual(Math.ceil(Buffer.byteLength(long) / 32_697));
    expect([bench.messages[0], bench.messages.at(-1)]).toEqual(["before", "behind"]);
    expect(bench.logged("object shipped")).toMatchObject([
      { records: count + 2, accepted: count + 2, refused: 0 },
    ]);
  },
);

fault(
  34,
  "a JSON record whose document would be over 499,999 bytes",
  "as text, in numbered parts; a shorter one goes unchanged",
  async () => {
    const short = { text: "x".repeat(400_000) };
    const long = JSON.stringify({ text: "y\n".repeat(300_000) });
    bench.s3.put(bucket, key, [JSON.stringify(short), long, '{"behind":1}'].join("\n"));

    expect(await bench.run(event)).toEqual(done);

    const [first, ...others] = bench.documents;
    expect(first["text"]).toBe(short.text);
    expectParts(long, 1, others.length - 1);
    expect(others.at(-1)).toMatchObject({ behind: 1 });
    expect(bench.listener.requests.every(({ status }) => status === 200)).toBe(true);
  },
);

fault(
  34,
  "an object of many megabytes that is one line, in pieces of a few kilobytes",
  "in parts, in a time that grows with its length, not with the square of it",
  async () => {
    const bytes = 24_000_000;
    const piece = Buffer.alloc(8_000, "one line without an end ");
    async function* generate(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < bytes; sent += piece.length) yield await Promise.resolve(piece);
    }
    bench.s3.put(bucket, key, { length: bytes, generate });
    const before = process.cpuUsage();

    expect(await bench.run(event)).toEqual(done);

    // Joined anew with each piece, it would be 36 GB that are copied: more than ten seconds.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(8);
    const messages = bench.messages.map(String);
    expect(messages.reduce((sum, message) => sum + message.length, 0)).toBe(bytes);
    expect(bench.documents.at(-1)).toMatchObject({ line_part: messages.length, line_last: true });
  },
  120_000,
);
