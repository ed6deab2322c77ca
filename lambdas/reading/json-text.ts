import { isUtf8 } from "node:buffer";
import { BACKSLASH } from "./characters";
import { asUtf8 } from "./utf8";

/** The most bytes that one byte of text takes in a JSON string: `\u001f`, or U+FFFD for a byte that is no UTF-8. */
export const longestEscape = 6;

const hexadecimal = Buffer.from("0123456789abcdef");

/** Per byte: 0 as it is, 1 `\u00xx`, else the letter behind the backslash. */
const escapes = new Uint8Array(256);
escapes.fill(1, 0, 0x20);
for (const [byte, letter] of [
  [0x08, "b"],
  [0x09, "t"],
  [0x0a, "n"],
  [0x0c, "f"],
  [0x0d, "r"],
  [0x22, '"'],
  [BACKSLASH, "\\"],
] as const) {
  escapes[byte] = letter.charCodeAt(0);
}

/**
 * Writes text as the inside of a JSON string at `at`; returns where it ends. `target` must have room for
 * {@link longestEscape} times the text.
 *
 * By the byte, since turning it into a string and back costs more than the escaping itself.
 */
export function writeJsonText(
  target: Buffer,
  at: number,
  source: Buffer,
  start: number,
  end: number,
): number {
  let out = at;
  let seen = 0;
  for (let i = start; i < end; i++) {
    const byte = source[i];
    const escape = escapes[byte];
    if (escape === 0) {
      target[out++] = byte;
      seen |= byte;
    } else {
      target[out++] = BACKSLASH;
      if (escape === 1) {
        target[out++] = 0x75;
        target[out++] = 0x30;
        target[out++] = 0x30;
        target[out++] = hexadecimal[byte >> 4];
        target[out++] = hexadecimal[byte & 15];
      } else target[out++] = escape;
    }
  }
  if (seen > 0x7f && !isUtf8(source.subarray(start, end))) {
    const repaired = asUtf8(source.subarray(start, end));
    return writeJsonText(target, at, repaired, 0, repaired.length);
  }
  return out;
}

/**
 * Writes JSON without the white space between its tokens, so that it stands on one line; returns where it ends.
 * The source must be valid JSON.
 */
export function writeCompactJson(
  target: Buffer,
  at: number,
  source: Buffer,
  start: number,
  end: number,
): number {
  let out = at;
  let inString = false;
  for (let i = start; i < end; i++) {
    const byte = source[i];
    if (inString) {
      target[out++] = byte;
      if (byte === BACKSLASH) target[out++] = source[++i];
      else if (byte === 0x22) inString = false;
    } else if (byte > 0x20) {
      target[out++] = byte;
      if (byte === 0x22) inString = true;
    }
  }
  return out;
}
