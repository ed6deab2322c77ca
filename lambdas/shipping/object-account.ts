import { messageOf } from "../runtime/errors";
import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import type { Delivery } from "./delivery";
import type { Position } from "./position";
import type { ShipmentAccount } from "./shipment";

/** Whom an account is told to, and what is told beside. */
export interface AccountReport {
  /** Behind the last record that was put into a bulk. */
  readonly position: Position | undefined;
  /** Of the records that the source leaves out, those in front of what the listener answered for: a later run counts the others. */
  readonly filtered: number;
  /** Whether the source asks for fields of its lines. */
  readonly parses: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What one run read of an object, and made of it. */
export class ObjectAccount {
  bytesIn = 0;
  bytesDecompressed = 0;
  /** Lines that were consumed as headers and comments; they are no records. */
  headerLines = 0;
  /** Lines that `parse: true` found no fields in. */
  unparsed = 0;
  /** What was not as the source says. */
  oddRecords = 0;
  records = 0;
  /** Of the records, those that the source leaves out. */
  filtered = 0;
  private readonly startedAt = Date.now();

  /** @throws where a record was neither answered for nor left out: to be asked once all of them were sent */
  check({ accepted, refused }: ShipmentAccount): void {
    if (this.records !== accepted + this.filtered + refused) {
      throw new Error(
        `the account does not balance: ${this.records} records, ${accepted} accepted, ${this.filtered} filtered, ` +
          `${refused} refused`,
      );
    }
  }

  /** One line an object: `records` = `accepted` + `filtered` + `refused` where nothing is left behind. */
  report(
    { outcome, reached, error }: Delivery,
    shipped: ShipmentAccount,
    { position, filtered, parses, logger, metrics }: AccountReport,
  ): void {
    const seconds = (Date.now() - this.startedAt) / 1000;
    const fields = {
      type: position?.type,
      format: position?.format,
      log: position?.log,
      bytesIn: this.bytesIn,
      bytesDecompressed: this.bytesDecompressed,
      headerLines: this.headerLines,
      ...(this.oddRecords === 0 ? {} : { oddRecords: this.oddRecords }),
      records: this.records,
      accepted: shipped.accepted,
      filtered,
      refused: shipped.refused,
      ...(parses ? { unparsed: this.unparsed } : {}),
      bulks: shipped.bulks,
      requests: shipped.requests,
      retries: shipped.retries,
      seconds,
      ...(reached && outcome !== "shipped"
        ? { reached: { entry: reached.entry, offset: reached.offset } }
        : {}),
    };
    metrics.add("BytesIn", this.bytesIn);
    metrics.add("Records", shipped.accepted + filtered + shipped.refused);
    metrics.add("RecordsAccepted", shipped.accepted);
    metrics.add("RecordsFiltered", filtered);
    metrics.add("RecordsRefused", shipped.refused);
    metrics.add("Bulks", shipped.bulks);
    metrics.add("Seconds", seconds);
    if (outcome === "shipped") {
      metrics.add("Objects");
      logger.info("object shipped", fields);
    } else if (outcome === "gone") {
      metrics.add("ObjectsSkipped");
      logger.warn("object skipped: it is gone or was overwritten since the event", fields);
    } else if (outcome === "unfinished") logger.info("object interrupted: the time is nearly over", fields);
    else {
      metrics.add("ObjectsFailed");
      logger.error("object failed", { ...fields, error: messageOf(error) });
    }
  }
}
