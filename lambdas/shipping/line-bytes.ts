import { SPACE, TAB, ZERO } from "../reading/characters";

/** Whether the byte stands between two columns of a line. */
export function isSeparator(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** The index behind the column that stands at `from`. */
export function columnEnd(source: Buffer, from: number, end: number): number {
  let i = from;
  while (i < end && !isSeparator(source[i])) i++;
  return i;
}

/** The index behind the digits that stand at `from`. */
export function digitsEnd(source: Buffer, from: number, end: number): number {
  let i = from;
  while (i < end && source[i] >= ZERO && source[i] <= ZERO + 9) i++;
  return i;
}

/** Copies by the byte: these are short, and a native call, or the view that it needs, costs more. Returns where it ends. */
export function copyBytes(source: Buffer, from: number, end: number, target: Buffer, at: number): number {
  let out = at;
  for (let i = from; i < end; i++) target[out++] = source[i];
  return out;
}
