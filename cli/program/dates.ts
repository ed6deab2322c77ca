/** The ISO forms alone: Date.parse takes many more, and each differently. */
const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** A date such as 2026-01-31 (midnight, UTC) or 2026-01-31T06:00:00Z, in ms since 1970; undefined for anything else. */
export function parseDate(text: string): number | undefined {
  const ms = iso.test(text) ? Date.parse(text) : NaN;
  // Date.parse makes 2 March of 30 February.
  const isDay =
    !Number.isNaN(ms) &&
    new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));
  return isDay ? ms : undefined;
}
