import { bulkLimitBytes } from "../../../../lambdas/shipping/bulk";
import { fault } from "../../../support/fault";
import { s3Event, sqsEvent, sqsMessage } from "../../../support/events";
import { bucket, HookBench, secretArn, token, type RunOptions } from "../../../support/hook-bench";

const key = "a.log";
const lines = ["one", "two", "three"];
const event = sqsEvent(sqsMessage(s3Event({ bucket, key }), { messageId: "m1" }));
const done = { batchItemFailures: [] };
const failed = { batchItemFailures: [{ itemIdentifier: "m1" }] };
const quick: RunOptions = { listener: { backoff: { attempts: 4, baseMs: 1, capMs: 2 } } };

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
  bench.s3.put(bucket, key, `${lines.join("\n")}\n`);
});
afterEach(() => bench.stop());

/** What must hold where everything arrived, once. */
function expectShipped(): void {
  expect(bench.messages).toEqual(lines);
  expect(bench.logged("object shipped")).toMatchObject([
    { records: 3, accepted: 3, filtered: 0, refused: 0 },
  ]);
}

/** What must hold where nothing arrived, and the message comes back. */
function expectFailed(error: RegExp): void {
  expect(bench.messages).toEqual([]);
  expect(bench.logged("object shipped")).toEqual([]);
  expect(bench.logged("object failed")).toMatchObject([
    { level: "error", accepted: 0, refused: 0, error: expect.stringMatching(error) as string },
  ]);
  expect(bench.measured("ObjectsFailed")).toBe(1);
  expect(bench.aws.messages(bench.queueUrl)).toEqual([]);
}

fault(40, "500, 502, 503 and 504, one after the other", "tried again each time, shipped once", async () => {
  bench.listener.script(...[500, 502, 503, 504].map((status) => ({ status, body: "<html>busy</html>" })));

  expect(await bench.run(event, { listener: { backoff: { baseMs: 1, capMs: 2 } } })).toEqual(done);

  expect(bench.listener.requests.map(({ status }) => status)).toEqual([500, 502, 503, 504, 200]);
  expect(bench.measured("Retries")).toBe(4);
  expectShipped();
});

fault(41, "429 without Retry-After", "tried again behind the function's own backoff", async () => {
  bench.listener.script({ status: 429 }, { status: 429 });

  expect(await bench.run(event, quick)).toEqual(done);

  expect(bench.listener.requests).toHaveLength(3);
  expectShipped();
});

fault(41, "429 with Retry-After", "tried again when it says, not before", async () => {
  bench.listener.script({ status: 429, headers: { "Retry-After": "1" } });

  expect(await bench.run(event, quick)).toEqual(done);

  const [first, second] = bench.listener.requests;
  expect(second.startedAt - (first.finishedAt ?? NaN)).toBeGreaterThanOrEqual(990);
  expectShipped();
});

fault(
  41,
  "429 with a Retry-After beyond the time that is left",
  "given up at once, with the wait that was asked for; the message comes back",
  async () => {
    bench.listener.script({ status: 429, headers: { "Retry-After": "3600" } });

    expect(await bench.run(event)).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(1);
    expectFailed(/in 1 tries \(status 429, asks to wait 3600 s\)/);
  },
);

fault(
  42,
  "5xx for as long as it is tried",
  "bounded tries, then the message comes back, with the reason; nothing of it is done",
  async () => {
    bench.listener.always({ status: 500 });

    expect(await bench.run(event, quick)).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(4);
    expectFailed(/did not take a bulk in 4 tries \(status 500\)/);
  },
);

fault(42, "5xx for as long as it is tried, in a direct invocation", "the invocation fails", async () => {
  bench.listener.always({ status: 500 });

  await expect(bench.run(s3Event({ bucket, key }), quick)).rejects.toThrow(/did not take a bulk in 4 tries/);
});

