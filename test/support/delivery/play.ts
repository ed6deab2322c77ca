import type { ScriptedAnswer } from "../../../cli/local/listener";
import { objectOf, sources } from "./contents";
import { Account } from "./account";
import type { DeliveryCase, ReadingFault } from "./faults";
import { eventBridgeEvent, s3Event, snsEnvelope, sqsEvent, type EventObject } from "../events";
import { bucket, secretArn, type HookBench } from "../hook-bench";
import type { S3Behaviour } from "../s3-double";
import { checkObject, type ShippedVersion } from "./promise";

interface Message {
  readonly body: string;
  readonly receives: number;
}

/** More runs than any case needs: a message that comes back for ever is a fault as well. */
const mostRuns = 120;
/** Longest bulks: of ordinary documents as the case says, else so that the longest document fits. */
const bulksOfLongDocuments = [250_000, 1_500_000] as const;

/** A body of more bytes comes in larger pieces, so that a few hundred are all. */
const longestInSmallPieces = 20_000;

/** Plays a case between the function and its doubles until the queue is empty, then checks what must hold. */
export class DeliveryPlay {
  private static serials = 0;
  private readonly versions = new Map<string, ShippedVersion[]>();
  private readonly account: Account;
  private readonly pending: Message[] = [];
  private timeIsOver = false;
  private bulkBytes: number;

  constructor(
    private readonly bench: HookBench,
    private readonly given: DeliveryCase,
  ) {
    this.bulkBytes = given.bulkBytes;
    this.account = new Account(bench);
  }

  async run(): Promise<void> {
    const { bench, given } = this;
    bench.clear();
    this.announce(given.objects.map((_, index) => this.put(index)));
    const isLong = this.bulkBytes !== given.bulkBytes;
    const answers = given.answers.filter((answer) => !isLong || !refuses(answer));
    this.account.mayRefuse = answers.some(refuses);
    bench.listener.script(...answers);
    bench.aws.script("SendMessageBatch", ...given.handOver);
    if (given.rotated) {
      bench.listener.token = `token-${DeliveryPlay.serials++}`;
      bench.aws.secrets.set(secretArn, bench.listener.token);
    }
    for (let run = 0; this.pending.length > 0; run++) {
      if (run === mostRuns) throw new Error(`the queue is not empty behind ${run} runs`);
      await this.work(this.pending.splice(0, given.batchSize), run);
    }
    for (const [key, versions] of this.versions) checkObject(key, versions, bench, this.account);
    this.account.check(this.bulkBytes);
  }

  /** One run of the function, and what SQS makes of it. */
  private async work(batch: readonly Message[], run: number): Promise<void> {
    const { bench, given } = this;
    const messages = batch.map(({ body, receives }, index) => ({
      messageId: `m${index}`,
      body,
      receiveCount: receives,
    }));
    this.timeIsOver = false;
    this.account.beginRun();
    const response = await bench.run(sqsEvent(...messages), {
      sources: sources(bucket),
      warm: !given.coldStart || run > 0,
      reading: { idleTimeoutMs: 50, resumeBackoff: { baseMs: 1, capMs: 2 } },
      listener: { backoff: { attempts: 3, baseMs: 1, capMs: 2 } },
      bulks: { bytes: this.bulkBytes, count: given.bulks },
      until: () => this.timeIsOver,
    });
    this.account.endRun();
    for (const { itemIdentifier } of response?.batchItemFailures ?? []) {
      const { body, receives } = batch[Number(itemIdentifier.slice(1))];
      this.pending.push({ body, receives: receives + 1 });
    }
    for (const queueUrl of [bench.queueUrl, bench.deadLetterQueueUrl]) {
      // Somebody redrives what was given up: every fault passes.
      for (const { body, attributes } of bench.aws.messages(queueUrl)) {
        if (queueUrl === bench.deadLetterQueueUrl && !("Reason" in attributes))
          throw new Error(`a message is in the dead-letter queue without its reason: ${body}`);
        this.pending.push({ body, receives: 1 });
      }
      bench.aws.clear(queueUrl);
    }
  }

