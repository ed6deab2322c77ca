import { messageOf } from "../../../lambdas/runtime/errors";
import { ObjectDamaged } from "../../../lambdas/reading/errors";
import type { ListedObject } from "../../../lambdas/s3-fetcher/listing/bucket-listing";
import type { CommandContext } from "../../program/context";
import { CommandError } from "../../program/errors";
import { count, printable } from "../../terminal/terminal";
import type { BackupBucket, OpenBackup } from "./backup";
import { EndpointUnavailable, type MetricsEndpoint } from "./endpoint";
import { NoBackup } from "./failed-records";

export interface Outcome {
  /** Records that were read. */
  readonly records: number;
  readonly accepted: number;
  readonly removed: number;
  /** Records by the code of the error for which Firehose did not deliver them. */
  readonly errors: Readonly<Record<string, number>>;
  /** What was left in the bucket, and why. */
  readonly failed: readonly { readonly key: string; readonly reason: string }[];
}

/** A request has so many records, or so many characters of base64, at most: far from what endpoints refuse. */
const batchLimits = { records: 500, characters: 1_000_000 } as const;
/** Objects in a row that an endpoint does not take before nothing more is tried. */
const mostUnavailable = 2;
/** Single records that may be refused before one is accepted: more than that is no damage, but the wrong endpoint. */
const mostRefusedFirst = 10;

/** Sends objects of a backup, one after the other. */
export class BackupReplay {
  private readonly outcome = {
    records: 0,
    accepted: 0,
    removed: 0,
    errors: {} as Record<string, number>,
    failed: [] as { key: string; reason: string }[],
  };
  private refusedFirst = 0;

  constructor(
    private readonly backup: BackupBucket,
    private readonly endpoint: MetricsEndpoint,
    private readonly context: CommandContext,
  ) {}

  /** Reads the objects, and sends nothing. */
  async look(objects: readonly ListedObject[]): Promise<Outcome> {
    for (const [index, object] of objects.entries()) {
      this.context.signal.throwIfAborted();
      this.progress(index, objects);
      await this.settled(object, async () => {
        for await (const record of (await this.backup.open(object)).records) this.note(record.errorCode);
      });
    }
    return this.outcome;
  }

  /** Sends the objects, and removes each of which every record was accepted. Interrupted, the one under way stays. */
  async send(objects: readonly ListedObject[]): Promise<Outcome> {
    let unavailable = 0;
    for (const [index, object] of objects.entries()) {
      if (this.context.signal.aborted) break;
      this.progress(index, objects);
      try {
        await this.settled(object, () => this.sendObject(object));
        unavailable = 0;
      } catch (error) {
        if (!(error instanceof EndpointUnavailable)) throw error;
        this.fail(object, error.message);
        // One object may be to blame; two in a row are not.
        if (++unavailable >= mostUnavailable) break;
      }
    }
    return this.outcome;
  }

  private async sendObject(object: ListedObject): Promise<void> {
    const open = await this.backup.open(object);
    const refused = await this.sendRecords(open);
    if (refused === "interrupted") return;
    if (refused.length === 0) {
      await this.backup.remove(open);
      this.outcome.removed++;
    } else this.fail(object, `${count(refused.length, "record")} refused for good (${refused[0]})`);
  }

  /** Why single records were refused. */
  private async sendRecords({ records }: OpenBackup): Promise<string[] | "interrupted"> {
    const refused: string[] = [];
    for await (const batch of batchesOf(this.noted(records))) {
      if (this.context.signal.aborted) return "interrupted";
      const sent = await this.endpoint.send(batch);
      this.outcome.accepted += sent.accepted;
      refused.push(...sent.refused);
      this.judge(sent.refused);
    }
    return refused;
  }

  private judge(refused: readonly string[]): void {
    this.refusedFirst += refused.length;
    if (this.outcome.accepted > 0 || this.refusedFirst < mostRefusedFirst) return;
    throw new CommandError(
      `the endpoint refused the first ${this.refusedFirst} records (${refused[0]}); is it Logz.io's for metric streams, and the token the one for metrics?`,
    );
  }

  /** What is wrong with an object alone is noted; the others are still sent. */
  private async settled(object: ListedObject, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (error instanceof CommandError) throw error;
      const isOther = error instanceof NoBackup || error instanceof ObjectDamaged;
      this.fail(object, `${isOther ? "not what Firehose writes" : "cannot be read"}: ${messageOf(error)}`);
    }
  }

  private fail({ key }: ListedObject, reason: string): void {
    this.outcome.failed.push({ key, reason });
  }

  private async *noted(records: OpenBackup["records"]): AsyncGenerator<string, void> {
    for await (const { rawData, errorCode } of records) {
      this.note(errorCode);
      yield rawData;
    }
  }

  private note(errorCode: string): void {
    this.outcome.records++;
    this.outcome.errors[errorCode] = (this.outcome.errors[errorCode] ?? 0) + 1;
  }

  private progress(index: number, objects: readonly ListedObject[]): void {
    const { records } = this.outcome;
    this.context.output.progress(
      `${index + 1} of ${objects.length}, ${count(records, "record")}: ${printable(objects[index].key)}`,
    );
  }
}

async function* batchesOf(records: AsyncIterable<string>): AsyncGenerator<string[], void> {
  let batch: string[] = [];
  let characters = 0;
  for await (const record of records) {
    const isFull = batch.length >= batchLimits.records || characters + record.length > batchLimits.characters;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(record);
    characters += record.length;
  }
  if (batch.length > 0) yield batch;
}
