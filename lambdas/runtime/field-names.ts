/**
 * Whether a field's name has a dot with no name before it, or nothing but dots. Logz.io takes a dot for a field inside a
 * field; it flags the whole document as invalid where there is none (ARRAY_INDEX_OUT_OF_BOUNDS in "Troubleshooting
 * invalid logs"). A dot at the end, as in `No.`, does no harm.
 */
export function hasNamelessPart(name: string): boolean {
  return name
    .replace(/\.+$/, "")
    .split(".")
    .some((part) => part.trim() === "");
}
