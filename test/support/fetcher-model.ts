import { gunzipSync } from "node:zlib";
import type { ScriptedAnswer } from "../../cli/local/listener";
import { mostRepeatedBulks } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-writer";
import type { TableItem } from "./dynamodb-double";
import { fetcherDefaults, type FetcherSourceSettings } from "../../lambdas/s3-fetcher/environment";
import { FullLooks } from "../../lambdas/s3-fetcher/full-looks";
import { IdleLooks } from "../../lambdas/s3-fetcher/idle-looks";
import { compareBytes } from "../../lambdas/reading/key-order";
import { streamOf, streamRules } from "../../lambdas/s3-fetcher/streams/stream-names";
import { FetcherBench, Killed, type FetchOptions } from "./fetcher-bench";
import { checkOrder, type OrderedObject } from "./fetcher-order";
import { RandomWriter, type WrittenObject } from "./fetcher-writer";
import { runsOutAfter } from "./hook-bench";
import { Random } from "./random";

type Known = WrittenObject & { -readonly [Name in keyof OrderedObject]: OrderedObject[Name] };

/** What a seed went through, for a look at how much of it there was. */
export interface ModelReport {
  readonly objects: number;
  readonly runs: number;
  readonly killed: number;
  readonly failed: number;
  readonly duplicates: number;
  readonly late: number;
  readonly calls: number;
}

const second = 1000;
const hour = 3_600_000;
/** How far the clock goes on between two runs, in ms: seconds for order, days for writers that are silent. */
const paces = [
  [1, 20, 60, 90, 400].map((seconds) => seconds * second),
  [60 * second, 400 * second, hour / 2, 3 * hour],
  [hour, 7 * hour, 26 * hour, 60 * hour],
] as const;
/** A seed begins on one of these days: months and years end soon after. */
const beginnings = [
  "2026-01-05T12:00:00Z",
  "2026-01-08T20:00:00Z",
  "2026-09-29T23:30:00Z",
  "2026-12-30T02:00:00Z",
];
/** Objects from before the start, of one seed in ten: enough for the bounds to move. */
const mostOld = 2500;
const bulkBytes = 2500;

/** Random objects, runs and faults; then quiet runs, and the promise. */
class FetcherModel {
  private readonly random: Random;
  private readonly writer: RandomWriter;
  private readonly known = new Map<string, Known>();
  private readonly ownerOf = new Map<string, Known>();
  private readonly seen = new Set<string>();
  /** What the last object from before the start sorts as, by its writer. */
  private readonly lastOld = new Map<string, string>();
  /** With the lookback that every source has. */
  private readonly source: Partial<FetcherSourceSettings> = {};
  private readonly pace: readonly number[];
  /** What a warm start finds. */
  private warm = { idleLooks: new IdleLooks(), fullLooks: new FullLooks() };
  private run = 0;
  private places = 0;
  /** Bulks that came again. */
  private duplicates = 0;
  /** How often that may be. */
  private allowed = 0;
  /** Bulks of each stream that were accepted since its checkpoint was written. */
  private readonly unwritten = new Map<string, number>();
  private readonly counts = { killed: 0, failed: 0, late: 0 };

  /** @param bench whose listener tells {@link received} of what it accepts */
  constructor(
    private readonly bench: FetcherBench,
    seed: number,
  ) {
    this.random = new Random(seed);
    bench.now = Date.parse(this.random.pick(beginnings));
    this.writer = new RandomWriter(this.random, () => bench.now);
    this.pace = this.random.pick(paces);
    if (this.random.chance(0.1)) {
      this.source = { start: new Date(bench.now - hour).toISOString() };
      for (let count = this.random.below(mostOld); count > 0; count--) this.writeOld();
    }
    bench.table.onWrite = (item) => this.written(item);
  }

