import { span } from "../check/words";
import type { Selection } from "./selection";
import type { Totals } from "./state";

/** What is left to ship, as far as it was listed. */
export interface Estimate {
  readonly objects: number;
  readonly bytes: number;
  readonly keys: number;
  readonly undated: number;
  /** Objects that S3 has archived: they cannot be read before they are restored. */
  readonly archived: number;
  readonly firstKey: string | null;
  readonly lastKey: string | null;
  /** `false`: there are more keys than `--max-keys`, and all of it is at least so much. */
  readonly complete: boolean;
}

/** How fast it goes: objects and bytes a second, each where nothing else takes time. */
export interface Rate {
  readonly objects: number;
  readonly bytes: number;
  /** Where it comes from. */
  readonly basis: "measured" | "assumed";
}

/**
 * From a machine that is some way off, until it is measured: each object waits for an answer of the listener, which takes
 * 0.1 s, and a line of 50 Mbit/s carries 5 MB of compressed logs a second.
 */
const assumedRates = {
  ship: { objects: 10, bytes: 5_000_000 },
  queue: { objects: 100, bytes: Infinity },
} as const;

const archiveClasses = ["GLACIER", "DEEP_ARCHIVE"];

/** Lists what is left, at most so many keys. */
export async function estimate(
  selection: Selection,
  after: string | undefined,
  maxKeys: number,
  progress: (text: string) => void,
): Promise<Estimate> {
  const sum = { objects: 0, bytes: 0, keys: 0, undated: 0, archived: 0 };
  let [firstKey, lastKey]: [string | null, string | null] = [null, null];
  for await (const page of selection.pages(after)) {
    if (sum.keys >= maxKeys && page.keys > 0) return { ...sum, firstKey, lastKey, complete: false };
    sum.keys += page.keys;
    sum.undated += page.undated;
    for (const { object } of page.selected) {
      sum.objects++;
      sum.bytes += object.size;
      if (archiveClasses.includes(object.storageClass ?? "")) sum.archived++;
      firstKey ??= object.key;
      lastKey = object.key;
    }
    progress(
      `${sum.keys.toLocaleString("en-US")} keys listed, ${sum.objects.toLocaleString("en-US")} to ship`,
    );
  }
  return { ...sum, firstKey, lastKey, complete: true };
}

/** The rate of earlier runs, where they took long enough to tell. */
export function rateOf({ objects, bytes, ms }: Totals, mode: keyof typeof assumedRates): Rate {
  if (ms < 5_000 || objects === 0) return { ...assumedRates[mode], basis: "assumed" };
  return { objects: (objects / ms) * 1000, bytes: (bytes / ms) * 1000, basis: "measured" };
}

/** How long the objects take, in seconds. */
export function secondsFor({ objects, bytes }: Pick<Estimate, "objects" | "bytes">, rate: Rate): number {
  const [forObjects, forBytes] = [objects / rate.objects, bytes / rate.bytes];
  // What was measured holds the time for both in each.
  return rate.basis === "measured" ? Math.max(forObjects, forBytes) : forObjects + forBytes;
}

/** `about 3 hours (assumed: 10 objects and 5.0 MB a second; …)`. */
export function timeInWords(seconds: number, rate: Rate, complete: boolean): string {
  const about = `${complete ? "about" : "at least"} ${span(Math.max(1, Math.round(seconds)))}`;
  if (rate.basis === "measured") return `${about}, at the rate measured so far`;
  const bytes = Number.isFinite(rate.bytes) ? ` and ${rate.bytes / 1e6} MB` : "";
  return `${about}, if ${rate.objects} objects${bytes} go a second (assumed; measured as it goes)`;
}
