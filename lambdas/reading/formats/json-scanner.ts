import { QUOTE, COMMA, COLON, ARRAY_OPEN, BACKSLASH, OBJECT_OPEN } from "../characters";
import { KeyHits, type KeyHit, type WatchedKey } from "./key-hits";

/** The value goes on behind the bytes at hand. */
export const INCOMPLETE = -1;
/** The bytes are not JSON. */
export const INVALID = -2;

/** Nesting beyond this is taken as text: Logz.io flattens at 10 levels, and a scan must stay bounded. */
export const maximumDepth = 256;

/** Bytes that may follow a backslash in a string. */
const escapes = new Uint8Array(256);
for (const character of '"\\/bfnrtu') escapes[character.charCodeAt(0)] = 1;

const hexadecimal = new Uint8Array(256);
for (const character of "0123456789abcdefABCDEF") hexadecimal[character.charCodeAt(0)] = 1;

/** Bytes that end the plain run of a string: its quote, an escape, a control character. */
const stops = new Uint8Array(256);
stops.fill(1, 0, 0x20);
stops[QUOTE] = 1;
stops[BACKSLASH] = 1;

const literals = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/**
 * Checks JSON values byte by byte (RFC 8259, strictly: what passes here, any listener parses) and notes
 * the watched top-level keys of objects. Nothing is decoded or allocated for a record without hits, so
 * numbers keep their digits, and a record costs a fraction of what parsing it would.
 */
export class JsonScanner {
  /** Hits of the last scanned object. */
  readonly hits = new KeyHits();
  /** Whether the last value holds line breaks between its tokens. */
  multiline = false;
  /** Whether the last value holds bytes beyond ASCII. */
  beyondAscii = false;

  private readonly containers = new Uint8Array(maximumDepth + 1);
  private readonly watchedByLength = new Map<number, { key: WatchedKey; bytes: Buffer }[]>();
  private keptPairs = 0;
  /** Whether the string scanned last holds escapes. */
  private escapeSeen = false;
  private position = 0;

  constructor(watched: readonly WatchedKey[] = []) {
    for (const key of watched) {
      const bytes = Buffer.from(key.name);
      const group = this.watchedByLength.get(bytes.length) ?? [];
      this.watchedByLength.set(bytes.length, [...group, { key, bytes }]);
    }
  }

  /** The index behind the value that starts at `start`, or {@link INCOMPLETE} or {@link INVALID}. */
  scan(bytes: Buffer, start: number, end: number): number {
    this.hits.clear();
    this.multiline = false;
    this.beyondAscii = false;
    this.keptPairs = 0;
    const { containers } = this;
    let depth = 0;
    let i = start;
    let open: KeyHit | undefined;
    let comma = -1;
    let expectKey = false;

    for (;;) {
      i = this.skipSpace(bytes, i, end);
      if (i >= end) return INCOMPLETE;
      let c = bytes[i];

      if (expectKey) {
        if (c !== QUOTE) return INVALID;
        const keyStart = i;
        i = this.scanString(bytes, i, end);
        if (i < 0) return i;
        const keyEnd = i;
        i = this.skipSpace(bytes, i, end);
        if (i >= end) return INCOMPLETE;
        if (bytes[i] !== COLON) return INVALID;
        i = this.skipSpace(bytes, i + 1, end);
        if (i >= end) return INCOMPLETE;
        if (depth === 1) open = this.openPair(bytes, keyStart, keyEnd, comma, i);
        expectKey = false;
        c = bytes[i];
      }

      if (c === OBJECT_OPEN || c === ARRAY_OPEN) {
        if (depth === maximumDepth) return INVALID;
        containers[++depth] = c;
        i = this.skipSpace(bytes, i + 1, end);
        if (i >= end) return INCOMPLETE;
        if (bytes[i] !== c + 2) {
          // `}` and `]` lie two behind their opening brackets.
          expectKey = c === OBJECT_OPEN;
          continue;
        }
        depth--;
        i++;
      } else {
        i = c === QUOTE ? this.scanString(bytes, i, end) : this.scanScalar(bytes, i, end);
        if (i < 0) return i;
      }

      // Behind a value: close what ends here, until a comma asks for the next one.
      for (;;) {
        if (depth === 0) return i;
        if (depth === 1 && open) {
          open.valueEnd = i;
          if (open.key.replaced && open.cutEnd === 0) open.cutEnd = i;
        }
        i = this.skipSpace(bytes, i, end);
        if (i >= end) return INCOMPLETE;
        c = bytes[i];
        if (c === COMMA) {
          if (depth === 1) {
            comma = i;
            // A pair at the front takes the comma behind it along; the others the one before them.
            if (open?.key.replaced && open.cutEnd === open.valueEnd && this.keptPairs === 0)
              open.cutEnd = i + 1;
            open = undefined;
          }
          i++;
          expectKey = containers[depth] === OBJECT_OPEN;
          break;
        }
        if (c !== containers[depth] + 2) return INVALID;
        if (depth === 1) open = undefined;
        depth--;
        i++;
      }
    }
  }

