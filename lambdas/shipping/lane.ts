import type { LaneCut } from "../reading/formats/format";
import type { RecordSlice, SplitterState } from "../reading/formats/record";
import { formatNamed } from "../reading/formats/registry";
import { readingOf } from "../reading/log-types";
import { Bulk, bulkLimitBytes } from "./bulk";
import type { DocumentWriter } from "./document";
import { openSplitter, type FileStart } from "./file-start";
import { BULK_FULL, Kernel, NEEDS_BYTES, UNUSUAL } from "./kernel";

/** Where a record ends: what a position says of it. */
export interface RecordEnd {
  readonly offset: number;
  /** Lines up to there. */
  readonly line: number;
  readonly state: SplitterState | undefined;
}

/** Where the lane puts documents, and whom it tells. */
export interface LaneTarget {
  /** The bulk that is filled now. */
  readonly bulk: () => Bulk;
  /** So many documents were put into it, the last of them of the record that ends there. */
  readonly passed: (documents: number, end: RecordEnd) => void;
}

/** In place of a record: the bulk is full. */
export const bulkFull = Symbol("bulk full");

/** A run that wrote fewer documents than this was not worth its call. */
const worthwhileDocuments = 16;
/** Most records that go the JavaScript way before the lane is tried again. */
const mostTurns = 4096;

/**
 * The fast way from bytes to documents, for the records that are ordinary: the {@link Kernel} writes them into the bulk
 * without JavaScript seeing them. Whatever it does not take goes through the splitter and the document writer, record by
 * record, and both ways come to the same documents and positions. A delivery's bulks lie in the kernel's memory.
 */
export class Lane {
  readonly buffers: readonly Bulk[];
  private readonly kernel: Kernel;

  constructor(bulks: number, limitBytes = bulkLimitBytes) {
    this.kernel = new Kernel(bulks, limitBytes);
    this.buffers = this.kernel.bulks.map((buffer) => new Bulk(limitBytes, buffer));
  }

  /** Takes on a file, one at a time; undefined where all of its records must go the JavaScript way. */
  open(start: FileStart, writer: DocumentWriter, target: LaneTarget): LaneRecords | undefined {
    const cut = formatNamed(start.format)?.lane;
    const { comment } = readingOf(start, start.type);
    // Fields of a line's columns are JavaScript's to write, and so is a type that is kept.
    if (cut === undefined || writer.lineFields || writer.keepsType || !this.kernel.owns(target.bulk()))
      return undefined;
    if (!this.kernel.use(writer, comment)) return undefined;
    return new LaneRecords(this.kernel, cut, start, writer, target);
  }
}

/** The records of one file, as far as they are not shipped by the kernel itself. */
export class LaneRecords {
  lines: number;
  headerLines = 0;
  /** Of tables and events of several lines, which do not come here. */
  readonly oddRecords = 0;
  private offset: number;
  private state: SplitterState | undefined;
  /** The bytes at hand are those of the window from `from` to `end`; the first one has the offset above. */
  private from = 0;
  private end = 0;
  /** Bytes that must be at hand before it is worth looking again: only at twice the length, so that all looks together cost two. */
  private worthwhileBytes = 0;
  /** Records that go the JavaScript way when one must: more and more of them where the kernel takes few. */
  private turns = 1;

  constructor(
    private readonly kernel: Kernel,
    private readonly cut: LaneCut,
    private readonly start: FileStart,
    private readonly writer: DocumentWriter,
    private readonly target: LaneTarget,
  ) {
    this.offset = start.offset;
    this.lines = start.line;
    this.state = start.state;
  }

  /**
   * The records that are for the caller to put into the bulk; {@link bulkFull} asks it for the next bulk. Must be iterated to its end before the next call.
   * @param last whether no bytes follow
   */
  *split(chunk: Buffer, last: boolean): Generator<RecordSlice | typeof bulkFull, void> {
    let rest = chunk;
    do {
      rest = this.take(rest);
      const atHand = this.end - this.from;
      const isLast = last && rest.length === 0;
      const isFull = atHand === this.kernel.window.length;
      if (isLast || isFull || atHand >= this.worthwhileBytes) yield* this.work(isLast, isFull);
      if (isFull && this.end - this.from === atHand)
        throw new Error("a record takes more bytes than are ever at hand");
    } while (rest.length > 0);
  }

  /** Puts bytes into the window; returns those that have no room. */
  private take(bytes: Buffer): Buffer {
    const { window } = this.kernel;
    if (this.end + bytes.length > window.length) {
      window.copyWithin(0, this.from, this.end);
      this.end -= this.from;
      this.from = 0;
    }
    const taken = bytes.copy(window, this.end);
    this.end += taken;
    return bytes.subarray(taken);
  }

  /** @param isFull whether no more bytes can be at hand: what the kernel finds too short, the splitter knows to take */
  private *work(last: boolean, isFull: boolean): Generator<RecordSlice | typeof bulkFull, void> {
    for (;;) {
      if (this.isAtRest()) {
        const stop = this.run();
        if (stop === BULK_FULL) {
          yield bulkFull;
          continue;
        }
        if (stop === NEEDS_BYTES && !last && !isFull) break;
      }
      if (this.from === this.end || !(yield* this.splitUnusual(last))) break;
    }
    this.worthwhileBytes = 2 * (this.end - this.from);
  }

  /** Whether the kernel can go on here: not inside a record that comes in parts, nor around an array. */
  private isAtRest(): boolean {
    const { inside, ...others } = this.state ?? {};
    return Object.keys(others).length === 0 && (inside === true) === (this.cut === "elements");
  }

  private run(): number {
    const { offset, from } = this;
    const run = this.kernel.run(this.cut, from, this.end, offset, this.target.bulk());
    if (run.documents > 0) {
      const end = { offset: offset + run.recordEnd - from, line: this.lines + run.recordLines };
      this.target.passed(run.documents, { ...end, state: this.state });
    }
    if (run.documents >= worthwhileDocuments) this.turns = 1;
    else if (run.stop === UNUSUAL) this.turns = Math.min(this.turns * 2, mostTurns);
    this.headerLines += run.headerLines;
    this.goTo(offset + run.cursor - from, this.lines + run.lines, this.state);
    return run.stop;
  }

  /** Lets the splitter take the next records; false where it holds the rest back until more bytes come. */
  private *splitUnusual(last: boolean): Generator<RecordSlice, boolean> {
    const { offset, lines: line, state, headerLines } = this;
    const bytes = this.kernel.window.subarray(this.from, this.end);
    const splitter = openSplitter({ ...this.start, offset, line, state }, this.writer);
    let left = this.turns;
    for (const slice of splitter.split(bytes, last)) {
      this.lines = splitter.lines;
      this.headerLines = headerLines + splitter.headerLines;
      yield slice;
      this.goTo(slice.nextOffset, splitter.lines, slice.nextState);
      if (--left <= 0 && this.isAtRest()) return true;
    }
    this.headerLines = headerLines + splitter.headerLines;
    this.goTo(splitter.reached.offset, splitter.lines, splitter.reached.state);
    return false;
  }

  private goTo(offset: number, lines: number, state: SplitterState | undefined): void {
    this.from += offset - this.offset;
    this.offset = offset;
    this.lines = lines;
    this.state = state;
  }
}
