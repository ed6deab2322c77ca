import { KeyLog } from "./key-log";
import type { WriteTimes } from "./order";

/** What is remembered of an object beside its key and time. */
export interface ObjectTraits {
  readonly hasContent: boolean;
  /** Whether its name has no time, number or random part, so that it is not one of a row. */
  readonly fixedName: boolean;
  /** Whether it was written in the same second as the object before it, and nothing tells which came first. */
  readonly tied: boolean;
  /** Position in the list of layouts, or -1. */
  readonly layout: number;
}

/** What is remembered of each object of a listing: some 50 bytes, most of them its key. */
export class ObjectLog implements WriteTimes {
  readonly keys = new KeyLog();
  writtenAt = new Uint32Array(4096);
  private layouts = new Int8Array(4096);
  private traits = new Uint8Array(4096);

  get length(): number {
    return this.keys.length;
  }

  append(key: string, writtenAt: number, { hasContent, fixedName, tied, layout }: ObjectTraits): void {
    const index = this.keys.length;
    if (index === this.writtenAt.length) this.grow();
    this.keys.append(key);
    this.writtenAt[index] = writtenAt;
    this.traits[index] = (hasContent ? 1 : 0) | (fixedName ? 2 : 0) | (tied ? 4 : 0);
    this.layouts[index] = layout;
  }

  readonly hasContent = (index: number): boolean => (this.traits[index] & 1) !== 0;

  readonly hasFixedName = (index: number): boolean => (this.traits[index] & 2) !== 0;

  readonly isTied = (index: number): boolean => (this.traits[index] & 4) !== 0;

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
    this.traits = larger(this.traits, new Uint8Array(length));
  }
}
