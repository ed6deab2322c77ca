import { setImmediate as nextTurn } from "node:timers/promises";
import { damaged } from "../damage";
import type { BitReader } from "./bit-reader";
import { HuffmanCode, readLengths } from "./huffman";

/** Symbols that share a code before the next selector. */
const groupSymbols = 50;
/** A group's symbols have 20 bits at most, and some bytes are looked at ahead. */
const groupBytes = 136;
/** The lists in front of a block's symbols: 2 + 32 bytes, 32,767 selectors of 6 bits, 6 codes of 258 lengths of 41 bits. */
const listBytes = 48 * 1024;
/** Groups between two turns of the event loop: a few milliseconds, so that timers and sockets are not held up. */
const groupsPerTurn = 1000;
/** The symbols of runs are this one and the one before it: digits of their length, which count one and two. */
const RUN_B = 1;

/**
 * Reads a block as far as its symbols say what it is: the bytes in the order of the Burrows-Wheeler transform, each in
 * the lowest 8 bits of an element of `into`.
 * @returns how many there are
 */
export async function readBlock(input: BitReader, into: Uint32Array): Promise<number> {
  await input.need(listBytes);
  const alphabet = readAlphabet(input);
  const codeCount = input.read(3);
  const selectorCount = input.read(15);
  if (alphabet.length === 0 || codeCount < 2 || codeCount > 6 || selectorCount === 0)
    throw damaged("bzip2", "a block without symbols, codes or selectors");
  const selectors = readSelectors(input, selectorCount, codeCount);
  const codes = Array.from(
    { length: codeCount },
    () => new HuffmanCode(readLengths(input, alphabet.length + 2)),
  );

  const symbols = new BlockSymbols(alphabet, into);
  for (let group = 0; group < selectorCount; group++) {
    if (input.atHand < groupBytes) await input.need(groupBytes);
    if (group % groupsPerTurn === groupsPerTurn - 1) await nextTurn();
    if (symbols.readGroup(codes[selectors[group]], input)) return symbols.length;
  }
  throw damaged("bzip2", "a block without an end");
}

/** What the symbols of a block stand for: runs of the byte that is in front, and bytes that are moved there. */
class BlockSymbols {
  /** Bytes so far. */
  length = 0;
  /** Of the run under way: its length so far, and what the next symbol counts. */
  private run = 0;
  private runUnit = 1;
  private readonly endOfBlock: number;

  /** @param order the bytes of the alphabet, the one that came last in front */
  constructor(
    private readonly order: Uint8Array,
    private readonly into: Uint32Array,
  ) {
    this.endOfBlock = order.length + 1;
  }

  /** @returns whether the block has ended */
  readGroup(code: HuffmanCode, input: BitReader): boolean {
    const { order, into, endOfBlock } = this;
    for (let left = groupSymbols; left > 0; left--) {
      const symbol = code.read(input);
      if (symbol <= RUN_B) {
        this.run += this.runUnit << symbol;
        this.runUnit *= 2;
        if (this.run > into.length) throw tooLong();
        continue;
      }
      if (this.run > 0) this.endRun();
      if (symbol === endOfBlock) return true;
      if (this.length === into.length) throw tooLong();
      const byte = order[symbol - 1];
      // By hand: most symbols are of the first few, for which a call costs more than the move.
      for (let at = symbol - 1; at > 0; at--) order[at] = order[at - 1];
      order[0] = byte;
      into[this.length++] = byte;
    }
    return false;
  }

  private endRun(): void {
    const { length, run, into } = this;
    if (length + run > into.length) throw tooLong();
    into.fill(this.order[0], length, length + run);
    this.length += run;
    this.run = 0;
    this.runUnit = 1;
  }
}

function tooLong(): Error {
  return damaged("bzip2", "a block longer than its stream allows");
}

/** The bytes that occur in the block, in their order. */
function readAlphabet(input: BitReader): Uint8Array {
  const bytes: number[] = [];
  const ranges = input.read(16);
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const present = input.read(16);
    for (let bit = 0; bit < 16; bit++) if (present & (0x8000 >> bit)) bytes.push(range * 16 + bit);
  }
  return Uint8Array.from(bytes);
}

/** Which code each group has: moved to the front, and in unary. */
function readSelectors(input: BitReader, count: number, codeCount: number): Uint8Array {
  const order = Array.from({ length: codeCount }, (_, code) => code);
  return new Uint8Array(count).map(() => {
    let position = 0;
    while (input.read(1) === 1) if (++position >= codeCount) throw damaged("bzip2", "a selector of no code");
    const [code] = order.splice(position, 1);
    order.unshift(code);
    return code;
  });
}
