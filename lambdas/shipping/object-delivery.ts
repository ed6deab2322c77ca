import { FileFaults } from "../reading/decompression/file-faults";
import { filesOf, plainFile, type ObjectFile } from "../reading/decompression/files";
import { ObjectGone } from "../reading/errors";
import { openObject, type ObjectAnswer } from "../reading/object-body";
import { RecordSelection } from "../reading/record-selection";
import { DeadlineReached } from "../runtime/deadline";
import type { Logger } from "../runtime/logger";
import { releaseChunk } from "../runtime/release";
import type { Delivery, DeliveryRequest, DeliveryServices } from "./delivery";
import { ListenerUnavailable, TokenRefused, BulkRefused } from "./errors";
import { openSplitter, startFile } from "./file-start";
import { bulkFull, type RecordEnd } from "./lane";
import { ObjectAccount } from "./object-account";
import { documentsOf } from "./object-documents";
import { firstByteOf, isBeyond, type Position } from "./position";
import { Shipment } from "./shipment";

/** Errors of the listener's: behind one of them there is no use in flushing. */
export function isListenerError(error: unknown): boolean {
  return (
    error instanceof ListenerUnavailable || error instanceof BulkRefused || error instanceof TokenRefused
  );
}

/** Ships one object, or what is left of it, and logs its account. Never throws. */
export async function deliverObject(request: DeliveryRequest, services: DeliveryServices): Promise<Delivery> {
  return new ObjectDelivery(request, services).run();
}

/** A place between two records, and what it takes to say what was made of those in front of it. */
interface Place {
  readonly position: Position;
  /** Records of this run up to it that the source leaves out. */
  readonly filtered: number;
}

class ObjectDelivery {
  private readonly shipment: Shipment<Place>;
  private readonly logger: Logger;
  private readonly closing = new AbortController();
  private readonly account = new ObjectAccount();
  private eTag: string | undefined;
  /** Behind the last record that was put into a bulk. */
  private place: Place | undefined;

  constructor(
    private readonly request: DeliveryRequest,
    private readonly services: DeliveryServices,
  ) {
    const { bucket, key, versionId } = request.object;
    this.logger = services.logger.with({ bucket, key, versionId });
    this.place = request.from && { position: request.from, filtered: 0 };
    this.eTag = request.object.eTag;
    this.shipment = new Shipment(
      services.buffers,
      (bulk) =>
        services.listener.ship(bulk, {
          deadline: services.deadline,
          logger: this.logger,
          metrics: services.metrics,
        }),
      ({ position }) => request.onConfirmed?.(position, this.eTag),
    );
  }

  async run(): Promise<Delivery> {
    let outcome: Delivery["outcome"] = "shipped";
    let error: unknown;
    this.services.listener.prepare();
    try {
      await this.readAndShip();
    } catch (thrown) {
      if (thrown instanceof ObjectGone) outcome = "gone";
      else if (thrown instanceof DeadlineReached) outcome = "unfinished";
      else {
        outcome = "failed";
        error = thrown;
      }
    }
    this.closing.abort(new Error("the object was let go"));
    await this.shipment.settle();
    const { confirmed } = this.shipment;
    const reached = confirmed?.position ?? this.request.from;
    const progressed = isBeyond(reached, this.request.from);
    const delivery = { outcome, reached, eTag: this.eTag, progressed, error };
    this.account.report(delivery, this.shipment.account, {
      position: this.place?.position,
      filtered: confirmed?.filtered ?? 0,
      parses: this.request.source.parse === true,
      logger: this.logger,
      metrics: this.services.metrics,
    });
    return delivery;
  }

  private async readAndShip(): Promise<void> {
    try {
      await this.readFiles();
    } catch (thrown) {
      // What came before the interruption or the damage is shipped, so that it need not be read again.
      if (!isListenerError(thrown) && this.place) await this.shipment.finish(this.place);
      throw thrown;
    }
    if (this.place) await this.shipment.finish(this.place);
    this.account.check(this.shipment.account);
  }

  private async readFiles(): Promise<void> {
    const { from } = this.request;
    const signal = AbortSignal.any([this.services.deadline.signal, this.closing.signal]);
    const firstByte = firstByteOf(from);
    const answer = firstByte > 0 ? undefined : this.request.answer;
    const chunks = this.counted(await this.open(firstByte, signal, answer));
    if (firstByte > 0) {
      await this.shipFile(plainFile(chunks), from);
      return;
    }
    const files = filesOf(chunks, {
      readAgain: (start) => this.readAgain(start, signal),
      warn: (warning) => this.logger.warn(warning),
    });
    const faults = new FileFaults();
    await faults.note(async () => {
      for await (const file of files) await faults.note(() => this.workFile(file));
    });
    faults.throwIfAny();
  }

