import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import type { ScriptedAnswer } from "../../cli/local/listener";
import { s3Event, sqsEvent } from "../support/events";
import { bucket, HookBench } from "../support/hook-bench";

const record = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({ minLength: 32_000, maxLength: 34_000 }),
  fc.nat().map((n) => JSON.stringify({ n, text: "é\n" })),
);
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
  it("delivers what is in the object, in order and once, and its account balances", async () => {
    const bench = await HookBench.start();
    let objects = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 30 }),
        fc.constantFrom(...(Object.keys(compressions) as (keyof typeof compressions)[])),
        faults.listener,
        faults.s3,
        async (records, compression, answers, breaks) => {
          const key = `object-${objects++}`;
          const lines = records.map((line) => line.replaceAll(/[\r\n]/g, " ")).filter((line) => line !== "");
          // A line of its own, so that every file is text.
          const content = Buffer.from(["text", ...lines].join("\n"));
          const body = compressions[compression](content);
          const before = bench.listener.documents.length;
          bench.s3.put(bucket, key, body);
          bench.s3.script(key, ...breaks.map(([kind, at]) => ({ [kind]: Math.floor(at * body.length) })));
          bench.listener.script(...answers);

          const response = await bench.run(sqsEvent(s3Event({ bucket, key })), {
            reading: { idleTimeoutMs: 500 },
          });

          expect(response).toEqual({ batchItemFailures: [] });
          const account = bench.logged("object shipped").at(-1);
          const refused = Number(account?.["refused"]);
          const documents = bench.documents.slice(before);
          expect(documents.length + refused).toBe(account?.["records"]);
          if (refused === 0) {
            expect(documents.map(({ message }) => message).join("")).toBe(["text", ...lines].join(""));
          }
        },
      ),
      { numRuns: Number(process.env["DEEP_RUNS"] ?? 500) },
    );
    await bench.stop();
  }, 600_000);
});