  /** Documents that the listener accepted in one request. */
  received(documents: readonly string[]): void {
    let repeated = false;
    let stream = "";
    for (const document of documents) {
      const { message } = JSON.parse(document) as { message: string };
      const object = this.ownerOf.get(message);
      if (object === undefined) throw new Error(`a document that nobody wrote: ${document}`);
      repeated ||= this.seen.has(message);
      if (!this.seen.has(message)) {
        const line = object.messages.indexOf(message);
        if (line > 0 && !this.seen.has(object.messages[line - 1]))
          throw new Error(`line ${line} of ${object.key} came before the line before it`);
      }
      this.seen.add(message);
      stream = this.streamOf(object.key);
      object.shippedIn ??= this.run;
      object.shippedAt ??= this.bench.now;
      object.place ??= this.places++;
    }
    if (repeated) this.duplicates++;
    this.unwritten.set(stream, (this.unwritten.get(stream) ?? 0) + 1);
  }

  private written({ entry, content }: TableItem): void {
    if (!String(entry["S"]).startsWith("checkpoint ")) return;
    const { stream, lease } = JSON.parse(textOf(String(content["S"]))) as { stream: string; lease?: object };
    // While it was on its way, some more were accepted that it does not know of; not so where the stream is left.
    const most = lease === undefined ? 0 : 3;
    this.unwritten.set(stream, Math.min(most, this.unwritten.get(stream) ?? 0));
  }

  async play(): Promise<ModelReport> {
    const steps = 5 + this.random.below(6);
    for (let step = 0; step < steps; step++) {
      this.write(this.random.below(7), false);
      this.bench.now += this.random.pick(this.pace);
      await this.disturbedRun();
    }
    await this.quietRuns();
    this.check();
    const { bench, duplicates, run: runs } = this;
    const calls = bench.table.calls + bench.s3.requests.length + bench.listener.requests.length;
    return { ...this.counts, objects: this.known.size, runs, duplicates, calls };
  }

  private writeOld(): void {
    const { key, writer, order } = this.writer.old();
    const last = this.lastOld.get(writer);
    if (last === undefined || compareBytes(order, last) > 0) this.lastOld.set(writer, order);
    this.bench.put(key, "old\n", 4 * 86_400);
  }

  private write(count: number, during: boolean): void {
    for (let index = 0; index < count; index++) {
      const written = this.writer.next();
      const secondsAgo = this.random.pick([0, 0, 3, 6, 30]);
      const settledAt = this.bench.now + (fetcherDefaults.settleSeconds - secondsAgo) * second;
      const object = { ...written, run: this.run, during, settledAt };
      this.known.set(object.key, object);
      for (const message of object.messages) this.ownerOf.set(message, object);
      this.bench.put(object.key, object.content, secondsAgo);
    }
  }

  private async disturbedRun(): Promise<void> {
    const { random, bench } = this;
    const kind = random.below(10);
    this.allowRepeats();
    if (kind < 3) {
      const when = random.pick(["before", "after"] as const);
      await this.once({ cut: { at: random.below(random.pick([8, 40, 120])), when } });
    } else if (kind === 3) await this.once({ remainingMs: runsOutAfter(random.below(60)) });
    else if (kind === 4) await Promise.all([this.once({}), this.once({})]);
    else {
      if (kind === 5)
        bench.listener.script(...Array.from({ length: 1 + random.below(10) }, () => this.answer()));
      if (kind === 6) this.breakObjects();
      if (kind === 7) bench.s3.script("", ...Array.from({ length: 1 + random.below(4) }, () => unavailable));
      if (kind === 8) this.breakTable();
      await this.once({});
    }
  }

  private answer(): ScriptedAnswer {
    const answer = this.random.pick<ScriptedAnswer>([
      { status: 500 },
      { status: 503 },
      { status: 429 },
      "reset",
      "reset-after-body",
    ]);
    // Accepted, and nobody was told.
    if (answer === "reset-after-body") this.allowed++;
    return answer;
  }

  private breakObjects(): void {
    for (const { key, content } of [...this.known.values()].slice(-4)) {
      const at = this.random.below(content.length + 1);
      const denied = { status: 403, code: "AccessDenied" };
      this.bench.s3.script(
        key,
        this.random.pick([denied, unavailable, { resetAfter: at }, { shortAfter: at }]),
      );
    }
  }

