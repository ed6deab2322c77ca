import type { RecordSlice } from "../reading/formats/record";
import { append, type Bulk } from "./bulk";
import { compressDocuments, type CompressedDocuments } from "./compression";
import type { DocumentWriter } from "./document";
import type { BulkOutcome } from "./listener";

/** Ships one bulk, and throws where it was not accepted. */
export type ShipBulk = (bulk: CompressedDocuments) => Promise<BulkOutcome>;

/** What was shipped so far; `accepted + refused` is the number of documents in the bulks that were answered. */
export interface ShipmentAccount {
  accepted: number;
  refused: number;
  bulks: number;
  requests: number;
  retries: number;
}

/**
 * The bulks of one object, in order. While one is filled, those before it are compressed, and one is on its way; a bulk
 * is sent only when the one before it was accepted. However large the object, no more is held than its buffers and
 * as many compressed bulks.
 */
export class Shipment<Place> {
  readonly account: ShipmentAccount = { accepted: 0, refused: 0, bulks: 0, requests: 0, retries: 0 };
  /** The place behind the last record that the listener answered for. */
  confirmed: Place | undefined;
  private filling: Bulk;
  /** Behind {@link filling}, the one that is free first at the front: each comes once its bulk is compressed. */
  private readonly others: Promise<Bulk>[];
  /** Bulks on their way, the oldest first; each is fulfilled once its bulk was accepted. */
  private readonly underWay: Promise<void>[] = [];
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly buffers: readonly Bulk[],
    private readonly shipBulk: ShipBulk,
    private readonly onConfirmed: (place: Place) => Promise<void> | undefined = () => undefined,
  ) {
    for (const bulk of buffers) bulk.clear();
    const [first, ...others] = buffers;
    this.filling = first;
    this.others = others.map((bulk) => Promise.resolve(bulk));
  }

  /** The bulk that is filled now; {@link rotate} makes it another one. */
  get bulk(): Bulk {
    return this.filling;
  }

  /** Appends the record; false where the bulk is full, and {@link rotate} must come first. */
  add(record: RecordSlice, writer: DocumentWriter): boolean {
    return append(this.filling, record, writer);
  }

  /**
   * Sends the bulk that is filled up to `end`, behind those before it, and has another one filled. Waits while as many
   * bulks are on their way as there are buffers.
   * @throws why one of those before it was not accepted
   */
  async rotate(end: Place): Promise<void> {
    if (this.failure) throw this.failure.error;
    if (this.filling.documents === 0) {
      await this.accepted();
      this.confirmed = end;
      return;
    }
    this.send(this.filling, end);
    while (this.underWay.length > this.buffers.length) await this.underWay.shift();
    const next = this.others.shift();
    if (next === undefined) throw new Error("a shipment needs two buffers");
    this.filling = await next;
  }

  /** Sends what is left, and returns when everything was accepted. */
  async finish(end: Place): Promise<void> {
    await this.rotate(end);
    await this.accepted();
  }

  /** Waits for the bulks under way, whatever becomes of them, so that their buffers are free. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.underWay, ...this.others]);
  }

  private async accepted(): Promise<void> {
    while (this.underWay.length > 0) await this.underWay.shift();
  }

  private send(bulk: Bulk, end: Place): void {
    const compressed = compressDocuments(bulk.body, bulk.documents);
    const released = (): Bulk => {
      bulk.clear();
      return bulk;
    };
    // Free again whether it could be compressed or not: what went wrong is told by what is under way.
    this.others.push(compressed.then(released, released));
    const shipped = this.shipNext(this.underWay.at(-1), compressed, end);
    // Its failure is thrown where it is awaited; until then it must not count as unhandled.
    shipped.catch((error: unknown) => (this.failure ??= { error }));
    this.underWay.push(shipped);
  }

  private async shipNext(
    before: Promise<void> | undefined,
    compressed: Promise<CompressedDocuments>,
    end: Place,
  ): Promise<void> {
    // Together, so that a failure of either is handled.
    const [bulk] = await Promise.all([compressed, before]);
    const outcome = await this.shipBulk(bulk);
    this.account.accepted += outcome.accepted;
    this.account.refused += outcome.refused;
    this.account.requests += outcome.requests;
    this.account.retries += outcome.retries;
    this.account.bulks++;
    this.confirmed = end;
    await this.onConfirmed(end);
  }
}
