import { QUOTE, ARRAY_OPEN, BACKSLASH, ARRAY_CLOSE, OBJECT_OPEN, OBJECT_CLOSE } from "../characters";

/**
 * Follows brackets and strings alone, to find where a value ends that is too long to be held.
 * Its fields are the whole of its state.
 */
export class BracketFollower {
  constructor(
    public depth = 0,
    public inString = false,
    public escaped = false,
  ) {}

  /** The index behind the value's closing bracket, or -1 where it goes on behind `end`. */
  advance(bytes: Buffer, start: number, end: number): number {
    for (let i = start; i < end; i++) {
      const c = bytes[i];
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (c === BACKSLASH) this.escaped = true;
        else if (c === QUOTE) this.inString = false;
      } else if (c === QUOTE) this.inString = true;
      else if (c === OBJECT_OPEN || c === ARRAY_OPEN) this.depth++;
      else if (c === OBJECT_CLOSE || c === ARRAY_CLOSE) {
        this.depth--;
        if (this.depth <= 0) return i + 1;
      }
    }
    return -1;
  }
}
