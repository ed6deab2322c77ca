import { asUtf8 } from "../utf8";
import { INCOMPLETE, JsonScanner } from "./json-scanner";
import type { WatchedKey } from "./key-hits";
import { linePiece, LongRecord } from "./long-record";
import type { RecordSlice } from "./record";
import { ChunkSplitter, type SplitterStart } from "./splitter";

/** What a JSON splitter needs to know of the documents that are made of its records. */
export interface JsonOptions {
  readonly watched: readonly WatchedKey[];
  /** Longest JSON record that still fits a document, in bytes; longer ones come in parts of their text. */
  readonly longestRecordBytes: number;
}

/** What the JSON splitters share: objects cut by the scanner, and text for what is no JSON. */
export abstract class JsonSplitter extends ChunkSplitter {
  private readonly scanner: JsonScanner;
  /** Bytes that must be at hand before an incomplete value is scanned again. */
  private scanAgainAt = 0;

  constructor(
    start: SplitterStart,
    private readonly options: JsonOptions,
  ) {
    super(start);
    this.scanner = new JsonScanner(options.watched);
  }

  /**
   * Looks for the object at `position`. Sets the slice where it is complete and fits, and returns the index
   * behind it; else says what to do.
   */
  protected takeObject(bytes: Buffer, position: number, last: boolean): number | "wait" | "long" | "text" {
    const atHand = bytes.length - position;
    // Scanned again only at twice the length, a value costs at most two scans in all, however small the chunks.
    if (atHand < this.scanAgainAt && !last) return "wait";
    this.scanAgainAt = 0;
    const end = this.scanner.scan(bytes, position, bytes.length);
    if (end === INCOMPLETE) {
      if (atHand > this.options.longestRecordBytes) return "long";
      if (last) return "text";
      this.scanAgainAt = Math.min(atHand * 2, this.options.longestRecordBytes + 1);
      return "wait";
    }
    if (end < 0) return "text";
    if (end - position > this.options.longestRecordBytes) return "long";
    return this.setObject(bytes, position, end) ? end : "long";
  }

  /** Sets the slice to an object that was scanned; false where it is too long once it is made UTF-8. */
  private setObject(bytes: Buffer, start: number, end: number): boolean {
    const { slice, scanner } = this;
    slice.buffer = bytes;
    slice.start = start;
    slice.end = end;
    if (scanner.beyondAscii) {
      const object = bytes.subarray(start, end);
      const repaired = asUtf8(object);
      if (repaired !== object) {
        if (repaired.length > this.options.longestRecordBytes) return false;
        scanner.scan(repaired, 0, repaired.length);
        slice.buffer = repaired;
        slice.start = 0;
        slice.end = repaired.length;
      }
    }
    slice.kind = "json";
    slice.part = 0;
    slice.last = true;
    slice.multiline = scanner.multiline;
    slice.empty = !scanner.keepsPairs;
    slice.hits = scanner.hits;
    slice.offset = this.offset + start;
    slice.nextOffset = this.offset + end;
    slice.nextState = this.restingState;
    return true;
  }

  /** Yields the line from `position` as text; returns where it stopped, which is `position` to wait for more. */
  protected *cutTextLine(bytes: Buffer, position: number, last: boolean): Generator<RecordSlice, number> {
    if (linePiece(bytes, position, last) === undefined) return position;
    return yield* this.cutLong(new LongRecord("line"), bytes, position, last);
  }

  protected cutLongValue(bytes: Buffer, position: number, last: boolean): Generator<RecordSlice, number> {
    return this.cutLong(new LongRecord("value"), bytes, position, last);
  }
}
