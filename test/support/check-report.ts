import { ListingAnalysis } from "../../cli/check/analysis";
import { compareKeys } from "../../cli/check/key-space";
import { reportOf, type CheckReport } from "../../cli/check/report";
import type { Coverage } from "../../cli/check/survey";
import type { StoredObject } from "./listing-double";

/** What `check` reports on a bucket of these objects, without S3 in between. */
export function checkReport(
  objects: readonly StoredObject[],
  {
    prefix = "",
    region = "us-east-1",
    ...coverage
  }: Partial<Coverage> & { prefix?: string; region?: string } = {},
): CheckReport {
  const analysis = new ListingAnalysis(prefix);
  for (const { bytes = 1000, storageClass = "STANDARD", parts, ...object } of [...objects].sort(
    (one, other) => compareKeys(one.key, other.key),
  )) {
    analysis.add({ ...object, bytes, storageClass, multipart: parts !== undefined });
  }
  return reportOf(
    { bucket: "logs", prefix },
    {
      analysis: analysis.finish(),
      coverage: {
        complete: true,
        consecutive: objects.length,
        sampled: 0,
        places: 0,
        allStreams: true,
        ...coverage,
      },
      region,
    },
  );
}
