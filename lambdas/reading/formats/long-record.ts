import { NEWLINE, RETURN } from "../characters";
import { BracketFollower } from "./bracket-follower";
import type { LongState } from "./record";

/**
 * Longest text of one document, in UTF-8 bytes. Logz.io flattens a document with a field over 32,700
 * characters (its page on invalid logs); counting bytes stays within that for any text.
 */
export const longestTextBytes = 32_700;

/**
 * The largest index up to `limit` at which `bytes` can be cut without cutting a UTF-8 character.
 * Bytes that are no UTF-8 anyway are cut where the limit falls.
 */
export function characterBoundary(bytes: Buffer, start: number, limit: number): number {
  for (let cut = limit; cut > limit - 4 && cut > start; cut--) {
    if ((bytes[cut] & 0xc0) !== 0x80) return cut;
  }
  return limit;
}

/** One document's share of a long line or value. */
export interface Piece {
  readonly end: number;
  /** Where the next piece, or the next record, starts. */
  readonly next: number;
  readonly last: boolean;
}

/** Cuts one long text line, or one long JSON value, into pieces that fit a document each. */
export class LongRecord {
  parts: number;
  private readonly brackets: BracketFollower | undefined;

  constructor(kind: LongState["kind"], state?: LongState) {
    this.parts = state?.parts ?? 0;
    if (kind === "value") this.brackets = new BracketFollower(state?.depth, state?.inString, state?.escaped);
  }

  /** The next piece from `start`, or undefined where more bytes must come first. */
  nextPiece(bytes: Buffer, start: number, last: boolean): Piece | undefined {
    const piece = this.brackets
      ? this.valuePiece(this.brackets, bytes, start, last)
      : linePiece(bytes, start, last);
    if (piece) this.parts++;
    return piece;
  }

  state(): LongState {
    return {
      kind: this.brackets ? "value" : "line",
      parts: this.parts,
      depth: this.brackets?.depth ?? 0,
      inString: this.brackets?.inString ?? false,
      escaped: this.brackets?.escaped ?? false,
    };
  }

  private valuePiece(
    brackets: BracketFollower,
    bytes: Buffer,
    start: number,
    last: boolean,
  ): Piece | undefined {
    const limit = start + longestTextBytes;
    const full = bytes.length > limit;
    if (!full && !last) {
      // The value may end within these bytes: look without moving, since the piece is not cut yet.
      const look = new BracketFollower(brackets.depth, brackets.inString, brackets.escaped);
      const end = look.advance(bytes, start, bytes.length);
      return end < 0 ? undefined : { end, next: end, last: true };
    }
    const cut = full ? characterBoundary(bytes, start, limit) : bytes.length;
    const end = brackets.advance(bytes, start, cut);
    if (end >= 0) return { end, next: end, last: true };
    return { end: cut, next: cut, last: !full };
  }
}

/** The next piece of a text line; a line's own end is not part of it. */
export function linePiece(bytes: Buffer, start: number, last: boolean): Piece | undefined {
  // One byte beyond the limit may be the carriage return of a line that just fits, and one its newline.
  const window = Math.min(bytes.length, start + longestTextBytes + 2);
  const newline = bytes.subarray(start, window).indexOf(NEWLINE);
  if (newline >= 0 || (last && window === bytes.length)) {
    const lineEnd = newline >= 0 ? start + newline : window;
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (end - start <= longestTextBytes)
      return { end, next: newline >= 0 ? lineEnd + 1 : lineEnd, last: true };
  } else if (window < start + longestTextBytes + 2) return undefined;
  const cut = characterBoundary(bytes, start, start + longestTextBytes);
  return { end: cut, next: cut, last: false };
}
