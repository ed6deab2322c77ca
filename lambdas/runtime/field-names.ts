/**
 * A field's name as Logz.io's index can take it. A dot stands for a field inside a field there, and a document in which
 * one of them has no name is refused or flagged as a whole: `.env`, `a..b`, `No.` become `env`, `a.b`, `No`. Source:
 * Logz.io, "Troubleshooting invalid logs" (ARRAY_INDEX_OUT_OF_BOUNDS); OpenSearch, `DocumentParser`.
 *
 * @returns "" where nothing is left
 */
export function indexableName(name: string): string {
  if (!name.includes(".")) return name;
  const parts = name.split(".").filter((part) => part.trim() !== "");
  return parts.join(".");
}
