import type { RecordSlice } from "../reading/formats/record";
import { append, type Bulk } from "./bulk";
import type { DocumentWriter } from "./document";
import type { BulkOutcome } from "./listener";

/** Ships one bulk, and throws where it was not accepted. */
export type ShipBulk = (body: Buffer, documents: number) => Promise<BulkOutcome>;

/** What was shipped so far; `accepted + refused` is the number of documents in the bulks that were answered. */
export interface ShipmentAccount {
  accepted: number;
  refused: number;
  bulks: number;
  requests: number;
  retries: number;
}

/**
 * The bulks of one object, in order: while one is on its way the next is filled, and never a third. Two buffers
 * are all that it holds, however large the object.
 */
export class Shipment<Position> {
  readonly account: ShipmentAccount = { accepted: 0, refused: 0, bulks: 0, requests: 0, retries: 0 };
  /** The position behind the last record that the listener answered for. */
  confirmed: Position | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private filling: Bulk<Position>;
  private sending: Bulk<Position>;

  constructor(
    buffers: readonly [Bulk<Position>, Bulk<Position>],
    private readonly shipBulk: ShipBulk,
    private readonly onConfirmed: (position: Position) => Promise<void> | undefined = () => undefined,
  ) {
    [this.filling, this.sending] = buffers;
    for (const bulk of buffers) bulk.clear();
  }

  /** Appends the record; false where the bulk is full, and {@link rotate} must come first. */
  add(record: RecordSlice, writer: DocumentWriter): boolean {
    return append(this.filling, record, writer);
  }

  /** Sends the bulk that is filled up to `end`, once the one before it was accepted. */
  async rotate(end: Position): Promise<void> {
    await this.underWay;
    if (this.filling.documents === 0) {
      this.confirmed = end;
      return;
    }
    this.filling.end = end;
    [this.filling, this.sending] = [this.sending, this.filling];
    this.filling.clear();
    this.underWay = this.send(this.sending);
    // Its failure is thrown where it is awaited; until then it must not count as unhandled.
    this.underWay.catch(() => undefined);
  }

  /** Sends what is left, and returns when everything was accepted. */
  async finish(end: Position): Promise<void> {
    await this.rotate(end);
    await this.underWay;
  }

  /** Waits for the bulk under way, whatever becomes of it, so that its buffer is free. */
  async settle(): Promise<void> {
    await this.underWay.catch(() => undefined);
  }

  private async send(bulk: Bulk<Position>): Promise<void> {
    const outcome = await this.shipBulk(bulk.body, bulk.documents);
    this.account.accepted += outcome.accepted;
    this.account.refused += outcome.refused;
    this.account.requests += outcome.requests;
    this.account.retries += outcome.retries;
    this.account.bulks++;
    this.confirmed = bulk.end;
    if (bulk.end !== undefined) await this.onConfirmed(bulk.end);
  }
}