  private async open(
    firstByte: number,
    signal: AbortSignal,
    answer?: Promise<ObjectAnswer>,
  ): Promise<AsyncIterable<Buffer>> {
    const { request, services, eTag } = this;
    const object = { ...request.object, eTag };
    const opened = await openObject(services.s3(object.region, request.source), object, {
      ...services.reading,
      from: firstByte,
      signal,
      answer,
      onResume: (reason, position) => {
        services.metrics.add("Retries");
        this.logger.warn("resuming a broken body", { reason, position });
      },
    });
    this.eTag = opened.eTag;
    return opened.chunks;
  }

  /** The object's bytes once more, on the same ETag. They count as read once. */
  private async *readAgain(firstByte: number, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    this.logger.warn("reading again to get back what came in front of damage", { position: firstByte });
    yield* await this.open(firstByte, signal);
  }

  /** A file from its beginning, or what an earlier run left of it; what is refused is refused in each run. */
  private async workFile(file: ObjectFile): Promise<void> {
    const { from } = this.request;
    if (file.refusal !== undefined) throw file.refusal;
    if (from === undefined || file.index > from.entry) await this.shipFile(file);
    else if (file.index === from.entry) await this.shipFile(file, from);
    else {
      for await (const chunk of file.bytes.chunks()) {
        this.account.bytesDecompressed += chunk.length;
        this.services.deadline.signal.throwIfAborted();
      }
    }
  }

  private async shipFile(file: ObjectFile, from?: Position): Promise<void> {
    const { request, shipment, services } = this;
    const start = await startFile(file, request.object.key, request.source, from, services.deadline.signal);
    const writer = documentsOf(start, file, { ...request, object: { ...request.object, eTag: this.eTag } });
    const selection = new RecordSelection(request.source, start.state);
    const { account } = this;
    const { headerLines, unparsed, oddRecords } = account;
    const { encoding, format, type, log, columns } = start;
    const { compression, index } = file;
    const known = { compression, entry: index, encoding, format, type, log, columns };
    let record = this.place?.position.record ?? 0;
    let offset = start.offset;
    let state = start.state;
    let line = start.line;
    const place = (): Place => ({
      position: { ...known, offset, state, record, line },
      filtered: account.filtered,
    });
    const passed = (records: number, end: RecordEnd, documents = records): void => {
      record += documents;
      account.records += records;
      account.filtered += records - documents;
      ({ offset, line, state } = end);
    };
    const nextBulk = async (): Promise<void> => {
      if (shipment.bulk.documents === 0) throw new Error("a document is larger than a bulk");
      await shipment.rotate(place());
    };
    const target = { bulk: () => shipment.bulk, passed };
    const lane = selection.takesAll ? services.lane?.open(start, writer, target) : undefined;
    const splitter = lane ?? openSplitter(start, writer);
    const shipChunk = async (chunk: Buffer, last: boolean): Promise<void> => {
      for (const slice of splitter.split(chunk, last)) {
        if (slice === bulkFull) await nextBulk();
        else {
          const isTaken = selection.takes(slice);
          while (isTaken && !shipment.add(slice, writer)) await nextBulk();
          const state = isTaken ? writer.stateBehind(slice) : selection.stateBehind(slice);
          const end = { offset: slice.nextOffset, line: splitter.lines, state };
          passed(1, end, isTaken ? 1 : 0);
        }
      }
      account.headerLines = headerLines + splitter.headerLines;
      account.unparsed = unparsed + writer.unparsed;
      account.oddRecords = oddRecords + splitter.oddRecords;
      this.place = place();
      services.deadline.signal.throwIfAborted();
    };
    for await (const chunk of start.chunks) {
      this.account.bytesDecompressed += chunk.length;
      await shipChunk(chunk, false);
      // The lane has copied it; a splitter may still look at its end.
      if (lane) releaseChunk(chunk);
    }
    await shipChunk(Buffer.alloc(0), true);
  }

  private async *counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const chunk of chunks) {
      this.account.bytesIn += chunk.length;
      yield chunk;
    }
  }
}
