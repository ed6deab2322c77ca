import { append, Bulk } from "../../lambdas/shipping/bulk";
import { DocumentWriter, type DocumentSettings } from "../../lambdas/shipping/document";
import { openSplitter, type FileStart } from "../../lambdas/shipping/file-start";
import { bulkFull, Lane, type RecordEnd } from "../../lambdas/shipping/lane";

/** A file as both ways take it. */
export interface ShippedFile {
  readonly format: string;
  readonly bytes: Buffer;
  /** Lengths of the chunks, used in turn. */
  readonly chunkLengths: readonly number[];
  readonly settings: DocumentSettings;
  /** A log whose header lines are passed over. */
  readonly log?: string;
  /** Where an earlier run stopped. @default the file's beginning */
  readonly from?: RecordEnd;
}

/** What became of it. */
export interface Shipped {
  /** The bulks, and where the last record of each ends. */
  readonly bulks: { readonly body: string; readonly documents: number; readonly end: RecordEnd }[];
  readonly records: number;
  readonly headerLines: number;
  /** Of the records, those that went the JavaScript way. */
  readonly unusual: number;
  /** Whether it ends before a document that is longer than a bulk. */
  readonly tooLong: boolean;
}

class DocumentTooLong extends Error {}

/** Ships files by the splitter and the document writer, and by the lane, into bulks of a length. */
export class TwoWays {
  private readonly lane: Lane;

  constructor(private readonly limitBytes: number) {
    this.lane = new Lane(1, limitBytes);
  }

  byJavaScript(file: ShippedFile): Shipped {
    return this.ship(file, new Bulk(this.limitBytes), undefined);
  }

  byLane(file: ShippedFile): Shipped {
    return this.ship(file, this.lane.buffers[0], this.lane);
  }

  private ship(file: ShippedFile, bulk: Bulk, lane: Lane | undefined): Shipped {
    const { format, bytes, chunkLengths, settings, log, from } = file;
    const writer = new DocumentWriter(settings);
    const { offset, line, state } = from ?? { offset: 0, line: 0, state: undefined };
    const start: FileStart = {
      format,
      type: "t",
      log,
      encoding: undefined,
      offset,
      line,
      state,
      chunks: noChunks(),
    };
    const bulks: Shipped["bulks"] = [];
    let end: RecordEnd = { offset, line, state };
    let records = 0;
    let unusual = 0;
    const passed = (count: number, to: RecordEnd): void => {
      records += count;
      end = to;
    };
    const nextBulk = (): void => {
      if (bulk.documents === 0) throw new DocumentTooLong();
      bulks.push({ body: bulk.body.toString("latin1"), documents: bulk.documents, end });
      bulk.clear();
    };
    bulk.clear();
    const splitter = lane?.open(start, writer, { bulk: () => bulk, passed }) ?? openSplitter(start, writer);
    const put = (chunk: Buffer, last: boolean): void => {
      for (const slice of splitter.split(chunk, last)) {
        if (slice === bulkFull) nextBulk();
        else {
          while (!append(bulk, slice, writer)) nextBulk();
          unusual++;
          passed(1, { offset: slice.nextOffset, line: splitter.lines, state: slice.nextState });
        }
      }
    };
    let tooLong = false;
    try {
      let at = offset;
      for (let turn = 0; at < bytes.length; turn++) {
        const behind = at + chunkLengths[turn % chunkLengths.length];
        put(Buffer.from(bytes.subarray(at, behind)), false);
        at = behind;
      }
      put(Buffer.alloc(0), true);
    } catch (error) {
      if (!(error instanceof DocumentTooLong)) throw error;
      tooLong = true;
    }
    if (bulk.documents > 0) nextBulk();
    return { bulks, records, headerLines: tooLong ? 0 : splitter.headerLines, unusual, tooLong };
  }
}

/** What is fed goes to the splitter by hand. */
export async function* noChunks(): AsyncGenerator<Buffer> {
  // There are none.
}
