const DASH = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Digits beyond these are no measure of anything, and not every reader takes them. */
const longestNumberBytes = 30;

/** Whether the bytes are a decimal number: digits, and optionally a sign before them and a fraction behind. */
export function isNumber(source: Buffer, from: number, to: number): boolean {
  if (to - from > longestNumberBytes) return false;
  const start = source[from] === DASH ? from + 1 : from;
  const whole = digits(source, start, to);
  if (whole === start) return false;
  if (whole === to) return true;
  return source[whole] === DOT && whole + 1 < to && digits(source, whole + 1, to) === to;
}

/** Writes such a number as JSON has it, without leading zeros (CloudFront has the status 000); returns where it ends. */
export function writeNumber(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  let out = at;
  let i = from;
  if (source[i] === DASH) target[out++] = source[i++];
  while (i + 1 < to && source[i] === ZERO && source[i + 1] !== DOT) i++;
  for (; i < to; i++) target[out++] = source[i];
  return out;
}

/** The index behind the digits that stand at `from`. */
function digits(source: Buffer, from: number, to: number): number {
  let i = from;
  while (i < to && source[i] >= ZERO && source[i] <= ZERO + 9) i++;
  return i;
}
