import type { DatedKey } from "./seen-keys";

/** A late key, with how far behind it was found. */
export interface LateKey {
  readonly key: string;
  /** Keys of the same writer that sort behind it and were dealt with before. */
  readonly keysBehind: number;
  /** How much later it was written than the key that sorts behind it. */
  readonly seconds: number;
}

/** Every so many keys one is noted, for the bound to move to. */
const markEvery = 100;

/** What one look has seen of one track. */
export class TrackWalk {
  /** Keys that were dealt with during the look, other than those from before the source's start. */
  passed = 0;
  /** When the newest object was modified, in ms since 1970. */
  newest = 0;
  /** When the oldest one was. */
  oldest = Infinity;
  private keys = 0;
  /** Of the keys, those that were dealt with before. */
  private known = 0;
  /** Every hundredth key, but those that were let go of. */
  private marks: string[] = [];
  private marksGone = 0;
  private stopped = false;
  private lates: {
    readonly key: string;
    readonly at: number;
    readonly modified: number;
    seconds?: number;
  }[] = [];

  /** @param known whether the writer has come to the key or one behind it before */
  step({ key, lastModified }: DatedKey, known: boolean): void {
    this.keys++;
    this.newest = Math.max(this.newest, lastModified);
    this.oldest = Math.min(this.oldest, lastModified);
    if (known) {
      this.known = this.keys;
      for (const late of this.lates)
        late.seconds ??= Math.max(0, Math.round((late.modified - lastModified) / 1000));
    }
    if (!this.stopped && this.keys % markEvery === 0) this.marks.push(key);
  }

  /** A key was left: the bound may not move beyond it. */
  stop(): void {
    this.stopped = true;
  }

  late({ key, lastModified }: DatedKey): void {
    this.lates.push({ key, at: this.keys, modified: lastModified });
  }

  takeLates(): LateKey[] {
    return this.lates
      .splice(0)
      .map(({ key, at, seconds = 0 }) => ({ key, keysBehind: Math.max(0, this.known - at), seconds }));
  }

  /**
   * A key that at least so many sort behind, and those that were dealt with during the look beside: nothing that comes
   * while the look goes on finds its place closed.
   */
  keyBefore(keys: number): string | undefined {
    const marks = Math.floor((this.keys - keys - this.passed) / markEvery) - this.marksGone;
    if (marks <= 0) return undefined;
    this.marksGone += marks;
    return this.marks.splice(0, marks).at(-1);
  }
}
