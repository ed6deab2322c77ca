import { maximumReceives } from "../../../../lambdas/s3-hook/environment";
import { waitSeconds } from "../../../../lambdas/s3-hook/redelivery";
import { fault } from "../../../support/fault";
import { s3Event, sqsEvent, type S3Event } from "../../../support/events";
import { bucket, HookBench, secretArn } from "../../../support/hook-bench";
import { Random } from "../../../support/random";

const hourMs = 3_600_000;

describe("the waits between the receives of a message", () => {
  const waits = (random: () => number): number[] =>
    Array.from({ length: maximumReceives - 1 }, (_, index) => waitSeconds(index + 1, random));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

  it("double from a minute to half an hour, and jitter takes off a quarter at most", () => {
    expect(waits(() => 0).slice(0, 8)).toEqual([60, 120, 240, 480, 960, 1800, 1800, 1800]);
    expect(waits(() => 1).slice(0, 8)).toEqual([45, 90, 180, 360, 720, 1350, 1350, 1350]);
  });

  it("are 6 h 23 min to 8 h 31 min together, as the documentation says", () => {
    expect(Math.floor(sum(waits(() => 1)) / 60)).toBe(383);
    expect(sum(waits(() => 0)) / 60).toBe(511);
  });

  it("spread what failed together", () => {
    const random = new Random(7);
    const seconds = Array.from({ length: 50 }, () => waitSeconds(6, () => random.next()));
    expect(new Set(seconds).size).toBeGreaterThan(30);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1350);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(1800);
  });
});

describe("a message that fails, in a queue with a clock of its own", () => {
  let bench: HookBench;
  const key = "a.log";
  beforeEach(async () => {
    bench = await HookBench.start();
    bench.s3.put(bucket, key, "one\n");
  });
  afterEach(() => bench.stop());

  interface Life {
    readonly outcome: "done" | "dead-lettered";
    readonly receives: number;
    readonly ms: number;
  }

  /** Hands the message to the real function whenever its visibility timeout is over, until it is gone from the queue. */
  async function live(body: S3Event | string, beforeRun: (ms: number) => void): Promise<Life> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const message = bench.aws.send(bench.queueUrl, text);
    const options = { warm: true, listener: { backoff: { attempts: 1 } } };
    for (let ms = 0; ; ms += (message.visibilityTimeout ?? NaN) * 1000) {
      Object.assign(message, { visible: false, visibilityTimeout: undefined, receiptHandle: `handle-${ms}` });
      const receives = ++message.receiveCount;
      // What SQS does itself.
      if (receives > maximumReceives) return { outcome: "dead-lettered", receives: receives - 1, ms };
      beforeRun(ms);
      const batch = sqsEvent({ messageId: message.messageId, body: text, receiveCount: receives });
      const records = batch.Records.map((record) => ({ ...record, receiptHandle: message.receiptHandle }));
      const response = await bench.run({ Records: records }, options);
      if (response?.batchItemFailures.length === 0) {
        const buried = bench.aws.messages(bench.deadLetterQueueUrl).length > 0;
        return { outcome: buried ? "dead-lettered" : "done", receives, ms };
      }
      // The wait counts from the receive, and SQS allows no more.
      expect(message.visibilityTimeout).toBeLessThanOrEqual(43_200 - 900);
    }
  }

  const listenerDownFor = (hours: number) => (ms: number) =>
    bench.listener.always(ms < hours * hourMs ? { status: 503 } : undefined);

  fault(
    42,
    "the listener is down for six hours",
    "the message outlasts it, and is shipped within half an hour of its end",
    async () => {
      for (let run = 0; run < 5; run++) {
        const { outcome, ms } = await live(s3Event({ bucket, key }), listenerDownFor(6));
        expect(outcome).toBe("done");
        // And comes no later than half an hour behind the listener.
        expect(ms).toBeLessThanOrEqual(6.5 * hourMs);
      }
      expect(bench.messages).toEqual(Array.from({ length: 5 }, () => "one"));
      expect(bench.aws.messages(bench.deadLetterQueueUrl)).toEqual([]);
    },
  );

  fault(47, "the token is refused for six hours", "the message outlasts it", async () => {
    const { outcome } = await live(s3Event({ bucket, key }), (ms) =>
      bench.aws.secrets.set(secretArn, ms < 6 * hourMs ? "of-another-account" : "a-token-for-tests"),
    );
    expect(outcome).toBe("done");
  });

  fault(
    42,
    "the listener stays down",
    "behind 22 receives, more than six hours, in the dead-letter queue, unchanged and with its reason",
    async () => {
      const { outcome, receives, ms } = await live(s3Event({ bucket, key }), listenerDownFor(1000));
      expect({ outcome, receives }).toEqual({ outcome: "dead-lettered", receives: maximumReceives });
      expect(ms).toBeGreaterThan(6.3 * hourMs);
      const [buried] = bench.aws.messages(bench.deadLetterQueueUrl);
      expect(buried.body).toBe(JSON.stringify(s3Event({ bucket, key })));
      expect(buried.attributes["Reason"].StringValue).toMatch(/status 503/);
      expect(bench.logged("message given up: it is in the dead-letter queue")).toMatchObject([
        { receives: maximumReceives },
      ]);
    },
  );

  it("has half an hour for someone to change what refuses it, and comes with the reason", async () => {
    const denied = { status: 403, code: "AccessDenied" };
    const { outcome, receives, ms } = await live(s3Event({ bucket, key }), () =>
      bench.s3.script(key, denied),
    );
    expect({ outcome, receives }).toEqual({ outcome: "dead-lettered", receives: 6 });
    expect(ms).toBeGreaterThan(0.35 * hourMs);
    expect(ms).toBeLessThan(0.55 * hourMs);
    const [{ attributes }] = bench.aws.messages(bench.deadLetterQueueUrl);
    expect(attributes["Reason"].StringValue).toMatch(/AccessDenied.*allow the function s3:GetObject/);
  });

  it.each([
    ["that is no event", () => "{", /no JSON/],
    [
      "whose object is damaged",
      () => {
        bench.s3.put(bucket, key, Buffer.from("1f8b0800000000000003ffffffff", "hex"));
        return s3Event({ bucket, key });
      },
      /damaged/,
    ],
  ])("goes there at once where no wait helps: one %s", async (_, body, reason) => {
    expect(await live(body(), () => undefined)).toMatchObject({ outcome: "dead-lettered", receives: 1 });
    const [{ attributes }] = bench.aws.messages(bench.deadLetterQueueUrl);
    expect(attributes["Reason"].StringValue).toMatch(reason);
  });
});

