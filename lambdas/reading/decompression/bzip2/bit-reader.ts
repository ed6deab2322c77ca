import type { ByteReader } from "../../byte-reader";
import { cutOff } from "../damage";

const EMPTY = Buffer.alloc(0);

/** Reads bits, the highest of a byte first. What is read must have been asked for by {@link need}. */
export class BitReader {
  private bytes: Buffer = EMPTY;
  /** Behind the end where bits were looked at that are not there. */
  private at = 0;
  /** The `count` bits that were looked up in `bytes` and not taken are the lowest ones of it. */
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
    while (atHand < length) {
      const chunk = await this.reader.takeChunk();
      if (chunk === undefined) break;
      pieces.push(chunk);
      atHand += chunk.length;
    }
    if (pieces.length === 1) return;
    this.bytes = Buffer.concat(pieces, atHand);
    this.at = 0;
  }

  /** The next `length` bits without taking them, 24 at most; behind the end they are zero. */
  look(length: number): number {
    while (this.count < length) {
      // Bits above the 32nd fall off; they were taken.
      this.bits = (this.bits << 8) | (this.at < this.bytes.length ? this.bytes[this.at] : 0);
      this.at++;
      this.count += 8;
    }
    return (this.bits >>> (this.count - length)) & ((1 << length) - 1);
  }

  /** Takes bits that were looked at. @throws ObjectDamaged where they are missing */
  take(length: number): void {
    this.count -= length;
    if (this.at - (this.count >> 3) > this.bytes.length) throw cutOff("bzip2");
  }

  /** The next `length` bits, 24 at most. @throws ObjectDamaged where they are missing */
  read(length: number): number {
    const bits = this.look(length);
    this.take(length);
    return bits;
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
