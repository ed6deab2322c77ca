import { DASH, DOT, ZERO } from "../reading/characters";
import { copyBytes, digitsEnd } from "./line-bytes";

/** Digits beyond these are no measure of anything, and not every reader takes them. */
const longestNumberBytes = 30;

/** Whether the bytes are a decimal number: digits, and optionally a sign before them and a fraction behind. */
export function isNumber(source: Buffer, from: number, to: number): boolean {
  if (to - from > longestNumberBytes) return false;
  const start = source[from] === DASH ? from + 1 : from;
  const whole = digitsEnd(source, start, to);
  if (whole === start) return false;
  if (whole === to) return true;
  return source[whole] === DOT && whole + 1 < to && digitsEnd(source, whole + 1, to) === to;
}

/** Writes such a number as JSON has it, without leading zeros (CloudFront has the status 000); returns where it ends. */
export function writeNumber(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  let out = at;
  let i = from;
  if (source[i] === DASH) target[out++] = source[i++];
  while (i + 1 < to && source[i] === ZERO && source[i + 1] !== DOT) i++;
  return copyBytes(source, i, to, target, out);
}