  private openPair(
    bytes: Buffer,
    keyStart: number,
    keyEnd: number,
    comma: number,
    valueStart: number,
  ): KeyHit | undefined {
    const key = this.watchedKey(bytes, keyStart + 1, keyEnd - 1);
    if (key === undefined || !key.replaced) this.keptPairs++;
    if (key === undefined) return undefined;
    const cutStart = this.keptPairs === 0 || comma < 0 ? keyStart : comma;
    return this.hits.add(key, cutStart, valueStart);
  }

  /** Whether any pair of the last object remains once the replaced ones are left out. */
  get keepsPairs(): boolean {
    return this.keptPairs > 0;
  }

  private watchedKey(bytes: Buffer, start: number, end: number): WatchedKey | undefined {
    let group = this.watchedByLength.get(end - start);
    if (group !== undefined) {
      for (const { key, bytes: name } of group) {
        if (startsWith(bytes, start, name)) return key;
      }
    }
    if (!this.escapeSeen || this.watchedByLength.size === 0) return undefined;
    // The same key may be written with escapes.
    const decoded = JSON.parse(bytes.toString("utf8", start - 1, end + 1)) as string;
    group = this.watchedByLength.get(Buffer.byteLength(decoded));
    return group?.find(({ key }) => key.name === decoded)?.key;
  }

  private skipSpace(bytes: Buffer, start: number, end: number): number {
    let i = start;
    for (; i < end; i++) {
      const c = bytes[i];
      if (c > 0x20) break;
      if (c === 0x0a || c === 0x0d) this.multiline = true;
      else if (c !== 0x20 && c !== 0x09) break;
    }
    return i;
  }

  /** From the opening quote to behind the closing one. */
  private scanString(bytes: Buffer, start: number, end: number): number {
    let seen = 0;
    this.escapeSeen = false;
    for (let i = start + 1; i < end; i++) {
      const c = bytes[i];
      seen |= c;
      if (stops[c] === 0) continue;
      if (c === QUOTE) {
        if (seen > 0x7f) this.beyondAscii = true;
        return i + 1;
      }
      if (c !== BACKSLASH) return INVALID;
      this.escapeSeen = true;
      if (++i >= end) return INCOMPLETE;
      const escape = bytes[i];
      if (escapes[escape] === 0) return INVALID;
      if (escape === 0x75) {
        for (let digit = i + 1; digit <= i + 4; digit++) {
          if (digit >= end) return INCOMPLETE;
          if (hexadecimal[bytes[digit]] === 0) return INVALID;
        }
        i += 4;
      }
    }
    return INCOMPLETE;
  }

  private scanScalar(bytes: Buffer, start: number, end: number): number {
    const literal = literals.get(bytes[start]);
    if (literal === undefined) return this.scanNumber(bytes, start, end);
    const have = Math.min(literal.length, end - start);
    if (!startsWith(bytes, start, literal, have)) return INVALID;
    return have < literal.length ? INCOMPLETE : start + have;
  }

  private scanNumber(bytes: Buffer, start: number, end: number): number {
    this.position = bytes[start] === 0x2d ? start + 1 : start;
    const first = this.position;
    if (!this.digits(bytes, end)) return this.position >= end ? INCOMPLETE : INVALID;
    if (bytes[first] === 0x30 && this.position > first + 1) return INVALID;
    if (this.position < end && bytes[this.position] === 0x2e) {
      this.position++;
      if (!this.digits(bytes, end)) return this.position >= end ? INCOMPLETE : INVALID;
    }
    if (this.position < end && (bytes[this.position] | 0x20) === 0x65) {
      this.position++;
      if (this.position < end && (bytes[this.position] === 0x2b || bytes[this.position] === 0x2d))
        this.position++;
      if (!this.digits(bytes, end)) return this.position >= end ? INCOMPLETE : INVALID;
    }
    return this.position;
  }

  private digits(bytes: Buffer, end: number): boolean {
    const from = this.position;
    let i = from;
    while (i < end && bytes[i] >= 0x30 && bytes[i] <= 0x39) i++;
    this.position = i;
    return i > from;
  }
}

/** Whether `word`, or its first `length` bytes, stand at `start`. By the byte: a native call costs more than a few. */
function startsWith(bytes: Buffer, start: number, word: Buffer, length = word.length): boolean {
  for (let i = 0; i < length; i++) {
    if (bytes[start + i] !== word[i]) return false;
  }
  return true;
}
