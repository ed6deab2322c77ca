/**
 * Where a record of a log holds its time. A JSON record has it in a top-level `field`: ISO 8601 text, or UNIX seconds or
 * milliseconds. A line of text has it in a column; columns count from 0 and are one space or one tab apart.
 */
export type LogTime =
  | { readonly kind: "field"; readonly name: string }
  /** ISO 8601: date, `T`, time, and optionally a fraction and a zone. Without a zone it is UTC, as AWS writes it. */
  | { readonly kind: "iso"; readonly column: number }
  /** UNIX seconds, with or without a fraction (9 to 11 digits before it), or milliseconds (12 to 14 digits). */
  | { readonly kind: "epoch"; readonly column: number }
  /** `2026-01-05`, and `10:00:00` in the column behind it; UTC. */
  | { readonly kind: "dateAndTime"; readonly column: number }
  /** `[05/Jan/2026:10:00:00 +0000]`, the Common Log Format's; its space makes it two columns. */
  | { readonly kind: "clf"; readonly column: number };

/** The time of a line of text. */
export type ColumnTime = Exclude<LogTime, { readonly kind: "field" }>;
