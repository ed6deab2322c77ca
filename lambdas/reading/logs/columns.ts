/**
 * What a column of a line becomes in its document. `text` and `number` are a field of that name; `address`, an IP address
 * with a port, is two, `<name>_ip` and `<name>_port`; `list`, text in which each item is quoted, is left as it is. `time`
 * is the document's `@timestamp` and no field beside: as text, the times of different logs would not fit one mapping.
 */
export type ColumnKind = "text" | "number" | "address" | "list" | "time";

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** How a line is cut into columns, one space or one tab apart. */
export interface LineLayout {
  readonly columns: readonly Column[];
  /** Columns that a line has at least. AWS adds some at the end now and then; what is behind the known ones is left. */
  readonly minimum: number;
  /** Whether a column that begins with a double quote goes on to the next one before a separator. */
  readonly quoted: boolean;
}

/**
 * Columns from their names, a space apart, each of which may have its kind behind an `=`: `time=time client=address`.
 */
export function columnsOf(text: string): readonly Column[] {
  return text.split(/\s+/).map((word) => {
    const [name, kind = "text"] = word.split("=") as [string, ColumnKind?];
    return { name, kind };
  });
}

/** A name of AWS's as that of a field: `cs(User-Agent)` is `cs_user_agent`. */
export function fieldName(column: string): string {
  return column
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
}
