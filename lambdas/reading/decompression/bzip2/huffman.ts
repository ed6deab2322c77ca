import { damaged } from "../damage";
import type { BitReader } from "./bit-reader";

const longestCode = 20;

/** A canonical Huffman code: codes of one length follow each other, and longer ones follow shorter ones. */
export class HuffmanCode {
  /** By length: the last code of that length, or -1. */
  private readonly limit = new Int32Array(longestCode + 2).fill(-1);
  /** By length: what makes a code of it an index into `symbols`. */
  private readonly base = new Int32Array(longestCode + 2);
  private readonly symbols: Uint16Array;
  private readonly shortest: number;

  /** @param lengths of the codes, by symbol; from 1 to 20 */
  constructor(lengths: Uint8Array) {
    this.symbols = new Uint16Array(lengths.length);
    this.shortest = lengths.reduce((least, length) => Math.min(least, length), longestCode);
    let code = 0;
    let index = 0;
    for (let length = this.shortest; length <= longestCode; length++) {
      this.base[length] = code - index;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.symbols[index++] = symbol;
        code++;
      }
      this.limit[length] = index > 0 ? code - 1 : -1;
      code <<= 1;
    }
  }

  /** The next symbol. @throws ObjectDamaged for bits that are no code */
  read(input: BitReader): number {
    let length = this.shortest;
    let code = input.read(length);
    while (code > this.limit[length]) {
      if (++length > longestCode) throw damaged("bzip2", "bits that are no code");
      code = (code << 1) | input.read(1);
    }
    const index = code - this.base[length];
    if (index < 0 || index >= this.symbols.length) throw damaged("bzip2", "bits that are no code");
    return this.symbols[index];
  }
}

/** Lengths as differences from one symbol to the next. */
export function readLengths(input: BitReader, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = input.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > longestCode) throw damaged("bzip2", "a code of an impossible length");
      if (input.read(1) === 0) break;
      length += input.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}
