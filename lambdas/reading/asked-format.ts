import type { SourceSettings } from "../runtime/environment";
import type { SplitterState } from "./formats/record";
import { columnNames } from "./formats/table-columns";

/** A format that a source asks for, and the state in which its files begin. */
export interface AskedFormat {
  readonly format: string;
  readonly state: SplitterState;
}

/** What a source says of its files' format; undefined where key and content tell it. */
export function askedFormat({
  format,
  delimiter,
  columns,
  multiline,
}: SourceSettings): AskedFormat | undefined {
  if (multiline !== undefined) return { format: "multiline", state: { multiline: { pattern: multiline } } };
  if (format === undefined) return undefined;
  const names = columns === undefined ? {} : { columns: columnNames(columns) };
  const table =
    format === "tsv"
      ? { delimiter: "\t", quotes: false, ...names }
      : { delimiter: delimiter ?? ",", quotes: true, ...names };
  return { format, state: { table } };
}
