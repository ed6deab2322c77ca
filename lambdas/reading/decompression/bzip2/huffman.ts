import { damaged } from "../damage";
import type { BitReader } from "./bit-reader";

const longestCode = 20;

/** Codes up to this length are told by a table, which then lies in a core's fastest memory; few symbols have longer ones. */
const tableBits = 10;
/** Bits of an entry that hold the code's length; the others are its symbol. */
const lengthBits = 5;

/** A canonical Huffman code: codes of one length follow each other, and longer ones follow shorter ones. */
export class HuffmanCode {
  /** By the next bits: symbol and length of the code that they begin with; 0 where it is longer, or none. */
  private readonly table = new Uint16Array(1 << tableBits);
  /** By length: the last code of that length, or -1. */
  private readonly limit = new Int32Array(longestCode + 1).fill(-1);
  /** By length: what makes a code of it an index into `symbols`. */
  private readonly base = new Int32Array(longestCode + 1);
  private readonly symbols: Uint16Array;

  /** @param lengths of the codes, by symbol; from 1 to 20 */
  constructor(lengths: Uint8Array) {
    this.symbols = new Uint16Array(lengths.length);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= longestCode; length++) {
      this.base[length] = code - index;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.symbols[index++] = symbol;
        this.enter(code++, length, symbol);
      }
      this.limit[length] = index > 0 ? code - 1 : -1;
      code <<= 1;
    }
  }

  /** The next symbol. @throws ObjectDamaged for bits that are no code */
  read(input: BitReader): number {
    const bits = input.look(longestCode);
    const entry = this.table[bits >>> (longestCode - tableBits)];
    if (entry === 0) return this.readLong(input, bits);
    input.take(entry & ((1 << lengthBits) - 1));
    return entry >>> lengthBits;
  }

  private enter(code: number, length: number, symbol: number): void {
    const free = tableBits - length;
    // More codes of a length than there are bits for: the block is damaged, and its checksum will say so.
    if (free < 0 || code >= 1 << length) return;
    this.table.fill((symbol << lengthBits) | length, code << free, (code + 1) << free);
  }

  private readLong(input: BitReader, bits: number): number {
    for (let length = tableBits + 1; length <= longestCode; length++) {
      const code = bits >>> (longestCode - length);
      if (code > this.limit[length]) continue;
      input.take(length);
      const index = code - this.base[length];
      if (index < 0 || index >= this.symbols.length) break;
      return this.symbols[index];
    }
    // Throws where so many bits are not there.
    input.take(longestCode);
    throw damaged("bzip2", "bits that are no code");
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
