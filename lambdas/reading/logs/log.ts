import type { LogTime } from "../log-time";
import type { LineLayout } from "./columns";

/** A place where a log is found. Where both are given, both must match. */
export interface LogPlace {
  /** Decoded keys under which AWS puts it. */
  readonly key?: RegExp;
  /** How its files begin, as latin1. */
  readonly head?: RegExp;
}

/** The lines of a text log that are no records. */
export interface LogHeader {
  /** Finds the line that names the columns at the start of a file; its first group holds the names. */
  readonly names: RegExp;
  /** How lines begin that are no records, wherever they are. @default the line that names the columns */
  readonly comment?: string;
  /** The columns of a file that lacks the line. */
  readonly defaultNames: string;
}

/** A log of AWS's: how its files are told, and what of them is known. */
export interface Log {
  /** Name in continuations and in the functions' log; never renamed, since continuations carry it. */
  readonly name: string;
  /** What AWS calls it. */
  readonly title: string;
  /** Name of Logz.io's parsing pipeline ("Default parsing" in its documentation). @default `s3_hook`: it has none */
  readonly type?: string;
  /** One of them must fit. */
  readonly places: readonly LogPlace[];
  readonly header?: LogHeader;
  /** Where its records hold their time, given the names of its columns where it has a header. */
  readonly time?: (columns: readonly string[]) => LogTime | undefined;
  /** Whether its records are JSON with a `type` that says what happened: ours replaces it, and it goes on as `log_type`. */
  readonly ownType?: true;
  /** The fields that its lines become where a source says `parse: true`, given the same names. */
  readonly layout?: (columns: readonly string[]) => LineLayout;
}
