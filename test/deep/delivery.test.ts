import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import type { ScriptedAnswer } from "../../cli/local/listener";
import { s3Event, sqsEvent } from "../support/events";
import { bucket, HookBench, runsOutAfter } from "../support/hook-bench";

const record = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({ minLength: 32_000, maxLength: 34_000 }),
  fc.nat().map((n) => JSON.stringify({ n, text: "é\n" })),
);
const lines = fc
  .array(record, { maxLength: 30 })
  .map((records) => records.map((line) => line.replaceAll(/[\r\n]/g, " ")).filter((line) => line !== ""));
const reading = { idleTimeoutMs: 500 };
const faults = {
  listener: fc.array(
    fc.constantFrom<ScriptedAnswer>({ status: 500 }, { status: 429 }, { status: 413 }, "reset", {
      slowMs: 5,
    }),
    { maxLength: 3 },
  ),
  // Where in the body a GET breaks, as a fraction of its length.
  s3: fc.array(
    fc.tuple(fc.constantFrom("resetAfter", "shortAfter"), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      maxLength: 3,
    },
  ),
};
const compressions = {
  none: (bytes: Buffer) => bytes,
  gzip: (bytes: Buffer) => gzipSync(bytes),
  members: (bytes: Buffer) => {
    const half = bytes.length >> 1;
    return Buffer.concat([
      gzipSync(bytes.subarray(0, half)),
      gzipSync(bytes.subarray(half)),
      Buffer.alloc(100),
    ]);
  },
  zip: (bytes: Buffer) => Buffer.from(zipSync({ "a.log": bytes })),
};

describe("delivery under faults", () => {
  let bench: HookBench;
  beforeAll(async () => {
    bench = await HookBench.start();
  });
  afterAll(() => bench.stop());
  const numRuns = Number(process.env["DEEP_RUNS"] ?? 300);
  const compression = fc.constantFrom(...(Object.keys(compressions) as (keyof typeof compressions)[]));
  let objects = 0;

  it("delivers what is in the object, in order and once, and its account balances", async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        compression,
        faults.listener,
        faults.s3,
        async (text, compress, answers, breaks) => {
          const key = `object-${objects++}`;
          // The first line of its own makes every file text.
          const content = ["text", ...text];
          const body = compressions[compress](Buffer.from(content.join("\n")));
          const before = bench.listener.documents.length;
          bench.s3.put(bucket, key, body);
          bench.s3.script(key, ...breaks.map(([kind, at]) => ({ [kind]: Math.floor(at * body.length) })));
          bench.listener.script(...answers);

          const response = await bench.run(sqsEvent(s3Event({ bucket, key })), { reading, warm: true });

          expect(response).toEqual({ batchItemFailures: [] });
          const account = bench.logged("object shipped").at(-1);
          const refused = Number(account?.["refused"]);
          const documents = bench.documents.slice(before);
          expect(documents.length + refused).toBe(account?.["records"]);
          if (refused === 0) expect(documents.map(({ message }) => message).join("")).toBe(content.join(""));
        },
      ),
      { numRuns },
    );
  }, 600_000);

  it("delivers it in order and once through any number of interruptions", async () => {
    const interruptions = fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 4 });
    const format = fc.constantFrom("text", "json", "array", "records");
    await fc.assert(
      fc.asyncProperty(lines, compression, format, interruptions, async (text, compress, kind, moments) => {
        const key = `interrupted-${objects++}`;
        // As in the other property, the first line makes every file of lines text.
        const content = ["text", ...text, "the last"];
        const body = compressions[compress](render(kind, content));
        const before = bench.listener.documents.length;
        bench.s3.put(bucket, key, body);
        // Slow enough that most moments fall into it.
        bench.s3.script(key, ...moments.map(() => ({ bytesPerSecond: body.length * 30 })));

        const pending: (object | string)[] = [s3Event({ bucket, key })];
        const seen = { queue: bench.aws.messages(bench.queueUrl).length, dead: deadLetters() };
        for (let run = 0; pending.length > 0; run++) {
          const remainingMs = run < moments.length ? runsOutAfter(moments[run]) : undefined;
          const response = await bench.run(sqsEvent(...pending.splice(0, 1)), {
            reading,
            warm: true,
            remainingMs,
          });
          expect(response).toEqual({ batchItemFailures: [] });
          pending.push(
            ...bench.aws
              .messages(bench.queueUrl)
              .slice(seen.queue)
              .map(({ body: left }) => left),
          );
          // Given up after two runs without a byte: somebody redrives it.
          pending.push(
            ...bench.aws
              .messages(bench.deadLetterQueueUrl)
              .slice(seen.dead)
              .map(({ body: left }) => left),
          );
          seen.queue = bench.aws.messages(bench.queueUrl).length;
          seen.dead = deadLetters();
        }

        const messages = bench.documents.slice(before).map(({ message }) => message);
        expect(messages.join("")).toBe(content.join(""));
      }),
      { numRuns: numRuns / 2 },
    );
  }, 600_000);

  const deadLetters = (): number => bench.aws.messages(bench.deadLetterQueueUrl).length;
});

/** The lines as a file of the kind, each the message of a document. */
function render(kind: string, messages: readonly string[]): Buffer {
  if (kind === "text") return Buffer.from(messages.join("\n"));
  const records = messages.map((message) => ({ message }));
  if (kind === "json") return Buffer.from(records.map((record) => JSON.stringify(record)).join("\n"));
  return Buffer.from(JSON.stringify(kind === "array" ? records : { Records: records }));
}
