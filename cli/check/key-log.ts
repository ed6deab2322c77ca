/** Keys between two that are stored whole. */
const restartEvery = 32;

/**
 * The keys of a listing, in order, each as what differs from the one before: some 40 bytes for a key of AWS's of 150.
 * Their strings would hold on to the pages that they were cut from.
 */
export class KeyLog {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private used = 0;
  private readonly restarts: number[] = [];
  private previous = Buffer.alloc(0);
  private stored = 0;

  get length(): number {
    return this.stored;
  }

  /** @throws Error where the key does not sort behind the last one by its UTF-8 bytes, as S3 lists them */
  append(key: string): void {
    const next = Buffer.from(key);
    if (this.stored > 0 && Buffer.compare(next, this.previous) <= 0) {
      throw new Error(
        `the listing is not in the order of the keys' bytes, so this is no S3: ${JSON.stringify(key)} came after ` +
          JSON.stringify(this.previous.toString()),
      );
    }
    const whole = this.stored % restartEvery === 0;
    if (whole) this.restarts.push(this.used);
    const shared = whole ? 0 : sharedBytes(this.previous, next);
    this.reserve(4 + next.length - shared);
    // A key has at most 1,024 bytes, so two bytes hold every length.
    this.used = this.bytes.writeUInt16LE(shared, this.used);
    this.used = this.bytes.writeUInt16LE(next.length - shared, this.used);
    this.used += next.copy(this.bytes, this.used, shared);
    this.previous = next;
    this.stored += 1;
  }

  at(index: number): string {
    const restart = Math.floor(index / restartEvery);
    let offset = this.restarts[restart];
    let key = Buffer.alloc(0);
    for (let at = restart * restartEvery; at <= index; at++) {
      const shared = this.bytes.readUInt16LE(offset);
      const end = offset + 4 + this.bytes.readUInt16LE(offset + 2);
      key = Buffer.concat([key.subarray(0, shared), this.bytes.subarray(offset + 4, end)]);
      offset = end;
    }
    return key.toString();
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.ceil(this.bytes.length * 1.5) + bytes);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}

function sharedBytes(left: Buffer, right: Buffer): number {
  const limit = Math.min(left.length, right.length);
  let at = 0;
  while (at < limit && left[at] === right[at]) at += 1;
  return at;
}
