import { setImmediate as nextTurn } from "node:timers/promises";
import { damaged } from "../damage";
import type { BitReader } from "./bit-reader";
import { HuffmanCode, readLengths } from "./huffman";

/** Symbols that share a code before the next selector. */
const groupSymbols = 50;
/** A group's symbols have 20 bits at most. */
const groupBytes = 128;
/** The lists in front of a block's symbols: 2 + 32 bytes, 32,767 selectors of 6 bits, 6 codes of 258 lengths of 41 bits. */
const listBytes = 48 * 1024;
/** Groups between two turns of the event loop: a few milliseconds, so that timers and sockets are not held up. */
const groupsPerTurn = 400;
const RUN_A = 0;
const RUN_B = 1;

/**
 * Reads a block as far as its symbols say what it is: the bytes in the order of the Burrows-Wheeler transform, each in
 * the lowest 8 bits of an element of `into`.
 * @returns how many there are
 */
export async function readBlock(input: BitReader, into: Uint32Array): Promise<number> {
  await input.need(listBytes);
  const alphabet = readAlphabet(input);
  const endOfBlock = alphabet.length + 1;
  const codeCount = input.read(3);
  const selectorCount = input.read(15);
  if (alphabet.length === 0 || codeCount < 2 || codeCount > 6 || selectorCount === 0)
    throw damaged("bzip2", "a block without symbols, codes or selectors");
  const selectors = readSelectors(input, selectorCount, codeCount);
  const codes = Array.from(
    { length: codeCount },
    () => new HuffmanCode(readLengths(input, alphabet.length + 2)),
  );

  let length = 0;
  let run = 0;
  let runUnit = 1;
  const endRun = (): void => {
    if (length + run > into.length) throw damaged("bzip2", "a block longer than its stream allows");
    into.fill(alphabet[0], length, length + run);
    length += run;
    run = 0;
    runUnit = 1;
  };
  /** @returns whether the block has ended */
  const readGroup = (code: HuffmanCode): boolean => {
    for (let left = groupSymbols; left > 0; left--) {
      const symbol = code.read(input);
      if (symbol === RUN_A || symbol === RUN_B) {
        run += runUnit << symbol;
        runUnit *= 2;
        if (run > into.length) throw damaged("bzip2", "a block longer than its stream allows");
        continue;
      }
      if (run > 0) endRun();
      if (symbol === endOfBlock) return true;
      if (length === into.length) throw damaged("bzip2", "a block longer than its stream allows");
      const byte = alphabet[symbol - 1];
      alphabet.copyWithin(1, 0, symbol - 1);
      alphabet[0] = byte;
      into[length++] = byte;
    }
    return false;
  };
  for (let group = 0; group < selectorCount; group++) {
    if (input.atHand < groupBytes) await input.need(groupBytes);
    if (group % groupsPerTurn === groupsPerTurn - 1) await nextTurn();
    if (readGroup(codes[selectors[group]])) return length;
  }
  throw damaged("bzip2", "a block without an end");
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