  private breakTable(): void {
    const times = this.random.pick([1, 2, 3, 4]);
    const codes = ["ProvisionedThroughputExceededException", "InternalServerError", undefined];
    const action = this.random.pick(["PutItem", "TransactWriteItems", "Query", undefined]);
    this.bench.table.fail({
      times,
      action,
      code: this.random.pick(codes),
      afterWork: this.random.chance(0.5),
    });
  }

  private async once(options: FetchOptions): Promise<void> {
    this.run++;
    const { bench } = this;
    const midway = this.random.chance(0.3)
      ? setTimeout(() => this.write(2, true), this.random.below(60))
      : undefined;
    try {
      if (this.random.chance(0.2)) this.warm = { idleLooks: new IdleLooks(), fullLooks: new FullLooks() };
      const report = await bench.run({ ...options, ...this.warm, source: this.source, bulkBytes });
      this.counts.late += report.late;
    } catch (error) {
      if (!(error instanceof Killed)) this.counts.failed++;
      else {
        this.counts.killed++;
        // One that was on its way.
        this.allowed++;
      }
    } finally {
      clearTimeout(midway);
    }
  }

  /** The stream that the fetcher has a key in. */
  private streamOf(key: string): string {
    return streamOf(key, streamRules("", [], []));
  }

  /** What was accepted and is in no checkpoint is shipped once more. */
  private allowRepeats(): void {
    for (const [stream, bulks] of this.unwritten) {
      if (bulks > mostRepeatedBulks) throw new Error(`${bulks} bulks of ${stream} in no checkpoint`);
      this.allowed += bulks;
    }
    this.unwritten.clear();
  }

  /** Until there is nothing left to ship, with time for every wait to pass. */
  private async quietRuns(): Promise<void> {
    const { bench } = this;
    await bench.settle();
    this.allowRepeats();
    bench.table.heal();
    for (let run = 0; run < 12; run++) {
      bench.now += 1_000_000;
      this.run++;
      const done = this.seen.size;
      try {
        const report = await bench.run({ source: this.source, bulkBytes });
        if (report.shipped === 0 && report.lagSeconds === 0 && run > 1 && this.seen.size === done) return;
      } catch {
        // What is left of the faults.
      }
    }
    throw new Error(`not caught up after quiet runs: ${JSON.stringify(bench.log.slice(-5))}`);
  }

  private check(): void {
    const missing = [...this.ownerOf].filter(([message]) => !this.seen.has(message));
    if (missing.length > 0) {
      const keys = [...new Set(missing.map(([, { key }]) => key))];
      throw new Error(`${missing.length} lines were not shipped, of ${keys.join(", ")}`);
    }
    if (this.duplicates > this.allowed)
      throw new Error(`${this.duplicates} bulks came again, and ${this.allowed} may`);
    const objects = [...this.known.values()];
    for (const writer of new Set(objects.map((object) => object.writer))) {
      const own = objects.filter((object) => object.writer === writer);
      checkOrder(own, this.lastOld.get(writer));
    }
  }
}

const unavailable = { status: 503, code: "SlowDown" };

/** Plays one seed from scratch. The error names the seed, and how to play it alone. */
export async function playSeed(seed: number): Promise<ModelReport> {
  const received: { by?: FetcherModel } = {};
  const bench = await FetcherBench.start({ onAccepted: (documents) => received.by?.received(documents) });
  try {
    received.by = new FetcherModel(bench, seed);
    return await received.by.play();
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`seed ${seed}: ${message}\nplay it alone: npm run model:fetcher -- ${seed}`, {
      cause: error,
    });
  } finally {
    await bench.stop();
  }
}

/** A checkpoint of many writers is compressed. */
function textOf(content: string): string {
  return content.startsWith("{") ? content : gunzipSync(Buffer.from(content, "base64")).toString();
}