describe("where SQS does not do what the function asks of it", () => {
  let bench: HookBench;
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  const denied = { status: 403, code: "AccessDenied" } as const;
  const failed = (...ids: string[]): object => ({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });

  it("a message fails and comes back by the queue's own visibility timeout", async () => {
    bench.listener.always({ status: 503 });
    bench.s3.put(bucket, "a.log", "one\n");
    bench.aws.script("ChangeMessageVisibilityBatch", denied);
    const body = JSON.stringify(s3Event({ bucket, key: "a.log" }));
    const event = sqsEvent({ messageId: "m1", body, receiveCount: 1 });

    const response = await bench.run(event, { listener: { backoff: { attempts: 1 } } });

    expect(response).toEqual(failed("m1"));
    expect(bench.logged("message comes back when its visibility timeout is over")).toHaveLength(1);
  });

  it("a message that cannot be buried stays in its queue, hidden for its wait", async () => {
    bench.aws.script("SendMessageBatch", denied);
    const message = bench.aws.send(bench.queueUrl, "{");
    Object.assign(message, { receiptHandle: "handle-m1", visible: false });

    expect(await bench.run(sqsEvent({ messageId: "m1", body: "{", receiveCount: 3 }))).toEqual(failed("m1"));

    expect(bench.logged("message not given up")).toMatchObject([{ messageId: "m1" }]);
    expect(message.visibilityTimeout).toBeGreaterThanOrEqual(180);
    expect(message.visibilityTimeout).toBeLessThanOrEqual(240);
  });

  it("each message of a batch waits by its own count", async () => {
    bench.listener.always({ status: 401 });
    const messages = [1, 4, 9].map((receiveCount) => {
      const key = `${receiveCount}.log`;
      bench.s3.put(bucket, key, "one\n");
      const message = bench.aws.send(bench.queueUrl, "");
      Object.assign(message, { receiptHandle: `handle-${key}`, visible: false });
      return {
        message,
        event: { messageId: key, body: JSON.stringify(s3Event({ bucket, key })), receiveCount },
      };
    });

    const response = await bench.run(sqsEvent(...messages.map(({ event }) => event)));

    expect(response).toEqual(failed("1.log", "4.log", "9.log"));
    const waits = messages.map(({ message }) => message.visibilityTimeout ?? 0);
    for (const [index, longest] of [60, 480, 1800].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(longest * 0.75);
      expect(waits[index]).toBeLessThanOrEqual(longest);
    }
    expect(bench.aws.callsOf("ChangeMessageVisibilityBatch")).toHaveLength(1);
  });
});
