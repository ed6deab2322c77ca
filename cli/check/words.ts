import { count } from "../terminal/terminal";

/** `2026-11-20 12:00:03`, in UTC. */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** A span of time, roughly: `45 seconds`, `3.5 hours`, `203 days`. */
export function span(seconds: number): string {
  const units: readonly [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  for (const [length, unit] of units) {
    if (seconds < length * 2) continue;
    const value = seconds / length;
    return value < 10 ? `${Number(value.toFixed(1))} ${unit}s` : count(Math.round(value), unit);
  }
  return count(seconds, "second");
}

/** `6.9 %`; never rounded to nothing or to all. */
export function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 0.1) return "under 0.1 %";
  if (part < whole && percent > 99.9) return "over 99.9 %";
  return `${Number(percent.toFixed(1))} %`;
}

/** Decimal, as storage is counted. */
export function size(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
