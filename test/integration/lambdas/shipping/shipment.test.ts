import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { LocalListener, type ScriptedAnswer } from "../../../../cli/local/listener";
import { RecordSlice } from "../../../../lambdas/reading/formats/record";
import { Deadline } from "../../../../lambdas/runtime/deadline";
import { Logger } from "../../../../lambdas/runtime/logger";
import { Metrics } from "../../../../lambdas/runtime/metrics";
import { fixedToken } from "../../../../lambdas/runtime/token";
import { Bulk } from "../../../../lambdas/shipping/bulk";
import { DocumentWriter } from "../../../../lambdas/shipping/document";
import { ListenerUnavailable } from "../../../../lambdas/shipping/errors";
import { Listener } from "../../../../lambdas/shipping/listener";
import { Shipment } from "../../../../lambdas/shipping/shipment";

const token = "a-token-for-tests";
const bulkBytes = 2_000;
const writer = new DocumentWriter({ fields: { type: "t" } });

function line(text: string): RecordSlice {
  const slice = new RecordSlice();
  slice.buffer = Buffer.from(text);
  slice.end = slice.buffer.length;
  return slice;
}

describe("the bulks of a shipment", () => {
  let double: LocalListener;
  let listener: Listener;
  let deadline: Deadline;
  const buffers = [1, 2, 3].map(() => new Bulk(bulkBytes));

  const start = async (): Promise<void> => {
    double = await LocalListener.start({ token });
    const backoff = { baseMs: 1, capMs: 2, attempts: 3 };
    listener = new Listener({ origin: new URL(double.url), token: fixedToken(token), backoff });
    deadline = new Deadline(() => 300_000);
  };
  const stop = async (): Promise<void> => {
    deadline.close();
    listener.close();
    await double.stop();
  };
  beforeEach(start);
  afterEach(stop);

  /** A shipment over the first so many buffers. */
  function shipmentOver(count: number): { shipment: Shipment<number>; add: (text: string) => Promise<void> } {
    const unheard = (): void => undefined;
    const context = { deadline, logger: new Logger("error", unheard), metrics: new Metrics({}, unheard) };
    const shipment = new Shipment<number>(buffers.slice(0, count), (bulk) => listener.ship(bulk, context));
    let added = 0;
    const add = async (text: string): Promise<void> => {
      const record = line(text);
      if (!shipment.add(record, writer)) {
        await shipment.rotate(added);
        shipment.add(record, writer);
      }
      added++;
    };
    return { shipment, add };
  }

  it("are filled and compressed while one is on its way, as many as there are buffers", async () => {
    let answerFirst = (): void => undefined;
    const isHeld = new Promise<void>((resolve) => (answerFirst = resolve));
    const shipped: number[] = [];
    const shipment = new Shipment<number>(buffers, async ({ documents }) => {
      shipped.push(documents);
      await isHeld;
      return { accepted: documents, refused: 0, requests: 1, retries: 0 };
    });
    const fill = async (end: number): Promise<void> => {
      shipment.add(line("one line"), writer);
      await shipment.rotate(end);
    };

    for (const end of [1, 2, 3]) await fill(end);
    let isFourthTaken = false;
    const fourth = fill(4).then(() => (isFourthTaken = true));
    await new Promise((resolve) => setTimeout(resolve, 50));

    // The first is being sent, two are compressed behind it, and the fourth waits.
    expect(shipped).toHaveLength(1);
    expect(isFourthTaken).toBe(false);
    answerFirst();
    await fourth;
    await shipment.finish(4);
    expect(shipped).toHaveLength(4);
    expect(shipment.confirmed).toBe(4);
  });

  it("arrive in order, one request at a time, whatever goes wrong on the way", async () => {
    const answer = fc.constantFrom<ScriptedAnswer>(
      { status: 503 },
      { status: 429 },
      { status: 413 },
      { slowMs: 3 },
      "reset",
    );
    const texts = fc.array(
      fc.nat({ max: 900 }).map((length) => randomBytes(length).toString("hex")),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(answer, { maxLength: 2 }),
        fc.constantFrom(2, 3),
        async (lines, answers, count) => {
          // Anew each time: answers of a run that needed fewer requests are not for the next one.
          await stop();
          await start();
          double.script(...answers);
          const { shipment, add } = shipmentOver(count);
          for (const [index, text] of lines.entries()) await add(`${index} ${text}`);
          await shipment.finish(lines.length);

          const messages = double.documents.map((text) => (JSON.parse(text) as { message: string }).message);
          // A single document that is refused as too large is counted, and left out.
          const refused = new Set(lines.map((text, index) => `${index} ${text}`));
          for (const message of messages) refused.delete(message);
          expect(shipment.account).toMatchObject({ accepted: messages.length, refused: refused.size });
          expect(messages).toEqual(
            lines.map((text, index) => `${index} ${text}`).filter((text) => !refused.has(text)),
          );
          expect(shipment.confirmed).toBe(lines.length);
          const finished = double.requests.map(({ finishedAt }) => finishedAt ?? Infinity);
          for (const [index, { startedAt }] of double.requests.entries())
            if (index > 0) expect(startedAt).toBeGreaterThanOrEqual(finished[index - 1]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("end at the first that is not accepted: none behind it is sent, and all buffers come free", async () => {
    double.always({ status: 503 });
    const { shipment, add } = shipmentOver(3);
    const failing = async (): Promise<void> => {
      for (let index = 0; index < 100; index++) await add(`${index} ${"x".repeat(500)}`);
    };

    await expect(failing()).rejects.toBeInstanceOf(ListenerUnavailable);
    await shipment.settle();

    expect(double.requests).toHaveLength(3);
    expect(double.documents).toEqual([]);
    expect(shipment.confirmed).toBeUndefined();
    for (const buffer of buffers) expect(buffer.documents).toBeLessThanOrEqual(4);
    await expect(shipment.rotate(100)).rejects.toBeInstanceOf(ListenerUnavailable);
  });
});
