/** A top-level key to look for in JSON records. */
export interface WatchedKey {
  readonly name: string;
  /** Whether the pair is to be left out of the document, since a field of ours replaces it. */
  readonly replaced: boolean;
}

/** A watched key that a record has; all numbers are indexes into the scanned buffer. */
export interface KeyHit {
  key: WatchedKey;
  /** The bytes to leave out so that the pair and one comma are gone. */
  cutStart: number;
  cutEnd: number;
  valueStart: number;
  valueEnd: number;
}

/**
 * The hits of one record, in order. Both they and their array are used again for the next record: an array that is
 * emptied by its length would allocate anew with each record, and the young generation would grow with a long file.
 */
export class KeyHits {
  length = 0;
  private readonly slots: KeyHit[] = [];

  at(index: number): KeyHit {
    return this.slots[index];
  }

  clear(): void {
    this.length = 0;
  }

  add(key: WatchedKey, cutStart: number, valueStart: number): KeyHit {
    const hit = (this.slots[this.length] ??= { key, cutStart: 0, cutEnd: 0, valueStart: 0, valueEnd: 0 });
    hit.key = key;
    hit.cutStart = cutStart;
    hit.cutEnd = 0;
    hit.valueStart = valueStart;
    hit.valueEnd = 0;
    this.length++;
    return hit;
  }
}
