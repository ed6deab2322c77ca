import { KeyLog } from "./key-log";
import type { WriteTimes } from "./order";

/** What is remembered of each object of a listing: some 50 bytes, most of them its key. */
export class ObjectLog implements WriteTimes {
  readonly keys = new KeyLog();
  writtenAt = new Uint32Array(4096);
  private layouts = new Int8Array(4096);
  private contents = new Uint8Array(4096);

  get length(): number {
    return this.keys.length;
  }

  append(key: string, writtenAt: number, hasContent: boolean, layout: number): void {
    const index = this.keys.length;
    if (index === this.writtenAt.length) this.grow();
    this.keys.append(key);
    this.writtenAt[index] = writtenAt;
    this.contents[index] = hasContent ? 1 : 0;
    this.layouts[index] = layout;
  }

  readonly hasContent = (index: number): boolean => this.contents[index] === 1;

  /** Position in the list of layouts, or -1. */
  layoutAt(index: number): number {
    return this.layouts[index];
  }

  private grow(): void {
    const length = this.writtenAt.length * 2;
    const larger = <Column extends Uint32Array | Int8Array | Uint8Array>(
      from: Column,
      to: Column,
    ): Column => {
      to.set(from);
      return to;
    };
    this.writtenAt = larger(this.writtenAt, new Uint32Array(length));
    this.layouts = larger(this.layouts, new Int8Array(length));
    this.contents = larger(this.contents, new Uint8Array(length));
  }
}
