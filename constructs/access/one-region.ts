import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { isObject, show, type Problem } from "../foundation/validation";
import { bucketIdentity } from "./bucket-identity";
import { keyRegion } from "./bucket-rules";

interface Place {
  readonly bucket: string;
  readonly region?: string;
  readonly kmsKeyArn?: string;
}

/**
 * Entries that have one bucket in several regions, of which all but one would be without the use of the bucket's key.
 * @param lists the entries, by the prop that holds them
 */
export function oneRegionEach(
  lists: Readonly<Record<string, readonly Place[] | undefined>>,
  construct: IConstruct,
): Problem[] {
  const first = new Map<string, { readonly path: string; readonly region: string }>();
  const problems: Problem[] = [];
  for (const [list, entries] of Object.entries(lists)) {
    if (!Array.isArray(entries)) continue;
    for (const [index, entry] of (entries as readonly Place[]).entries()) {
      const region = isObject(entry) ? placeOf(entry) : undefined;
      if (region === undefined) continue;
      const path = `${list}[${index}]`;
      const identity = bucketIdentity(construct, entry.bucket);
      const other = first.get(identity) ?? { path, region };
      first.set(identity, other);
      if (other.region === region) continue;
      const text =
        `is ${show(region)}, where ${other.path} has the same bucket in ${show(other.region)}; write the one region ` +
        "that the bucket is in with both";
      problems.push({ path: `${path}.region`, text });
    }
  }
  return problems;
}

/** The region that an entry says, as far as that is known. */
function placeOf({ bucket, region, kmsKeyArn }: Place): string | undefined {
  if (typeof (bucket as unknown) !== "string") return undefined;
  const known = region ?? keyRegion(kmsKeyArn);
  return typeof known !== "string" || Token.isUnresolved(known) ? undefined : known;
}
