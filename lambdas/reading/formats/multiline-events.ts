import { compilePattern, type Pattern } from "../../runtime/regular-expression";
import { NEWLINE, RETURN } from "../characters";
import { characterBoundary, longestTextBytes } from "./long-record";
import type { MultilineState, RecordSlice, SplitterState } from "./record";
import { ChunkSplitter, type SplitterStart } from "./splitter";

/** Most lines of an event, as in Elastic's forwarder: where no line matches, this is where events end. */
export const longestEventLines = 500;
/** Most bytes of an event at the start of another line of it, as in Elastic's forwarder. */
export const longestEventBytes = 10_485_760;

/** A line that is at hand, or as much of it as counts. */
interface Line {
  /** Behind its text, without the line break. */
  readonly end: number;
  /** Where the next line starts. */
  readonly next: number;
  /** Whether it ends here; else it has more text than a document holds. */
  readonly complete: boolean;
}

/**
 * Records of several lines: one begins where a line matches the pattern, at the file's start, and behind an event that
 * has grown to its caps. Line breaks inside an event stay as they are; those at its end are left out.
 *
 * What is longer than a document holds comes in parts, which together are the event: cut behind the last line break
 * that fits, else between two characters. Where the cuts fall depends on the bytes alone, never on the chunks.
 */
export class MultilineEvents extends ChunkSplitter {
  private readonly pattern: Pattern;
  /** The state between two events. */
  private readonly between: SplitterState;
  /** Of the event under way, before the part under way. */
  private parts = 0;
  private lineCount = 0;
  private byteCount = 0;
  private inLine = false;
  /** Of the part under way; indexes count from its first byte. */
  private part = newPart();

  constructor(start: SplitterStart, multiline: MultilineState) {
    super(start);
    this.pattern = compilePattern(multiline.pattern);
    this.between = { multiline: { pattern: multiline.pattern } };
    const { event } = multiline;
    if (event === undefined) return;
    this.parts = event.parts;
    this.lineCount = event.lines;
    this.byteCount = event.bytes;
    this.inLine = event.inLine;
  }

  protected *cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void> {
    let start = 0;
    for (;;) {
      const from = start + this.part.nextLine;
      const line = lineAt(bytes, from, last);
      if (line === undefined) break;
      const continued = this.inLine && from === start;
      if (!continued && this.begins(bytes, from, line.end, start)) {
        yield* this.endEvent(bytes, start, from);
        start = from;
      }
      // A line without text is no reason to cut: it may be what stands behind the event.
      const fits = line.complete && (line.end === from || line.end - start <= longestTextBytes);
      if (fits) this.take(line, from - start, start, continued);
      else {
        yield this.cutPart(bytes, start);
        start += this.part.nextLine;
        this.part.nextLine = 0;
      }
    }
    if (last) {
      yield* this.endEvent(bytes, start, bytes.length);
      start = bytes.length;
    }
    this.keep(bytes, start);
  }

  /** Whether the line is the first one of another event. */
  private begins(bytes: Buffer, from: number, end: number, start: number): boolean {
    const lines = this.lineCount + this.part.lines;
    if (lines === 0) return false;
    if (lines >= longestEventLines || this.byteCount + from - start >= longestEventBytes) {
      this.oddRecords++;
      return true;
    }
    return this.pattern.test(bytes.subarray(from, Math.min(end, from + longestTextBytes)));
  }

  /** Counts a line to the part under way. */
  private take(line: Line, from: number, start: number, continued: boolean): void {
    const { part } = this;
    if (!continued) part.lines++;
    if (line.end - start > from) part.end = line.end - start;
    part.nextLine = line.next - start;
    if (part.nextLine > longestTextBytes) return;
    part.boundary = part.nextLine;
    part.linesToBoundary = part.lines;
  }

  /** Cuts a part off that another one follows; afterwards `part.nextLine` is where that one starts. */
  private cutPart(bytes: Buffer, start: number): RecordSlice {
    const { boundary, linesToBoundary } = this.part;
    const atLine = boundary > 0;
    const end = atLine ? start + boundary : characterBoundary(bytes, start, start + longestTextBytes);
    // Without a line to cut at, it has no more than the first one's text.
    const begun = this.inLine ? 0 : 1;
    this.setText(bytes, start, end);
    this.parts++;
    this.count(atLine ? linesToBoundary : begun);
    this.byteCount += end - start;
    this.inLine = !atLine;
    this.part = newPart();
    this.part.nextLine = end - start;
    const event = {
      parts: this.parts,
      lines: this.lineCount,
      bytes: this.byteCount,
      inLine: this.inLine,
    };
    const { slice } = this;
    slice.part = this.parts;
    slice.last = false;
    slice.nextOffset = this.offset + end;
    slice.nextState = { multiline: { ...this.between.multiline, event } as MultilineState };
    return slice;
  }

  /** Ends the event under way, which is a record unless it has no text. */
  private *endEvent(bytes: Buffer, start: number, next: number): Generator<RecordSlice, void> {
    const { slice, part, parts } = this;
    this.count(part.lines);
    this.parts = this.lineCount = this.byteCount = 0;
    this.inLine = false;
    this.part = newPart();
    if (part.end === 0) return;
    this.setText(bytes, start, start + part.end);
    slice.part = parts === 0 ? 0 : parts + 1;
    slice.last = true;
    slice.nextOffset = this.offset + next;
    slice.nextState = this.between;
    yield slice;
  }

  private count(lines: number): void {
    this.lineCount += lines;
    this.lines += lines;
  }
}

function newPart() {
  return {
    /** Behind its text so far; 0 where it has none. */
    end: 0,
    /** Where the next line starts. */
    nextLine: 0,
    /** Lines that begin in it. */
    lines: 0,
    /** Where the last of its lines starts at which it can be cut; 0 for none. */
    boundary: 0,
    linesToBoundary: 0,
  };
}

/** The line from `from`; undefined where more bytes must come first, or none follow. */
function lineAt(bytes: Buffer, from: number, last: boolean): Line | undefined {
  if (from >= bytes.length) return undefined;
  // One byte beyond the limit may be the carriage return of a line that just fits, and one its newline.
  const window = Math.min(bytes.length, from + longestTextBytes + 2);
  const newline = bytes.subarray(from, window).indexOf(NEWLINE);
  if (newline < 0 && window === from + longestTextBytes + 2)
    return { end: window, next: window, complete: false };
  if (newline < 0 && !last) return undefined;
  const lineEnd = newline < 0 ? window : from + newline;
  const end = lineEnd > from && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
  return { end, next: newline < 0 ? lineEnd : lineEnd + 1, complete: true };
}
