import { accessLogSamples } from "./access-logs";
import { applicationSamples, objectsLeftAlone } from "./application";
import { cloudTrailSamples, digest } from "./cloudtrail";
import { seededRandom } from "./random";
import type { Sample } from "./sample";

export type { ExpectedDocuments, Sample } from "./sample";

/** Log files after AWS's documented formats, all of them invented here; the same for the same seed. */
export function writeSamples(seed: number): Sample[] {
  const random = seededRandom(seed);
  return [
    ...cloudTrailSamples(random),
    ...accessLogSamples(random),
    ...applicationSamples(random),
    digest(random),
    ...objectsLeftAlone(),
  ];
}
