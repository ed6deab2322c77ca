import type { SourceSettings } from "../runtime/environment";
import { compilePattern, type Pattern } from "../runtime/regular-expression";
import type { RecordSlice, SplitterState } from "./formats/record";

/**
 * Which records of a file are shipped: by their text as it stands in the file. The parts of a long record share one
 * fate, which the first of them decides.
 */
export class RecordSelection {
  private readonly keep: readonly Pattern[];
  private readonly drop: readonly Pattern[];
  /** Fate of the record under way. */
  private dropped: boolean;

  /** @param state where the file is gone on with */
  constructor({ keepRecords = [], dropRecords = [] }: SourceSettings, state: SplitterState | undefined) {
    this.keep = keepRecords.map(compilePattern);
    this.drop = dropRecords.map(compilePattern);
    this.dropped = state?.dropped ?? false;
  }

  /** Whether no record is left out, so that none needs to be looked at. */
  get takesAll(): boolean {
    return this.keep.length === 0 && this.drop.length === 0 && !this.dropped;
  }

  /** Whether the record is shipped. */
  takes(record: RecordSlice): boolean {
    if (this.takesAll) return true;
    if (record.part <= 1) this.dropped = !this.wants(record);
    return !this.dropped;
  }

  /** The state behind the record, for a run that goes on there. */
  stateBehind(record: RecordSlice): SplitterState | undefined {
    return this.dropped && !record.last ? { ...record.nextState, dropped: true } : record.nextState;
  }

  private wants({ original, buffer, start, end }: RecordSlice): boolean {
    const { keep, drop } = this;
    const text = original?.buffer.subarray(original.start, original.end) ?? buffer.subarray(start, end);
    if (keep.length > 0 && !keep.some((pattern) => pattern.test(text))) return false;
    return !drop.some((pattern) => pattern.test(text));
  }
}