  /** Puts an object there, with the faults of its GETs; returns what its event says of it. */
  private put(index: number): EventObject {
    const { plan, reading } = this.given.objects[index];
    const key = `${plan.prefix}ü ${DeliveryPlay.serials}+%`;
    const object = this.store(index, key);
    const length = this.versions.get(key)?.[0].body.length ?? 0;
    this.bench.s3.script(key, ...reading.map((fault) => this.behaviour(fault, index, key, length)));
    return object;
  }

  /** Stores one more version, in the place of the others or behind them. */
  private store(index: number, key: string): EventObject {
    const { plan, versioned } = this.given.objects[index];
    const serial = DeliveryPlay.serials++;
    const { body, files } = objectOf(plan, serial);
    const longest = Math.max(...files.flat().map((said) => Buffer.byteLength(said)));
    const needed = bulksOfLongDocuments.find((bytes) => longest + 1000 < bytes);
    if (longest + 400 > this.bulkBytes) this.bulkBytes = Math.max(this.bulkBytes, needed ?? Infinity);
    const earlier = this.versions.get(key) ?? [];
    const versionId = versioned ? `v${serial}` : undefined;
    if (!versioned) for (const version of earlier) version.gone = true;
    if (!versioned) this.bench.s3.remove(bucket, key);
    const etag = this.bench.s3.put(bucket, key, body, { versionId });
    this.versions.set(key, [
      ...earlier,
      { identity: versionId ?? etag, body, files, gone: false, announced: 0 },
    ]);
    return { bucket, key, etag, versionId };
  }

  private behaviour(fault: ReadingFault, index: number, key: string, length: number): S3Behaviour {
    if (fault.kind === "error") return { status: fault.status, code: fault.code };
    if (fault.kind === "pieces") {
      const scale = Math.ceil(length / longestInSmallPieces);
      return { pieceLengths: fault.lengths.map((bytes) => bytes * scale) };
    }
    const bytes = Math.floor(fault.at * length);
    if (fault.kind === "reset") return { resetAfter: bytes };
    if (fault.kind === "short") return { shortAfter: bytes };
    if (fault.kind === "stall") return { stallAfter: bytes };
    if (fault.kind === "end of the run")
      return { stallAfter: bytes, whenReached: () => (this.timeIsOver = true) };
    return {
      stallAfter: bytes,
      whenReached: () => {
        this.announce([this.store(index, key)]);
      },
    };
  }

  /** Has the queue tell of objects, in messages as the case has them. */
  private announce(objects: readonly EventObject[]): void {
    const { announcedAgain, shape, oneMessage, lastFirst } = this.given;
    const again =
      this.versions.size === objects.length ? announcedAgain.filter((index) => index < objects.length) : [];
    const all = [...objects, ...again.map((index) => objects[index])];
    for (const { key, etag, versionId } of all) {
      const version = this.versions.get(key)?.find(({ identity }) => identity === (versionId ?? etag));
      if (version !== undefined) version.announced++;
    }
    const ordered = lastFirst ? all.reverse() : all;
    const groups = oneMessage && shape !== "EventBridge" ? [ordered] : ordered.map((object) => [object]);
    for (const group of groups) {
      const event = shape === "EventBridge" ? eventBridgeEvent(group[0]) : s3Event(...group);
      this.pending.push({ body: JSON.stringify(shape === "SNS" ? snsEnvelope(event) : event), receives: 1 });
    }
  }
}

/** Whether the answer makes documents be counted as refused: of a record in parts that would leave some of them. */
function refuses(answer: ScriptedAnswer): boolean {
  return (
    typeof answer === "object" && ("refusedLines" in answer || ("status" in answer && answer.status === 413))
  );
}
