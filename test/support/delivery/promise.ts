import { bucket, type HookBench } from "../hook-bench";
import type { Account } from "./account";
import { arrivedAs, offsetOf, recordIdStart, saidTogether, withoutRepeats, type Said } from "./documents";

/** A version of an object, and what became of it. */
export interface ShippedVersion {
  /** Its version, or its ETag in a bucket without versions. */
  readonly identity: string;
  readonly body: Buffer;
  /** What the documents of each of its files say. */
  readonly files: readonly (readonly Said[])[];
  /** Whether it was overwritten before it may have been read to its end. */
  gone: boolean;
  /** How often the queue told of it. */
  announced: number;
}

/**
 * Checks that everything in an object arrived, in its order, once but for the repeats that the account allows, or was
 * counted as refused. Of a version that was overwritten its beginning is enough.
 */
export function checkObject(
  key: string,
  versions: readonly ShippedVersion[],
  bench: HookBench,
  account: Account,
): void {
  const place = `${bucket}/${key}`;
  const arrived = bench.listener.documents
    .filter((line) => (JSON.parse(line) as { s3_object_key: unknown }).s3_object_key === place)
    .map(arrivedAs);
  const refused = account.refusedOf(key);
  let known = 0;
  let repeats = 0;
  let missing = 0;
  for (const { identity, files, gone, announced } of versions) {
    for (const [index, said] of files.entries()) {
      const start = recordIdStart(key, identity, index);
      const all = arrived.filter(({ recordId }) => recordId.startsWith(start));
      // What was refused and then sent again, for reasons of its own, comes behind what was accepted beside it.
      const first = withoutRepeats(all);
      const once = account.mayRefuse ? first.sort((a, b) => offsetOf(a) - offsetOf(b)) : first;
      known += all.length;
      repeats += Math.max(0, all.length - once.length - (announced - 1) * once.length);
      const arrivedSaid = saidTogether(once, gone);
      if (!account.mayRefuse) compare(place, said, arrivedSaid, gone);
      else {
        const left = missingOf(place, said, arrivedSaid);
        if (!gone) missing += left;
      }
    }
  }
  if (refused > 0 && !account.mayRefuse)
    throw new Error(`${place}: ${refused} documents are counted as refused`);
  if (known !== arrived.length)
    throw new Error(`${place}: ${arrived.length - known} documents are of no version`);
  if (missing > refused)
    throw new Error(`${place}: ${missing} documents are missing, ${refused} were refused`);
  account.mayRepeat -= repeats;
  if (account.mayRepeat < 0 && !account.cameBackWhole)
    throw new Error(`${place}: ${-account.mayRepeat} documents came again without a reason`);
}

function compare(place: string, expected: readonly Said[], said: readonly Said[], gone: boolean): void {
  const wrong = said.findIndex((document, index) => document !== expected[index]);
  if (wrong >= 0)
    throw new Error(
      `${place}: document ${wrong} is ${said[wrong]}, and should be ${expected[wrong] ?? "none"}`,
    );
  if (said.length < expected.length && !gone)
    throw new Error(`${place}: ${said.length} documents arrived of ${expected.length}`);
}

/** How many documents are missing of those that the others are among, in their order. */
function missingOf(place: string, expected: readonly Said[], said: readonly Said[]): number {
  let at = 0;
  for (const document of said) {
    while (at < expected.length && expected[at] !== document) at++;
    if (at++ === expected.length) throw new Error(`${place}: ${document} came where it should not`);
  }
  return expected.length - said.length;
}
