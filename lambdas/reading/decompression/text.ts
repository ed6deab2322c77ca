/*
 * What is text is decided by its control characters. Compressed, encrypted and packed bytes are full of all of them: of
 * random bytes more than one in ten. Text, in whatever encoding, has next to none, but for one or two that some formats
 * separate fields by. What is no UTF-8 does not count: text in Latin-1 or Shift JIS is text.
 */

/** Of so many bytes, one may be a control character. */
const bytesPerControl = 20;
/** Fewer kinds of them are separators, as in FIX messages (0x01) and lists (0x1c to 0x1f). */
const kindsOfBinary = 4;
/** A hole: a log that was cut while it was written begins with as many as its writer was ahead. */
const holeBytes = 16;

const isControl = Uint8Array.from(
  { length: 256 },
  // Backspace, tab, LF, VT, FF and CR, and the escapes that colour terminals, are at home in text.
  (_, byte) => Number(byte === 0x7f || (byte < 0x20 && (byte < 0x08 || byte > 0x0d) && byte !== 0x1b)),
);

/** Whether the first bytes of a file are text's. Too few bytes, about 50, are taken for it. */
export function isText(sample: Buffer): boolean {
  if (hasUtf16Mark(sample)) return true;
  const padding = paddingOfUtf16(sample);
  const kinds = new Set<number>();
  let bytes = 0;
  let controls = 0;
  for (let at = 0; at < sample.length; at++) {
    const byte = sample[at];
    if (byte === 0) {
      const end = endOfHole(sample, at);
      if (end - at >= holeBytes) {
        at = end - 1;
        continue;
      }
      if (at % 2 === padding) continue;
    }
    bytes++;
    if (isControl[byte] === 1) {
      controls++;
      kinds.add(byte);
    }
  }
  return controls * bytesPerControl <= bytes || kinds.size < kindsOfBinary;
}

/** UTF-32's marks begin, or end, with the same bytes. */
function hasUtf16Mark(sample: Buffer): boolean {
  const mark = sample.length >= 2 ? sample.readUInt16BE() : 0;
  return mark === 0xfffe || mark === 0xfeff;
}

/** Where UTF-16 without a mark has the zero bytes of its ASCII characters: 0 or 1, or undefined for other bytes. */
function paddingOfUtf16(sample: Buffer): 0 | 1 | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at % 2]++;
  const half = sample.length / 2;
  for (const parity of [0, 1] as const)
    if (zeros[parity] > half / 2 && zeros[1 - parity] * bytesPerControl < half) return parity;
  return undefined;
}

function endOfHole(sample: Buffer, start: number): number {
  let end = start;
  while (end < sample.length && sample[end] === 0) end++;
  return end;
}
