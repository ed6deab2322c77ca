import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import {
  isContinuation,
  parseContinuation,
  renderContinuation,
} from "../../../../lambdas/s3-hook/continuation";
import type { SourceSettings } from "../../../../lambdas/runtime/environment";
import { s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { fault } from "../../../support/fault";
import { bucket, HookBench, runsOutAfter, type RunOptions } from "../../../support/hook-bench";

const done = { batchItemFailures: [] };
const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index} `.padEnd(300, "of a log "));
const text = Buffer.from(lines.join("\n"));

describe("an object that takes longer than an invocation", () => {
  let bench: HookBench;
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  /** Runs the event, then its continuations as the queue would hand them over; returns how many runs it took. */
  const runToTheEnd = async (event: object, options: (run: number) => RunOptions): Promise<number> => {
    expect(await bench.run(event, options(1))).toEqual(done);
    for (let handled = 0; ; handled++) {
      const messages = bench.aws.messages(bench.queueUrl);
      if (handled === messages.length) return handled + 1;
      expect(await bench.run(sqsEvent(messages[handled].body), options(handled + 2))).toEqual(done);
    }
  };
  const slowly = (key: string, bytesPerSecond: number, times: number): void => {
    bench.s3.script(key, ...Array.from({ length: times }, () => ({ bytesPerSecond })));
  };

  const forms: readonly (readonly [string, Buffer])[] = [
    ["plain text", text],
    ["gzip", gzipSync(text, { level: 1 })],
    [
      "a zip entry",
      Buffer.from(zipSync({ "first.log": Buffer.from("first"), "a.log": [text, { level: 1 }] })),
    ],
    ["an array", Buffer.from(JSON.stringify(lines.map((message) => ({ message }))))],
    [
      "CloudTrail records",
      gzipSync(JSON.stringify({ Records: lines.map((message) => ({ message })) }), { level: 1 }),
    ],
    ["one long line", Buffer.from(lines.join(" "))],
  ];
  fault(
    52,
    "the time runs out inside an object: text, gzip, a zip entry, an array, CloudTrail records, one long line",
    "what is complete is shipped, and a later run goes on where it stopped; nothing lost, nothing twice",
    async () => {
      for (const [name, body] of forms) {
        bench.clear();

        const etag = bench.s3.put(bucket, "big", body);
        slowly("big", body.length * 3, 2);

        // What is not compressed is not read twice.
        const plain = !["gzip", "a zip entry", "CloudTrail records"].includes(name);
        const third = body.length / 3;
        const runs = await runToTheEnd(sqsEvent(s3Event({ bucket, key: "big", etag })), (run) =>
          run <= 2 ? { until: bench.hasSent("big", plain ? third : third * run) } : {},
        );

        expect(runs).toBe(3);
        const messages = bench.messages.map(String);
        if (name === "one long line") expect(messages.join("")).toBe(lines.join(" "));
        else expect(messages).toEqual(name === "a zip entry" ? ["first", ...lines] : lines);
        const parts = bench.documents.map(({ line_part: part }) => part);
        if (name === "one long line") expect(parts).toEqual(parts.map((_, index) => index + 1));
        const [, second] = bench.s3.requests;
        expect(second.range?.startsWith("bytes=") ?? false).toBe(plain);
      }
    },
    120_000,
  );

  fault(
    52,
    "the configuration changes between two runs of an object",
    "it keeps its type, fields and format to its end",
    async () => {
      bench.s3.put(bucket, "big", text);
      slowly("big", text.length * 3, 1);

      await runToTheEnd(sqsEvent(s3Event({ bucket, key: "big" })), (run) =>
        run === 1
          ? {
              until: bench.hasSent("big", text.length / 3),
              sources: [{ bucket, type: "before", fields: { a: "1" } }],
            }
          : { sources: [{ bucket: "another" }] },
      );

      expect(bench.documents).toHaveLength(lines.length);
      expect(new Set(bench.documents.map(({ type, a }) => [type, a].join(" ")))).toEqual(
        new Set(["before 1"]),
      );
    },
  );

  it.each<[string, Partial<SourceSettings>, string]>([
    ["a long line", {}, " "],
    ["a long event of several lines", { multiline: "^https? " }, "\n"],
  ])("makes the same documents of %s as one run does, times among them", async (_, settings, between) => {
    const key = "AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/01/05/a.log";
    const second = Array.from({ length: 400 }, (_, line) => `${line} `.padEnd(8_000, "."));
    const body = Buffer.from(
      `http 2026-01-05T10:00:00.1Z app/web/1 a\nhttps 2026-01-05T11:00:00.2Z ${second.join(between)}`,
    );
    const sources = [{ bucket, ...settings }];
    const event = sqsEvent(s3Event({ bucket, key }));
    bench.s3.put(bucket, key, body);
    expect(await bench.run(event, { sources })).toEqual(done);
    // Without their texts, of which a difference would fill the screen.
    const fields = (): unknown[] => bench.documents.map((document) => ({ ...document, message: "" }));
    const inOneRun = { messages: bench.messages, fields: fields() };
    expect(new Set(bench.documents.map((document) => document["@timestamp"]))).toEqual(
      new Set(["2026-01-05T10:00:00.1Z", "2026-01-05T11:00:00.2Z"]),
    );
    bench.clear();
    bench.s3.put(bucket, key, body);
    slowly(key, body.length * 3, 2);

    const runs = await runToTheEnd(event, (run) => ({
      sources,
      ...(run <= 2 ? { until: bench.hasSent(key, body.length / 3) } : {}),
    }));

    expect(runs).toBe(3);
    expect(fields()).toEqual(inOneRun.fields);
    expect(bench.messages.every((message, index) => message === inOneRun.messages[index])).toBe(true);
  });

  it("is read on the same ETag: overwritten meanwhile, the rest is left to its own event", async () => {
    bench.s3.put(bucket, "big", text);
    slowly("big", text.length * 3, 1);
    await bench.run(sqsEvent(s3Event({ bucket, key: "big" })), {
      until: bench.hasSent("big", text.length / 3),
    });
    bench.s3.put(bucket, "big", "new");
    const [left] = bench.aws.messages(bench.queueUrl);

    expect(await bench.run(sqsEvent(left.body))).toEqual(done);

    expect(bench.messages).not.toContain("new");
    expect(bench.s3.requests[1].ifMatch).toBeDefined();
  });

  fault(
    52,
    "the time runs out before an object of the batch was started",
    "it is handed over, and uses up no receive of its message",
    async () => {
      bench.s3.put(bucket, "a-big", text);
      bench.s3.put(bucket, "b", "b");
      bench.s3.put(bucket, "c", "c");
      slowly("a-big", text.length * 3, 1);
      const batch = sqsEvent(...["c", "a-big", "b"].map((key) => s3Event({ bucket, key })));

      const runs = await runToTheEnd(batch, (run) =>
        run === 1 ? { until: bench.hasSent("a-big", text.length / 3) } : {},
      );

      expect(runs).toBe(4);
      expect(bench.messages).toHaveLength(lines.length + 2);
      expect(new Set(bench.messages).size).toBe(lines.length + 2);
      expect(bench.logged("object handed over").map(({ key }) => key)).toEqual(["a-big", "b", "c"]);
    },
  );

  fault(
    54,
    "an object gets no further in two runs",
    "in the dead-letter queue with the reason and what to do; redriven, it goes on where it was",
    async () => {
      bench.s3.put(bucket, "stuck", text);
      const stall = Array.from({ length: 2 }, () => ({ stallAfter: 10 }));
      bench.s3.script("stuck", ...stall);

      const run = (): RunOptions => ({ remainingMs: runsOutAfter(700) });
      await runToTheEnd(sqsEvent(s3Event({ bucket, key: "stuck" })), run);

      expect(bench.aws.messages(bench.queueUrl)).toHaveLength(1);
      const [buried] = bench.aws.messages(bench.deadLetterQueueUrl);
      expect(JSON.parse(buried.body)).toMatchObject({ bucket, key: "stuck", stalled: 0 });
      expect(JSON.stringify(bench.aws.callsOf("SendMessageBatch").at(-1)?.input)).toMatch(
        /"Reason".*no progress in 2 runs/,
      );
      expect(bench.logged("object given up")).toHaveLength(1);

      // Redriven when whatever was wrong is mended, it ships.
      expect(await bench.run(sqsEvent(buried.body))).toEqual(done);
      expect(bench.messages).toEqual(lines);
    },
  );

  fault(
    53,
    "SQS does not take a continuation, in three tries",
    "its message fails and comes back: what this run shipped of it may come twice",
    async () => {
      bench.s3.put(bucket, "a-big", text);
      bench.s3.put(bucket, "b", "b");
      slowly("a-big", text.length * 3, 1);
      bench.aws.script("SendMessageBatch", { failEntries: [1] }, { failEntries: [0] }, { failEntries: [0] });
      const batch = sqsEvent(
        sqsMessage(s3Event({ bucket, key: "a-big" }), { messageId: "m1" }),
        sqsMessage(s3Event({ bucket, key: "b" }), { messageId: "m2" }),
      );

      const response = await bench.run(batch, { until: bench.hasSent("a-big", text.length / 3) });

      expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }] });
    },
  );

  fault(
    53,
    "SQS does not take a continuation, or one of two, at first",
    "sent again; nothing lost, nothing twice",
    async () => {
      for (const [keys, failEntries] of [
        [["a-big", "b"], [1]],
        [["a-big"], [0]],
      ] as const) {
        bench.clear();
        bench.s3.put(bucket, "a-big", text);
        bench.s3.put(bucket, "b", "b");
        slowly("a-big", text.length * 3, 1);
        bench.aws.script("SendMessageBatch", { failEntries });
        const batch = sqsEvent(...keys.map((key) => s3Event({ bucket, key })));

        await runToTheEnd(batch, (run) =>
          run === 1 ? { until: bench.hasSent("a-big", text.length / 3) } : {},
        );

        expect(bench.messages).toEqual([...lines, ...keys.slice(1)]);
      }
    },
  );

  fault(
    54,
    "an object gets no further, but only ever got the end of a run",
    "not given up: that says nothing of the object",
    async () => {
      bench.s3.put(bucket, "a", "a".repeat(1000));
      bench.s3.put(bucket, "z", "healthy");
      let event = sqsEvent(s3Event({ bucket, key: "a" }), s3Event({ bucket, key: "z" }));
      for (let run = 0; run < 3; run++) {
        // The first takes nearly all of each run, and the last gets no byte in what is left.
        bench.s3.script("z", { stallAfter: 0 });
        const firstIsShipped = (): boolean => bench.logged("object shipped").length > run;
        const remainingMs = (): number => (firstIsShipped() ? 31_000 : 60_000);
        await bench.run(event, { remainingMs, until: firstIsShipped });
        const left = bench.aws.messages(bench.queueUrl)[run];
        expect(JSON.parse(left.body)).toMatchObject({
          key: "z",
          stalled: expect.closeTo(0.2 * (run + 1)) as number,
        });
        event = sqsEvent(s3Event({ bucket, key: "a" }), left.body);
      }
      expect(bench.aws.messages(bench.deadLetterQueueUrl)).toEqual([]);
    },
  );

  it("names the line of the place where it stopped, though empty lines behind that were read", async () => {
    const content = `line\n${"\n".repeat(5_000)}`.repeat(400);
    bench.s3.put(bucket, "a", content);
    slowly("a", content.length * 3, 1);

    const until = bench.hasSent("a", content.length / 3);
    expect(await bench.run(sqsEvent(s3Event({ bucket, key: "a" })), { until })).toEqual(done);

    const [left] = bench.aws.messages(bench.queueUrl);
    const { position } = parseContinuation(JSON.parse(left.body) as Record<string, unknown>);
    expect(position?.line).toBeGreaterThan(1);
    expect(position?.line).toBe(content.slice(0, position?.offset).split("\n").length - 1);
  });

  it("is done where it was interrupted behind its last byte", async () => {
    const content = "one\ntwo\n";
    const etag = bench.s3.put(bucket, "a", content);
    const continuation = renderContinuation({
      object: { bucket, key: "a", region: "us-east-1", eTag: etag },
      position: {
        compression: "none",
        entry: 0,
        offset: content.length,
        format: "text",
        type: "t",
        record: 2,
        line: 2,
      },
      stalled: 0,
    });

    bench.s3.script("a", { status: 416, code: "InvalidRange" });

    expect(await bench.run(sqsEvent(sqsMessage(continuation)))).toEqual(done);

    expect(bench.messages).toEqual([]);
  });

  it("is done where it was interrupted in what is behind its compressed data", async () => {
    const compressed = gzipSync(text, { level: 1 });
    const padding = Buffer.alloc(2_000_000);
    const behind = [
      [Buffer.from("\n"), lines],
      [gzipSync("one more"), [...lines.slice(0, -1), `${lines.at(-1)}one more`]],
    ] as const;
    for (const [end, expected] of behind) {
      bench.clear();
      bench.s3.put(bucket, "big", Buffer.concat([compressed, padding, end]));
      slowly("big", 10_000_000, 1);

      const runs = await runToTheEnd(sqsEvent(s3Event({ bucket, key: "big" })), (run) =>
        run === 1 ? { until: bench.hasSent("big", compressed.length + 500_000) } : {},
      );

      expect(runs).toBe(2);
      expect(bench.messages).toEqual(expected);
      expect(bench.logged("object shipped")).toHaveLength(1);
      expect(bench.reasons).toEqual([]);
    }
  });

  it("goes on for any number of runs: Lambda's loop detection, which stops at 16, does not see a loop", async () => {
    const trace = { AWS_LAMBDA_FUNCTION_NAME: "hook", _X_AMZN_TRACE_ID: "Root=1-1-1;Lineage=15:abc:0" };
    Object.assign(process.env, trace);
    try {
      bench.s3.put(bucket, "big", text);
      slowly("big", text.length * 3, 1);

      bench.s3.put(bucket, "small", "one");
      await bench.run(sqsEvent(s3Event({ bucket, key: "small" })));
      await bench.run(sqsEvent(s3Event({ bucket, key: "big" })), {
        until: bench.hasSent("big", text.length / 3),
      });

      // The SDK sets the header on every call of a function; on the one that hands over it must be missing.
      expect(bench.aws.callsOf("GetSecretValue")[0].headers["x-amzn-trace-id"]).toContain("Lineage=15");
      expect(bench.aws.callsOf("SendMessageBatch")[0].headers["x-amzn-trace-id"]).toBeUndefined();
    } finally {
      for (const name of Object.keys(trace)) Reflect.deleteProperty(process.env, name);
    }
  });

  it("throws where there is no queue to hand over to", async () => {
    bench.s3.put(bucket, "big", text);
    slowly("big", text.length * 3, 1);
    const run = bench.run(s3Event({ bucket, key: "big" }), {
      until: bench.hasSent("big", text.length / 3),
      queue: false,
    });
    await expect(run).rejects.toThrow(/QUEUE_URL names no queue/);
  });
});

describe("a continuation's message", () => {
  it("is read as it was written", () => {
    const continuation = {
      object: { bucket: "b", key: "k/é", region: "r", versionId: undefined, eTag: "e" },
      source: { bucket: "b", prefix: "k/" },
      position: {
        compression: "gzip" as const,
        entry: 0,
        offset: 5_000_000_000,
        format: "json-array",
        state: { inside: true as const },
        type: "t",
        record: 7,
        line: 8,
      },
      stalled: 1,
    };
    const body = JSON.parse(renderContinuation(continuation)) as Record<string, unknown>;
    expect(isContinuation(body)).toBe(true);
    expect(parseContinuation(body)).toEqual(continuation);
  });

  it.each([
    ["a later version", { version: 2, bucket: "b", key: "k" }, /version 2.*deploy/],
    ["no region", { version: 1, bucket: "b", key: "k" }, /damaged/],
    [
      "a negative offset",
      { version: 1, bucket: "b", key: "k", region: "r", stalled: 0, offset: -1 },
      /position/,
    ],
  ])("is refused with %s", (_, body, reason) => {
    expect(() => parseContinuation(body)).toThrow(reason);
  });
});
