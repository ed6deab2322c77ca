/** How long the codes of symbols are: all the same, or from a bit up to the longest that the format has, 20. */
export type CodeLengths = "equal" | "to 20";

/** A bzip2 file of the bytes, made as plainly as the format allows: blocks of two equal codes, for small contents. */
export function bzip2(content: Buffer, blockBytes = 2_000, lengths: CodeLengths = "equal"): Buffer {
  const bits = new BitWriter();
  bits.text("BZh1");
  let combined = 0;
  for (let at = 0; at < content.length; at += blockBytes) {
    const block = content.subarray(at, at + blockBytes);
    const checksum = crcOf(block);
    bits.text("\x31\x41\x59\x26\x53\x59");
    bits.write(checksum, 32);
    writeBlock(bits, runLengths(block), lengths);
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
  bits.text("\x17\x72\x45\x38\x50\x90");
  bits.write(combined, 32);
  return bits.bytes();
}

class BitWriter {
  private readonly bits: number[] = [];

  write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) this.bits.push(Math.floor(value / 2 ** bit) % 2);
  }

  text(text: string): void {
    for (const byte of Buffer.from(text, "latin1")) this.write(byte, 8);
  }

  bytes(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.bits.length / 8));
    for (const [at, bit] of this.bits.entries()) bytes[at >> 3] |= bit << (7 - (at & 7));
    return bytes;
  }
}

function writeBlock(bits: BitWriter, bytes: Buffer, lengths: CodeLengths): void {
  const rotations = Array.from(bytes.keys());
  const doubled = Buffer.concat([bytes, bytes]);
  const rotation = (start: number): Buffer => doubled.subarray(start, start + bytes.length);
  rotations.sort((a, b) => rotation(a).compare(rotation(b)) || a - b);
  const transformed = rotations.map((start) => doubled[start + bytes.length - 1]);
  const alphabet = [...new Set(bytes)].sort((a, b) => a - b);

  bits.write(0, 1);
  bits.write(rotations.indexOf(0), 24);
  writeAlphabet(bits, alphabet);
  const symbols = [...movedToFront(transformed, alphabet), alphabet.length + 1];
  const groups = Math.ceil(symbols.length / 50);
  bits.write(2, 3);
  bits.write(groups, 15);
  // All groups but the first have the second code, which is the same one.
  for (let group = 0; group < groups; group++) bits.write(group === 1 ? 0b10 : 0, group === 1 ? 2 : 1);
  const codes = codesOf(alphabet.length + 2, lengths);
  for (let code = 0; code < 2; code++) {
    let before = codes[0].length;
    bits.write(before, 5);
    for (const { length } of codes) {
      for (; before < length; before++) bits.write(0b10, 2);
      bits.write(0, 1);
    }
  }
  for (const symbol of symbols) bits.write(codes[symbol].code, codes[symbol].length);
}

/** A canonical code whose lengths do not fall from one symbol to the next. */
function codesOf(symbols: number, lengths: CodeLengths): { code: number; length: number }[] {
  const equal = Math.ceil(Math.log2(symbols));
  const rising = (symbol: number): number => (symbol < 12 ? symbol + 1 : 20);
  let next = 0;
  let before = 0;
  return Array.from({ length: symbols }, (_, symbol) => {
    const length = lengths === "equal" ? equal : rising(symbol);
    const code = next << (symbol === 0 ? 0 : length - before);
    before = length;
    next = code + 1;
    return { code, length };
  });
}

function writeAlphabet(bits: BitWriter, alphabet: readonly number[]): void {
  const ranges = Array.from({ length: 16 }, (_, range) => alphabet.filter((byte) => byte >> 4 === range));
  for (const range of ranges) bits.write(Number(range.length > 0), 1);
  for (const range of ranges.filter(({ length }) => length > 0))
    for (let low = 0; low < 16; low++) bits.write(Number(range.some((byte) => (byte & 15) === low)), 1);
}

/** Positions in a list whose last used member is in front; runs of 0 in bijective base 2. */
function movedToFront(bytes: readonly number[], alphabet: readonly number[]): number[] {
  const order = [...alphabet];
  const symbols: number[] = [];
  let zeros = 0;
  const endRun = (): void => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) symbols.push(zeros % 2 === 1 ? 0 : 1);
  };
  for (const byte of bytes) {
    const position = order.indexOf(byte);
    if (position === 0) zeros++;
    else {
      endRun();
      symbols.push(position + 1);
      order.unshift(...order.splice(position, 1));
    }
  }
  endRun();
  return symbols;
}

/** Behind four equal bytes stands how many more there are. */
function runLengths(bytes: Buffer): Buffer {
  const output: number[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = at;
    while (end < bytes.length && bytes[end] === bytes[at] && end - at < 259) end++;
    const length = end - at;
    output.push(...Array<number>(Math.min(length, 4)).fill(bytes[at]));
    if (length >= 4) output.push(length - 4);
    at = end;
  }
  return Buffer.from(output);
}

function crcOf(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  return ~value >>> 0;
}
