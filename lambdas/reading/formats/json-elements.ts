import { COMMA, ARRAY_CLOSE, OBJECT_OPEN, OBJECT_CLOSE } from "../characters";
import { JsonSplitter, type JsonOptions } from "./json-splitter";
import type { RecordSlice } from "./record";
import type { SplitterStart } from "./splitter";

/** What stands around the elements. */
export interface Frame {
  /** Matches the bytes (as latin1) up to the first element. */
  readonly opening: RegExp;
  /** Whether a closing brace follows the closing bracket. */
  readonly braced: boolean;
}

/** An array at the top of the file. */
export const arrayFrame: Frame = { opening: /^\[/, braced: false };
/** `{"Records":[…]}`, as CloudTrail writes it. */
export const recordsFrame: Frame = { opening: /^\{\s*"Records"\s*:\s*\[/, braced: true };
/** `{"fileVersion":"1.0","configSnapshotId":"…","configurationItems":[…]}`, as AWS Config writes it; what precedes the items is of the file, not of them. */
export const configurationItemsFrame: Frame = {
  opening: /^\{\s*(?:"[A-Za-z]+"\s*:\s*"[^"\\]*"\s*,\s*)*"configurationItems"\s*:\s*\[/,
  braced: true,
};

/** White space in an opening is bounded, so that a few bytes always decide it. */
const longestOpeningBytes = 256;

/**
 * The elements of an array, cut one by one while the array streams past. Where the bytes stop being JSON,
 * what follows is shipped as text, line by line, so that a damaged file loses nothing.
 */
export class JsonElements extends JsonSplitter {
  constructor(
    start: SplitterStart,
    options: JsonOptions,
    private readonly frame: Frame,
  ) {
    super(start, options);
  }

  protected *cut(bytes: Buffer, last: boolean): Generator<RecordSlice, void> {
    let position = 0;
    if (this.long) position = yield* this.cutLong(this.long, bytes, position, last);
    while (!this.long) {
      position = this.restingState ? this.skipSeparators(bytes, position) : this.skipSpace(bytes, position);
      if (position >= bytes.length) break;
      const from = position;
      if (!this.restingState) {
        const opened = this.open(bytes, position);
        if (opened > 0) position = opened;
        else if (bytes.length - position < longestOpeningBytes && !last) break;
        else position = yield* this.cutTextLine(bytes, position, last);
      } else if (bytes[position] === ARRAY_CLOSE) {
        const closed = this.close(bytes, position, last);
        if (closed === undefined) break;
        position = closed;
      } else {
        const taken = bytes[position] === OBJECT_OPEN ? this.takeObject(bytes, position, last) : "text";
        if (typeof taken === "number") {
          yield this.slice;
          position = taken;
        } else if (taken === "wait") break;
        else if (taken === "long") position = yield* this.cutLongValue(bytes, position, last);
        else {
          this.restingState = undefined;
          position = yield* this.cutTextLine(bytes, position, last);
          if (position === from) this.restingState = { inside: true };
        }
      }
      if (position === from) break;
    }
    this.keep(bytes, position);
  }

  private open(bytes: Buffer, position: number): number {
    const head = bytes.toString("latin1", position, position + longestOpeningBytes);
    const opening = this.frame.opening.exec(head);
    if (!opening) return -1;
    this.restingState = { inside: true };
    return position + opening[0].length;
  }

  /** Behind the closing bracket, and the brace where there is one; undefined where more bytes must come first. */
  private close(bytes: Buffer, position: number, last: boolean): number | undefined {
    const behind = position + 1;
    if (!this.frame.braced) {
      this.restingState = undefined;
      return behind;
    }
    const { lines } = this;
    const brace = this.skipSpace(bytes, behind);
    if (bytes[brace] === OBJECT_CLOSE) {
      this.restingState = undefined;
      return brace + 1;
    }
    // What was looked at is passed, and its lines counted, another time.
    this.lines = lines;
    if (brace >= bytes.length && !last) return undefined;
    this.restingState = undefined;
    return behind;
  }

  private skipSeparators(bytes: Buffer, position: number): number {
    let i = this.skipSpace(bytes, position);
    while (bytes[i] === COMMA) i = this.skipSpace(bytes, i + 1);
    return i;
  }
}