fault(
  42,
  "5xx while a batch is worked",
  "the objects that were not started wait in the queue for a minute, without using up a receive",
  async () => {
    for (const other of ["b.log", "c.log"]) bench.s3.put(bucket, other, other);
    bench.listener.always({ status: 503 });
    const batch = [key, "b.log", "c.log"].map((each) =>
      sqsMessage(s3Event({ bucket, key: each }), { messageId: each }),
    );

    expect(await bench.run(sqsEvent(...batch), quick)).toEqual({
      batchItemFailures: [{ itemIdentifier: key }],
    });

    expect(bench.listener.requests).toHaveLength(4);
    const left = bench.aws.messages(bench.queueUrl);
    const keys = left.map(({ body, delaySeconds }) => [
      (JSON.parse(body) as { key: string }).key,
      delaySeconds,
    ]);
    expect(keys).toEqual([
      ["b.log", 60],
      ["c.log", 60],
    ]);
    bench.listener.always(undefined);
    expect(await bench.run(sqsEvent(...left.map(({ body }) => body)))).toEqual(done);
    expect(bench.messages).toEqual(["b.log", "c.log"]);
  },
);

fault(43, "a connection that is refused", "bounded tries, then the message comes back", async () => {
  const { url } = bench.listener;
  await bench.listener.stop();

  expect(await bench.run(event, { ...quick, listenerUrl: url })).toEqual(failed);

  expect(bench.measured("Retries")).toBe(3);
  expectFailed(/in 4 tries \(.*ECONNREFUSED/);
});

fault(43, "a name that has no address", "bounded tries, then the message comes back", async () => {
  expect(await bench.run(event, { ...quick, listenerUrl: "https://listener.invalid:8071" })).toEqual(failed);

  expect(bench.measured("Retries")).toBe(3);
  expectFailed(/in 4 tries \(.*getaddrinfo/);
});

fault(43, "TLS that fails", "bounded tries, then the message comes back; the token is not sent", async () => {
  const listenerUrl = bench.listener.url.replace("http:", "https:");

  expect(await bench.run(event, { ...quick, listenerUrl })).toEqual(failed);

  expect(bench.listener.requests).toEqual([]);
  expectFailed(/in 4 tries \(/);
  expect(JSON.stringify(bench.log)).not.toContain(token);
});

fault(43, "no answer in time", "tried again", async () => {
  bench.listener.script("hang");

  expect(await bench.run(event, { listener: { requestTimeoutMs: 500, backoff: { baseMs: 1 } } })).toEqual(
    done,
  );

  expect(bench.logged("trying a bulk again")).toMatchObject([
    { reason: expect.stringMatching(/no answer within/) as string },
  ]);
  expectShipped();
});

fault(43, "a reset before the body is read", "tried again on a new connection, shipped once", async () => {
  bench.listener.script("reset", "reset");

  expect(await bench.run(event, quick)).toEqual(done);

  expect(bench.listener.requests).toHaveLength(3);
  expectShipped();
});

fault(
  43,
  "a reset behind the body, which was accepted",
  "that bulk is sent again; each record has the same record_id both times",
  async () => {
    bench.listener.script("reset-after-body");

    const sources = [{ bucket, type: "t", recordId: true }];
    expect(await bench.run(event, { ...quick, sources })).toEqual(done);

    const [one, two, three, ...again] = bench.listener.documents;
    expect(again).toEqual([one, two, three]);
    expect(new Set(bench.documents.map(({ record_id: id }) => id)).size).toBe(3);
    expect(bench.logged("object shipped")).toMatchObject([{ records: 3, accepted: 3, refused: 0 }]);
  },
);

fault(44, "an answer that takes its time", "waited for, shipped once", async () => {
  bench.listener.script({ slowMs: 1200 });

  expect(await bench.run(event)).toEqual(done);

  expect(bench.listener.requests).toHaveLength(1);
  expectShipped();
});

fault(44, "200 with a page of HTML", "accepted", async () => {
  bench.listener.script({ status: 200, body: `<html>${"x".repeat(100_000)}</html>` });

  expect(await bench.run(event)).toEqual(done);

  expect(bench.listener.requests).toHaveLength(1);
  expectShipped();
});

fault(
  44,
  "an answer that would come behind the end of the run",
  "the bulk is not sent at all, so that it cannot come twice; the message comes back",
  async () => {
    bench.listener.script({ status: 429, headers: { "Retry-After": "5" } }, { slowMs: 1500 });
    const end = Date.now() + 7_400;
    let looks = 0;

    const remainingMs = (): number => (looks++ === 0 ? 14_400 : end - Date.now());
    expect(await bench.run(event, { remainingMs })).toEqual(failed);

    expect(bench.listener.requests).toHaveLength(1);
    expectFailed(/asks to wait 5 s/);
  },
);

fault(
  45,
  "400 with Logz.io's four counts: a part is refused",
  "counted as refused and logged as an error; the bulk is not sent again",
  async () => {
    const counts = { malformedLines: 1, successfulLines: 2, oversizedLines: 0, emptyLogLines: 0 };
    bench.listener.script({ refusedLines: 1 });

    expect(await bench.run(event)).toEqual(done);

    expect(bench.messages).toEqual(["one", "two"]);
    expect(bench.listener.requests).toHaveLength(1);
    expect(bench.logged("object shipped")).toMatchObject([
      { records: 3, accepted: 2, filtered: 0, refused: 1 },
    ]);
    expect(bench.log.filter(({ level }) => level === "error")).toMatchObject([{ ...counts, refused: 1 }]);
    expect(bench.measured("RecordsRefused")).toBe(1);
  },
);

fault(46, "400 with counts that cannot be", "the item fails, as without counts", async () => {
  bench.listener.script({ status: 400, body: JSON.stringify({ successfulLines: -2, malformedLines: 5 }) });

  expect(await bench.run(event, quick)).toEqual(failed);

  expectFailed(/refused a bulk of 3 documents with status 400/);
});

fault(
  46,
  "400 without counts",
  "the message fails at once; six receives later it is in the dead-letter queue, with its reason",
  async () => {
    bench.listener.always({ status: 400, body: "cannot parse: three" });

    expect(await bench.run(event)).toEqual(failed);
    expect(bench.listener.requests).toHaveLength(1);
    expectFailed(/refused a bulk of 3 documents with status 400; is .*port 8071/);

    const sixth = sqsMessage(s3Event({ bucket, key }), { messageId: "m1", receiveCount: 6 });
    expect(await bench.run(sqsEvent(sixth))).toEqual(done);
    expect(bench.reasons).toEqual([expect.stringMatching(/refused a bulk of 3 documents/)]);
    // What the answer quotes of the logs is in none of ours.
    expect(JSON.stringify([bench.log, bench.reasons])).not.toContain("three");
  },
);

fault(
  47,
  "401 or 403: the token is refused",
  "the secret is read once more, then the whole batch stops, with what to do; nothing is done",
  async () => {
    bench.s3.put(bucket, "b.log", "more");
    const batch = sqsEvent(
      sqsMessage(s3Event({ bucket, key }), { messageId: "m1" }),
      sqsMessage(s3Event({ bucket, key: "b.log" }), { messageId: "m2" }),
    );
    for (const [index, status] of [401, 403].entries()) {
      bench.clear();
      bench.s3.put(bucket, key, lines.join("\n"));
      bench.listener.always({ status, body: "Logging token is not valid" });

      expect(await bench.run(batch)).toEqual({
        batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }],
      });

      expect(bench.listener.requests).toHaveLength(1);
      expect([index, bench.aws.callsOf("GetSecretValue").length]).toEqual([index, 2]);
      expectFailed(/does not accept the token.*put the log shipping token .* into the secret/);
      expect(JSON.stringify(bench.log)).not.toContain(token);
    }
  },
);

fault(
  47,
  "the token was rotated since it was read",
  "the secret is read again, and the same bulk is shipped",
  async () => {
    bench.aws.secrets.set(secretArn, JSON.stringify({ api_key: "the-old-token" }));
    bench.listener.token = "the-old-token";
    expect(await bench.run(event)).toEqual(done);
    bench.clear();
    bench.s3.put(bucket, key, lines.join("\n"));
    bench.aws.secrets.set(secretArn, JSON.stringify({ api_key: token }));
    bench.listener.token = token;

    expect(await bench.run(event, { warm: true })).toEqual(done);

    expect(bench.listener.requests.map(({ status }) => status)).toEqual([401, 200]);
    expectShipped();
  },
);

fault(
  65,
  "Secrets Manager refuses the token to a cold start",
  "the whole batch fails and comes back, with what to allow; nothing is sent, and no other object is tried",
  async () => {
    bench.s3.put(bucket, "b.log", "more");
    bench.aws.secrets.clear();
    const batch = [key, "b.log"].map((each) =>
      sqsMessage(s3Event({ bucket, key: each }), { messageId: each }),
    );

    expect(await bench.run(sqsEvent(...batch))).toEqual({
      batchItemFailures: [{ itemIdentifier: key }, { itemIdentifier: "b.log" }],
    });

    expect(bench.listener.requests).toEqual([]);
    expectFailed(/cannot be read .*; allow the function secretsmanager:GetSecretValue on it/);
  },
);

fault(65, "Secrets Manager is down for a warm function", "the token is still known: shipped", async () => {
  expect(await bench.run(event)).toEqual(done);
  bench.aws.secrets.clear();

  expect(await bench.run(event, { warm: true })).toEqual(done);

  expect(bench.messages).toEqual([...lines, ...lines]);
});

fault(
  48,
  "404, 301, 302, or HTML of a proxy",
  "no redirect is followed; the message fails at once, and the token that a proxy echoes is not in the log",
  async () => {
    const headers = { Location: "http://127.0.0.1:1/" };
    for (const status of [404, 301, 302]) {
      bench.clear();
      bench.s3.put(bucket, key, lines.join("\n"));
      bench.listener.always({ status, headers, body: `<html>no such page: /?token=${token}</html>` });

      expect(await bench.run(event)).toEqual(failed);

      expect(bench.listener.requests).toHaveLength(1);
      expectFailed(new RegExp(`with status ${status}: <html>no such page: /\\?token=…`));
      expect(JSON.stringify(bench.log)).not.toContain(token);
    }
  },
);

fault(49, "413: a bulk is too large", "its halves are sent, in order, shipped once", async () => {
  bench.listener.script({ status: 413 }, { status: 413 });

  expect(await bench.run(event)).toEqual(done);

  expect(bench.listener.requests.map(({ lines: sent }) => sent)).toEqual([0, 0, 1, 1, 1]);
  expectShipped();
});

fault(
  49,
  "413 for a single document",
  "counted as refused and logged as an error; the others are shipped",
  async () => {
    bench.listener.script({ status: 413 }, { status: 413 }, { status: 413 });

    expect(await bench.run(event)).toEqual(done);

    const [shipped] = bench.logged("object shipped");
    expect(shipped).toMatchObject({ records: 3, accepted: 2, filtered: 0, refused: 1 });
    expect(bench.messages).toHaveLength(2);
    expect(bench.log.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(bench.measured("RecordsRefused")).toBe(1);
  },
);

fault(
  50,
  "a connection that was kept open is closed by the server as the next bulk is sent",
  "sent again on a new connection, shipped once",
  async () => {
    bench.s3.put(bucket, "b.log", "more");
    bench.listener.script({ slowMs: 0 }, "reset");
    const batch = sqsEvent(...[key, "b.log"].map((each) => s3Event({ bucket, key: each })));

    expect(await bench.run(batch, quick)).toEqual(done);

    expect(bench.messages).toEqual([...lines, "more"]);
    expect(bench.listener.requests).toHaveLength(3);
    expect(bench.measured("Retries")).toBe(1);
  },
);

fault(
  51,
  "lines that grow: escapes, letters of four bytes",
  "bulks and documents are measured in the bytes that are sent",
  async () => {
    const grown = Array.from(
      { length: 400 },
      (_, index) => `${index} ${index % 2 === 0 ? '"\\'.repeat(16_000) : "\u{1f600}".repeat(8_000)}`,
    );
    bench.s3.put(bucket, key, grown.join("\n"));

    expect(await bench.run(event)).toEqual(done);

    expect(bench.messages).toEqual(grown);
    const sizes = bench.listener.requests.map(({ bodyBytes }) => bodyBytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(bulkLimitBytes);
    // As few as the limit allows: only the last one may be far from full.
    for (const bytes of sizes.slice(0, -1)) expect(bytes).toBeGreaterThan(bulkLimitBytes - 70_000);
    expect(bench.listener.requests.every(({ status }) => status === 200)).toBe(true);
  },
);

test("a run that failed leaves nothing behind for the next run of the same function", async () => {
  bench.listener.script({ status: 500 }, { status: 401 }, { status: 404 });
  const once = { listener: { backoff: { attempts: 1 } } };

  expect(await bench.run(event, once)).toEqual(failed);
  expect(await bench.run(event, { ...once, warm: true })).toEqual(failed);
  expect(await bench.run(event, { ...once, warm: true })).toEqual(failed);
  expect(await bench.run(event, { ...once, warm: true })).toEqual(done);

  expectShipped();
});
