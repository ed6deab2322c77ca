import { nameOf } from "../policies/document";
import { apiRegion, isFetcherRegion, withoutRegionLimit } from "../../constructs/access/fetcher-regions";
import type { BucketFacts } from "./bucket";
import { notProven, proven, sentence, wrong, type Finding } from "./finding";
import type { Need } from "./needs";
import type { Reader } from "./reader";
import { grants, verdict, type ResourcePolicy } from "./resource-policy";
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

/** Judges the bucket's policy for what the reader needs. @param ownerId undefined where it is not known */
export function judgeBucketPolicy(
  policy: ResourcePolicy,
  needs: readonly Need[],
  reader: Reader,
  sameAccount: boolean | undefined,
): Finding {
  const check = "bucket.policy";
  const claim = `The bucket's policy lets the ${reader.kind} in`;
  if ("unreadable" in policy) return notProven(check, claim, policy.unreadable);
  if ("malformed" in policy) return notProven(check, claim, `the policy cannot be read: ${policy.malformed}`);
  const ownerId = sameAccount === true ? reader.accountId : undefined;
  const verdicts =
    "none" in policy
      ? []
      : needs.map((need) => ({ need, verdict: verdict(policy.policy, need, reader, ownerId) }));
  for (const { need, verdict } of verdicts) {
    if (verdict.outcome !== "denied") continue;
    return wrong(
      check,
      `${sentence(nameOf(verdict.statement))} of the bucket's policy denies ${need.action}`,
      {
        instruction: `let the statement leave out ${reader.arn}, or take it out of the bucket's policy:`,
        statement: verdict.statement.source,
      },
    );
  }
  for (const { verdict } of verdicts) {
    // Within the account, the reader's own policies are enough.
    const open = verdict.outcome === "unknown" || (verdict.outcome === "perhaps" && sameAccount !== true);
    if (open) return notProven(check, claim, verdict.reason);
  }
  const lacking = needs.filter(
    (need) => verdicts.find((one) => one.need === need)?.verdict.outcome !== "allowed",
  );
  if (lacking.length > 0 && sameAccount !== true) {
    if (sameAccount === undefined) {
      const reason =
        "which account the bucket belongs to is not known here, and its policy does not name the reader";
      return notProven(check, claim, reason);
    }
    const actions = lacking.map(({ action }) => action).join(", ");
    return wrong(
      check,
      `The bucket belongs to another account, and its policy does not allow the ${reader.kind} ${actions}`,
      {
        instruction: "let the bucket's owner add to the bucket's policy:",
        statement: grants(lacking, reader),
      },
    );
  }
  if ("none" in policy)
    return proven(check, `There is no bucket policy that could keep the ${reader.kind} out`);
  const tls = mentionsTls(policy.policy.statements) ? ", given that Logz.io calls over TLS" : "";
  const [key] = needs.flatMap((need) => need.key ?? []);
  const holds = sameAccount === true ? `The bucket's policy does not keep the ${reader.kind} out` : claim;
  return proven(check, `${holds}, for a key such as ${key}${tls}`);
}

/** Nothing here can tell how Logz.io calls; every AWS SDK calls over TLS. */
function mentionsTls(statements: readonly { readonly source: object }[]): boolean {
  return /aws:securetransport/i.test(JSON.stringify(statements.map(({ source }) => source)));
}
