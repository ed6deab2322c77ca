/** Bytes that come out at a time: some milliseconds of work, between which timers and sockets have their turn. */
const chunkBytes = 128 * 1024;
/** Behind so many equal bytes follows how often the byte comes again. */
const runBytes = 4;

/** The CRC-32 of bzip2: the highest bit first. */
const checksums = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/**
 * A block's bytes in their own order: the Burrows-Wheeler transform undone, then the runs. In pieces, as a block of
 * 900 KB may hold 45 MB.
 */
export class BlockOutput {
  private checksum = -1;
  private at: number;
  private left: number;
  private previous = -1;
  private equal = 0;
  /** How often `previous` is yet to come. */
  private repeats = 0;

  /**
   * @param block the bytes in the lowest 8 bits of the first `length` elements; the others hold where the next one is
   * @param origin the element in front of the first one
   */
  constructor(
    private readonly block: Uint32Array,
    length: number,
    origin: number,
  ) {
    const next = new Int32Array(256);
    for (let index = 0; index < length; index++) next[block[index] & 0xff]++;
    for (let byte = 0, sum = 0; byte < 256; byte++) {
      const count = next[byte];
      next[byte] = sum;
      sum += count;
    }
    for (let index = 0; index < length; index++) block[next[block[index] & 0xff]++] |= index << 8;
    this.at = block[origin] >>> 8;
    this.left = length;
  }

  /** Of what has come out, as an unsigned number. */
  get crc(): number {
    return ~this.checksum >>> 0;
  }

  /** The next bytes; none at the end. */
  next(): Buffer {
    const { block } = this;
    const output = Buffer.allocUnsafe(chunkBytes);
    let { at, left, previous, equal, repeats, checksum } = this;
    let length = 0;
    while (length < chunkBytes) {
      if (repeats > 0) repeats--;
      else if (left > 0) {
        const element = block[at];
        at = element >>> 8;
        left--;
        const byte = element & 0xff;
        if (equal === runBytes) {
          repeats = byte;
          equal = 0;
          continue;
        }
        equal = byte === previous ? equal + 1 : 1;
        previous = byte;
      } else break;
      output[length++] = previous;
      checksum = (checksum << 8) ^ checksums[(checksum >>> 24) ^ previous];
    }
    Object.assign(this, { at, left, previous, equal, repeats, checksum });
    return output.subarray(0, length);
  }
}
