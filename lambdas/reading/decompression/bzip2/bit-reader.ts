import type { ByteReader } from "../../byte-reader";
import { cutOff } from "../damage";

const EMPTY = Buffer.alloc(0);

/** Reads bits, the highest of a byte first. What is read must have been asked for by {@link need}. */
export class BitReader {
  private bytes: Buffer = EMPTY;
  private at = 0;
  /** The `count` bits that were read from `bytes` and not taken are the lowest ones of it. */
  private bits = 0;
  private count = 0;

  constructor(private readonly reader: ByteReader) {}

  /** Whole bytes at hand. */
  get atHand(): number {
    return this.bytes.length - this.at;
  }

  /** Has so many bytes at hand, or all that there are. */
  async need(length: number): Promise<void> {
    const pieces = [this.bytes.subarray(this.at)];
    let atHand = pieces[0].length;
    if (atHand >= length) return;
    for (let chunk = await this.reader.takeChunk(); chunk !== undefined;) {
      pieces.push(chunk);
      atHand += chunk.length;
      if (atHand >= length) break;
      chunk = await this.reader.takeChunk();
    }
    this.bytes = pieces.length > 1 ? Buffer.concat(pieces, atHand) : pieces[0];
    this.at = 0;
  }

  /** The next `length` bits, 24 at most. @throws ObjectDamaged where they are missing */
  read(length: number): number {
    while (this.count < length) {
      if (this.at >= this.bytes.length) throw cutOff("bzip2");
      // Bits above the 32nd fall off; they were taken.
      this.bits = (this.bits << 8) | this.bytes[this.at++];
      this.count += 8;
    }
    this.count -= length;
    return (this.bits >>> this.count) & ((1 << length) - 1);
  }

  /** Drops the rest of a byte that was begun, and puts the others back. */
  release(): void {
    this.at -= this.count >> 3;
    this.count = 0;
    this.reader.putBack(this.bytes.subarray(this.at));
    this.bytes = EMPTY;
    this.at = 0;
  }
}
