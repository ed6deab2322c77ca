import type { ColumnTime } from "../reading/log-time";
import type { LaneCut } from "../reading/formats/format";
import { longestTextBytes } from "../reading/formats/long-record";
import type { Bulk } from "./bulk";
import { documentRoomBytes, messageStart, type DocumentWriter } from "./document";
import { kernelCode } from "./kernel-code";

/** Why the kernel stopped: the names are those of lambdas/kernel/stops.ts. */
export const NEEDS_BYTES = 0;
export const BULK_FULL = 1;
export const UNUSUAL = 2;

/** What is done with the pair of a watched key: as in lambdas/kernel/watched-keys.ts. */
const watchedKinds = { replaced: 1, time: 2, timestamp: 3 } as const;
/** Forms of a column's time: as in lambdas/kernel/times/record-time.ts. */
const columnForms: Readonly<Record<ColumnTime["kind"], number>> = {
  iso: 1,
  epoch: 2,
  dateAndTime: 3,
  clf: 4,
};

/** Bytes of input that are at hand at once: room for two of the longest records. */
const windowBytes = 1024 * 1024;
/** The kernel reads and writes vectors, and so some bytes more than it needs to. */
const spareBytes = 128;
const pageBytes = 65_536;
const EMPTY = Buffer.alloc(0);

interface Counter {
  readonly value: number;
}

/** What the module exports; all numbers are addresses or lengths in its memory. */
interface KernelExports {
  readonly cursor: Counter;
  readonly lines: Counter;
  readonly recordEnd: Counter;
  readonly recordLines: Counter;
  readonly output: Counter;
  readonly documents: Counter;
  readonly headerLines: Counter;
  freeMemory(): number;
  placeInput(at: number, offset: number): void;
  useRecordId(start: number, length: number): void;
  useComment(start: number, length: number): void;
  useText(longest: number, before: number, beforeLength: number, behind: number, behindLength: number): void;
  useColumnTime(form: number, column: number): void;
  useJson(longest: number, pairs: number, length: number): void;
  watchNone(): void;
  watch(name: number, length: number, kind: number): number;
  shipLines(from: number, end: number, target: number, limit: number): number;
  shipObjects(from: number, end: number, target: number, limit: number, commas: number): number;
}

/** The part of the standard interface that is used; Node's type definitions leave it to the browser's. */
interface WebAssemblyHost {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** How a run went; places are indexes into the window. */
export interface KernelRun {
  readonly stop: number;
  /** Documents that were written. */
  readonly documents: number;
  /** The first byte that belongs to no record yet. */
  readonly cursor: number;
  /** Lines up to it. */
  readonly lines: number;
  /** Lines that were headers or comments. */
  readonly headerLines: number;
  /** Behind the last record that was written, where one was. */
  readonly recordEnd: number;
  /** Lines up to there. */
  readonly recordLines: number;
}

/**
 * The inner loops of lambdas/kernel and their memory, of a fixed size, so that views of it stay: the settings of the file
 * at hand, a window of its bytes, and the buffers of the bulks. Pages that are never used cost nothing.
 */
export class Kernel {
  /** The bytes of the file that are at hand. */
  readonly window: Buffer;
  /** For bulks of `bulkBytes`, with room for one more document. */
  readonly bulks: readonly Buffer[];
  private readonly exports: KernelExports;
  private readonly memory: Buffer;
  /** Address of the settings. */
  private readonly settings: number;

  constructor(bulks: number, bulkBytes: number) {
    const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyHost })
      .WebAssembly;
    const bulk = bulkBytes + documentRoomBytes + spareBytes;
    // The settings hold our members twice and the watched keys, all of them shorter than a document.
    const bytes = pageBytes + documentRoomBytes + windowBytes + bulks * (bulk + spareBytes) + 2 * spareBytes;
    const pages = Math.ceil(bytes / pageBytes);
    const memory = new Memory({ initial: pages, maximum: pages });
    const module = new Module(Buffer.from(kernelCode, "base64"));
    this.exports = new Instance(module, { env: { memory } }).exports as KernelExports;
    this.memory = Buffer.from(memory.buffer);
    this.settings = this.exports.freeMemory();
    let at = this.settings + documentRoomBytes;
    const region = (length: number): Buffer => {
      const start = at;
      // What is between the regions stays zero: a number that the input cuts off ends there at last.
      at += length + spareBytes;
      return this.memory.subarray(start, start + length);
    };
    this.window = region(windowBytes);
    this.bulks = Array.from({ length: bulks }, () => region(bulk));
  }

  /** Whether the bulk's buffer is one of its own. */
  owns(bulk: Bulk): boolean {
    return this.bulks.includes(bulk.buffer);
  }

  /** Makes ready for the documents of a file; false where they have something that the kernel does not know. */
  use(writer: DocumentWriter, comment: Buffer | undefined): boolean {
    const { exports } = this;
    const { textMembers, jsonMembers, recordIdStart, columnTime, watched, longestRecordBytes } = writer;
    let free = this.settings;
    const put = (bytes: Buffer = EMPTY): readonly [number, number] => {
      const start = free;
      free += bytes.copy(this.memory, start) + spareBytes;
      return [start, bytes.length];
    };
    exports.useText(longestTextBytes, ...put(messageStart), ...put(textMembers));
    exports.useJson(longestRecordBytes, ...put(jsonMembers));
    exports.useRecordId(...put(recordIdStart));
    exports.useComment(...put(comment));
    exports.useColumnTime(columnTime ? columnForms[columnTime.kind] : 0, columnTime?.column ?? 0);
    exports.watchNone();
    return watched.every(({ name, replaced }) => {
      const kind = replaced ? "replaced" : name === "@timestamp" ? "timestamp" : "time";
      return name !== "" && exports.watch(...put(Buffer.from(`"${name}`)), watchedKinds[kind]) !== 0;
    });
  }

  /**
   * Ships ordinary records from `start` to `end` of the window into the bulk, and says why it stopped.
   * @param offset of the file's byte at `start`
   */
  run(cut: LaneCut, start: number, end: number, offset: number, bulk: Bulk): KernelRun {
    const { exports, window } = this;
    const from = window.byteOffset + start;
    const limit = bulk.buffer.byteOffset + bulk.limitBytes;
    const target = bulk.buffer.byteOffset + bulk.length;
    exports.placeInput(from, offset);
    const stop =
      cut === "lines"
        ? exports.shipLines(from, window.byteOffset + end, target, limit)
        : exports.shipObjects(from, window.byteOffset + end, target, limit, cut === "elements" ? 1 : 0);
    const documents = exports.documents.value;
    bulk.length = exports.output.value - bulk.buffer.byteOffset;
    bulk.documents += documents;
    return {
      stop,
      documents,
      cursor: exports.cursor.value - window.byteOffset,
      lines: exports.lines.value,
      headerLines: exports.headerLines.value,
      recordEnd: exports.recordEnd.value - window.byteOffset,
      recordLines: exports.recordLines.value,
    };
  }
}
