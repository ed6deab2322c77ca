import { KeyHits } from "./key-hits";

/**
 * Where a splitter stands between two records. The absent state is the start of a line or value;
 * it travels in continuations, so a shape that changes needs a new continuation version.
 */
export interface SplitterState {
  /** Inside an array whose elements are the records. */
  readonly inside?: true;
  /** Inside a line or JSON value that is shipped in parts. */
  readonly long?: LongState;
  /** Of a table: how its rows are read. */
  readonly table?: TableState;
  /** Of events of several lines: how they begin, and how far the one under way is. */
  readonly multiline?: MultilineState;
  /** Whether the record that is shipped in parts is left out. */
  readonly dropped?: true;
  /** Time of the record that is shipped in parts, as `@timestamp` has it: only the first part holds it. */
  readonly time?: string;
}

/** How the rows of a table are read. */
export interface TableState {
  readonly delimiter: string;
  /** Whether a cell may be in quotes, and hold delimiters and line breaks then. */
  readonly quotes: boolean;
  /** Names of the columns; absent where the next row is the header. */
  readonly columns?: readonly string[];
}

/** How events of several lines are told apart. It holds all that is needed, whatever the configuration says by then. */
export interface MultilineState {
  /** Pattern of an event's first line. */
  readonly pattern: string;
  /** Of an event that is shipped in parts: what came before. */
  readonly event?: EventState;
}

/** What was shipped of an event already. */
export interface EventState {
  readonly parts: number;
  readonly lines: number;
  readonly bytes: number;
  /** Whether the cut fell inside a line. */
  readonly inLine: boolean;
}

/** Progress inside a line or value that is too long for one document. */
export interface LongState {
  /** `line` ends at a newline, `value` where its brackets close. */
  readonly kind: "line" | "value";
  /** Parts cut so far. */
  readonly parts: number;
  /** Of a value: open brackets, and where in a string the cut fell. */
  readonly depth: number;
  readonly inString: boolean;
  readonly escaped: boolean;
}

/**
 * One record, as a view into the bytes that were read. Splitters reuse a single instance for all
 * records (an allocation a record costs a tenth of the throughput): it is valid until the next one.
 */
export class RecordSlice {
  /** `json` is one valid JSON object; `text` is anything else. */
  kind: "text" | "json" = "text";
  buffer: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** 0 for a whole record, else the number of this part of it, from 1. */
  part = 0;
  /** Whether this part is the last of its record. */
  last = true;
  /** Of a JSON object: whether white space between its tokens holds line breaks. */
  multiline = false;
  /** Of a JSON object: whether no pair of it remains once the replaced ones are left out. */
  empty = false;
  /** Of a JSON object: the watched top-level keys that it has, in order. */
  hits = new KeyHits();
  /** The record as it stands in the file, where `buffer` holds another form of it. */
  original: Original | undefined;
  /** Offset of this record's first byte. */
  offset = 0;
  /** Offset in the decompressed bytes just behind this record, where the next run can go on. */
  nextOffset = 0;
  /** The splitter's state at `nextOffset`. */
  nextState: SplitterState | undefined;
}

/** A view of a record's own bytes. */
export interface Original {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Cuts decompressed bytes into records. */
export interface Splitter {
  /** Lines seen so far. */
  readonly lines: number;
  /** Headers and comments among the lines of this run: they are consumed, and are no records. */
  readonly headerLines: number;
  /** What is not as the source says, in this run: lines that are no row of a table, events that ended at their caps. */
  readonly oddRecords: number;
  /** Where it stands between two chunks: before the first byte that it holds back. */
  readonly reached: { readonly offset: number; readonly state: SplitterState | undefined };
  /**
   * The records that are complete with these bytes. Must be iterated to its end before the next call.
   * @param last whether no bytes follow
   */
  split(chunk: Buffer, last: boolean): Iterable<RecordSlice>;
}
