import { s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { bucket, HookBench, secretArn } from "../../../support/hook-bench";

describe("a listener that does not simply accept", () => {
  let bench: HookBench;
  const key = "a.log";
  const event = sqsEvent(sqsMessage(s3Event({ bucket, key }), { messageId: "m1" }));
  const done = { batchItemFailures: [] };
  const failed = { batchItemFailures: [{ itemIdentifier: "m1" }] };

  beforeEach(async () => {
    bench = await HookBench.start();
    bench.s3.put(bucket, key, "one\ntwo\nthree\n");
  });
  afterEach(() => bench.stop());

  it.each([
    ["500", { status: 500 }],
    ["503 with a page of HTML", { status: 503, body: "<html>busy</html>" }],
    ["429", { status: 429 }],
    ["429 with Retry-After", { status: 429, headers: { "Retry-After": "0" } }],
    ["a connection that is reset", "reset" as const],
  ])("is tried again: %s", async (_, answer) => {
    bench.listener.script(answer, answer);

    expect(await bench.run(event)).toEqual(done);

    expect(bench.listener.requests).toHaveLength(3);
    expect(bench.messages).toEqual(["one", "two", "three"]);
  });

  it("is waited for as long as Retry-After asks", async () => {
    bench.listener.script({ status: 429, headers: { "Retry-After": "1" } });
    const startedAt = Date.now();

    await bench.run(event);

    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000);
    expect(bench.messages).toHaveLength(3);
  });

  it("is given up after bounded tries where it always answers 500; the message comes back", async () => {
    bench.listener.always({ status: 500 });

    expect(await bench.run(event, { listener: { backoff: { attempts: 4, baseMs: 1 } } })).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(4);
    expect(bench.logged("object failed")).toMatchObject([{ accepted: 0, refused: 0 }]);
  });

  it("is given up where Retry-After asks for more than the time that is left", async () => {
    bench.listener.script({ status: 429, headers: { "Retry-After": "3600" } });

    expect(await bench.run(event)).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(1);
  });

  it("is tried again where it does not answer in time", async () => {
    bench.listener.script("hang");

    expect(await bench.run(event, { listener: { requestTimeoutMs: 200, backoff: { baseMs: 1 } } })).toEqual(
      done,
    );

    expect(bench.messages).toHaveLength(3);
  });

  it("throws on a direct invocation that failed", async () => {
    bench.listener.always({ status: 500 });
    const run = bench.run(s3Event({ bucket, key }), { listener: { backoff: { attempts: 2, baseMs: 1 } } });
    await expect(run).rejects.toThrow(/did not take a bulk in 2 tries \(status 500/);
  });

  it("accepting a part is counted, reported, and never sent again", async () => {
    const counts = { malformedLines: 1, successfulLines: 2, oversizedLines: 0, emptyLogLines: 0 };
    bench.listener.script({ status: 400, body: JSON.stringify({ ...counts, sample: "three" }) });

    expect(await bench.run(event)).toEqual(done);

    expect(bench.listener.requests).toHaveLength(1);
    expect(bench.logged("object shipped")).toMatchObject([{ records: 3, accepted: 2, refused: 1 }]);
    expect(bench.log.filter(({ level }) => level === "error")).toMatchObject([{ ...counts, refused: 1 }]);
    expect(JSON.stringify(bench.log)).not.toContain("three");
  });

  it.each([
    ["400 without counts", { status: 400, body: "cannot parse: three" }],
    ["404", { status: 404 }],
    ["a redirect", { status: 302, headers: { Location: "http://127.0.0.1:1/" } }],
  ])("refusing a bulk as a whole fails the message at once: %s", async (_, answer) => {
    bench.listener.always(answer);

    expect(await bench.run(event)).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(1);
    expect(JSON.stringify(bench.log)).not.toContain("three");
  });

  it.each([401, 403])(
    "refusing the token (%i) stops all at once, behind one look for a new one",
    async (status) => {
      bench.s3.put(bucket, "b.log", "more");
      bench.listener.always({ status, body: "Logging token is not valid" });
      const batch = sqsEvent(
        sqsMessage(s3Event({ bucket, key }), { messageId: "m1" }),
        sqsMessage(s3Event({ bucket, key: "b.log" }), { messageId: "m2" }),
      );

      expect(await bench.run(batch)).toEqual({
        batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }],
      });

      expect(bench.listener.requests).toHaveLength(1);
      expect(bench.aws.callsOf("GetSecretValue")).toHaveLength(2);
      expect(JSON.stringify(bench.log)).not.toContain("a-token-for-tests");
    },
  );

  it("gets the token that was rotated meanwhile", async () => {
    bench.aws.secrets.set(secretArn, JSON.stringify({ api_key: "the-old-token" }));
    const run = bench.run(event);
    // The old token is refused; by then the secret holds the new one.
    while (bench.aws.callsOf("GetSecretValue").length === 0) await new Promise(setImmediate);
    bench.aws.secrets.set(secretArn, JSON.stringify({ api_key: "a-token-for-tests" }));

    expect(await run).toEqual(done);

    expect(bench.listener.requests.map(({ status }) => status)).toEqual([401, 200]);
    expect(bench.messages).toEqual(["one", "two", "three"]);
  });

  it("calling a bulk too large (413) gets its halves, in order", async () => {
    bench.listener.script({ status: 413 }, { status: 413 });

    expect(await bench.run(event)).toEqual(done);

    expect(bench.messages).toEqual(["one", "two", "three"]);
    expect(bench.logged("object shipped")).toMatchObject([{ records: 3, accepted: 3, refused: 0 }]);
  });

  it("calling a single document too large counts it as refused", async () => {
    bench.listener.always({ status: 413 });

    expect(await bench.run(event)).toEqual(done);

    expect(bench.logged("object shipped")).toMatchObject([{ records: 3, accepted: 0, refused: 3 }]);
  });

  it("breaking off behind the body gets it twice, with the same record_id for the same record", async () => {
    bench.listener.script("reset-after-body");

    expect(await bench.run(event, { sources: [{ bucket, type: "t", recordId: true }] })).toEqual(done);

    expect(bench.messages).toEqual(["one", "two", "three", "one", "two", "three"]);
    expect(new Set(bench.documents.map(({ record_id: id }) => id)).size).toBe(3);
  });

  it("being down leaves the rest of the batch for later, without trying each", async () => {
    for (const other of ["b.log", "c.log"]) bench.s3.put(bucket, other, other);
    bench.listener.always({ status: 503 });
    const batch = sqsEvent(
      ...[key, "b.log", "c.log"].map((each) =>
        sqsMessage(s3Event({ bucket, key: each }), { messageId: each }),
      ),
    );

    const response = await bench.run(batch, { listener: { backoff: { attempts: 2, baseMs: 1 } } });

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: key }] });
    expect(bench.listener.requests).toHaveLength(2);
    const left = bench.aws.messages(bench.queueUrl);
    expect(
      left.map(({ body, delaySeconds }) => [(JSON.parse(body) as { key: string }).key, delaySeconds]),
    ).toEqual([
      ["b.log", 60],
      ["c.log", 60],
    ]);
    bench.listener.always(undefined);
    await bench.run(sqsEvent(...left.map(({ body }) => body)));
    expect(bench.messages).toEqual(["b.log", "c.log"]);
  });

  it("is not sent a bulk that it has no time to answer", async () => {
    bench.listener.script({ status: 429, headers: { "Retry-After": "5" } }, { slowMs: 1500 });
    const end = Date.now() + 7_400;
    let looks = 0;

    expect(
      await bench.run(event, { remainingMs: () => (looks++ === 0 ? 14_400 : end - Date.now()) }),
    ).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(1);
  });

  it("leaves nothing behind for the next run of the same function", async () => {
    bench.listener.script({ status: 500 }, { status: 401 }, { status: 404 });
    const once = { listener: { backoff: { attempts: 1 } } };

    expect(await bench.run(event, once)).toEqual(failed);
    expect(await bench.run(event, { ...once, warm: true })).toEqual(failed);
    expect(await bench.run(event, { ...once, warm: true })).toEqual(failed);
    expect(await bench.run(event, { ...once, warm: true })).toEqual(done);

    expect(bench.messages).toEqual(["one", "two", "three"]);
    expect(bench.logged("object shipped")).toMatchObject([{ records: 3, accepted: 3, refused: 0 }]);
  });

  it("never shows the token that a proxy echoes", async () => {
    bench.listener.always({ status: 404, body: "no such page: /?token=a-token-for-tests" });

    await bench.run(event);

    expect(bench.logged("object failed")).toHaveLength(1);
    expect(JSON.stringify(bench.log)).not.toContain("a-token-for-tests");
  });
});
