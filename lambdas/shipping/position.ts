import type { Layers } from "../reading/decompression/files";
import type { SplitterState } from "../reading/formats/record";
import type { Encoding } from "../reading/utf16";

/**
 * A place between two records of an object: all that a later run needs to go on there, with the same format and
 * type whatever the configuration says by then. It travels in continuations and checkpoints.
 */
export interface Position {
  readonly compression: Layers;
  /** Number of the file in its object, from 0: the entry of an archive. */
  readonly entry: number;
  /** Offset in that file's decompressed bytes; in their UTF-8, where they are encoded otherwise. */
  readonly offset: number;
  /** How the file is encoded. @default UTF-8 */
  readonly encoding?: Encoding | undefined;
  readonly format: string;
  readonly state?: SplitterState;
  readonly type: string;
  /** Name of the log, as log-types.ts has it; absent where it is none of them, and in what older versions wrote. */
  readonly log?: string | undefined;
  /** The names of the log's columns, as the file's header gives them. */
  readonly columns?: string | undefined;
  /** Documents made of the object so far. */
  readonly record: number;
  /** Lines seen of the file so far. */
  readonly line: number;
}

/** The byte of the object at which reading can go on: only plain text need not be read from the beginning. */
export function firstByteOf(position: Position | undefined): number {
  return position?.compression === "none" && position.encoding === undefined ? position.offset : 0;
}

/** Whether `reached` is further than `start`; an absent position is the object's beginning. */
export function isBeyond(reached: Position | undefined, start: Position | undefined): boolean {
  if (reached === undefined) return false;
  const from = start ?? { entry: 0, offset: 0 };
  return reached.entry > from.entry || (reached.entry === from.entry && reached.offset > from.offset);
}
