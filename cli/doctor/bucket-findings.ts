import { apiRegion, isFetcherRegion, withoutRegionLimit } from "../../constructs/access/fetcher-regions";
import type { BucketFacts } from "./bucket";
import { notProven, proven, wrong, type Finding } from "./finding";
import type { BucketSettings } from "./settings";

/** Judges what AWS shows of a bucket, but for its policy and its key. */
export function judgeBucket(settings: BucketSettings, facts: BucketFacts): Finding[] {
  return [...judgeRegion(settings, facts.region), judgeOwnership(settings, facts), judgePublicAccess(facts)];
}

function judgeRegion({ region: configured, use }: BucketSettings, region: string | undefined): Finding[] {
  const check = "bucket.region";
  if (region === undefined) return [notProven(check, "The bucket's region", "S3 did not tell it")];
  const findings: Finding[] = [];
  if (configured !== undefined && configured !== region) {
    const instruction = `write for this bucket in logzio.yaml: region: ${region}`;
    findings.push(
      wrong(check, `The bucket is in ${region}, and not in ${configured} as configured`, { instruction }),
    );
  }
  const name = isFetcherRegion(region) ? apiRegion(region) : undefined;
  if (use === "fetch" && name === undefined) {
    findings.push(
      wrong(check, `The bucket is in ${region}, and Logz.io's fetcher does not read from that region`, {
        instruction: `ship from it in another way: ${withoutRegionLimit}`,
      }),
    );
  }
  if (findings.length > 0) return findings;
  const reads = use === "archive" ? "" : `, from which Logz.io's fetcher reads (${name ?? ""})`;
  return [proven(check, `The bucket is in ${region}${reads}`)];
}

/** Source: S3 user guide, "Controlling ownership of objects"; Logz.io docs, "Archive logs to an AWS S3 bucket". */
function judgeOwnership({ bucket, use }: BucketSettings, { ownership }: BucketFacts): Finding {
  const check = "bucket.ownership";
  const setting = "found" in ownership ? ownership.found : "ObjectWriter";
  const enforced = setting === "BucketOwnerEnforced";
  if (use === "archive") {
    const claim = "ACLs are enabled on the bucket, as Logz.io's archive asks for";
    if ("refused" in ownership) return notProven(check, claim, ownership.refused);
    if (!enforced) return proven(check, `${claim} (${setting})`);
    return wrong(check, "ACLs are disabled on the bucket, and Logz.io's archive asks for them", {
      instruction: "enable them, with objects still going to the bucket's owner:",
      command: `aws s3api put-bucket-ownership-controls --bucket ${bucket} --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerPreferred}]'`,
    });
  }
  const claim = "Every object belongs to the bucket's owner, so that the permissions above hold for all";
  if ("refused" in ownership) return notProven(check, claim, ownership.refused);
  if (enforced) return proven(check, `${claim} (${setting})`);
  return notProven(
    check,
    claim,
    `ACLs are enabled (${setting}): an object that another account wrote may be kept from everyone else`,
  );
}

function judgePublicAccess({ publicAccess }: BucketFacts): Finding {
  const check = "bucket.public-access";
  const claim = "The bucket blocks public access";
  if ("refused" in publicAccess) return notProven(check, claim, publicAccess.refused);
  const off = "absent" in publicAccess ? ["the whole public access block"] : publicAccess.found;
  if (off.length === 0) return proven(check, claim);
  return notProven(
    check,
    claim,
    `${off.join(", ")} is off on the bucket; what the account itself blocks is not looked at`,
  );
}
