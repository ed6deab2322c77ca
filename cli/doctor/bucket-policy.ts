import { nameOf, type Statement } from "../policies/document";
import type { BucketFacts } from "./bucket";
import { notProven, proven, sentence, wrong, type Finding } from "./finding";
import type { Need } from "./needs";
import type { Reader } from "./reader";
import { grants, verdict, type ResourcePolicy } from "./resource-policy";

const check = "bucket.policy";

/** Judges the bucket's policy for what the reader needs. */
export function judgeBucketPolicy(
  policy: ResourcePolicy,
  needs: readonly Need[],
  reader: Reader,
  { sameAccount: owned, publicAccess }: Pick<BucketFacts, "sameAccount" | "publicAccess">,
): Finding {
  const claim = `The bucket's policy lets the ${reader.kind} in`;
  if ("unreadable" in policy) return notProven(check, claim, policy.unreadable);
  if ("malformed" in policy) return notProven(check, claim, `the policy cannot be read: ${policy.malformed}`);
  const sameAccount = "found" in owned ? owned.found : undefined;
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
      const why = "refused" in owned ? ` (${owned.refused})` : "";
      const reason = `which account the bucket belongs to is not known here${why}, and its policy does not name the reader`;
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
  const open = policy.policy.statements.find(isForEveryone);
  if (sameAccount !== true && open !== undefined) return judgeOpen(open, claim, publicAccess);
  const tls = mentionsTls(policy.policy.statements) ? ", given that Logz.io calls over TLS" : "";
  const [key] = needs.flatMap((need) => need.key ?? []);
  const holds = sameAccount === true ? `The bucket's policy does not keep the ${reader.kind} out` : claim;
  return proven(check, `${holds}, for a key such as ${key}${tls}`);
}

/**
 * A statement for everyone makes a bucket public, and its other statements of no use to other accounts, where public
 * buckets are restricted: by the bucket's own switch or by that of its account.
 * Source: S3 user guide, "Blocking public access to your Amazon S3 storage", RestrictPublicBuckets.
 */
function judgeOpen(statement: Statement, claim: string, publicAccess: BucketFacts["publicAccess"]): Finding {
  const restricted = "found" in publicAccess && !publicAccess.found.includes("RestrictPublicBuckets");
  if (restricted) {
    const text = `${sentence(nameOf(statement))} of the bucket's policy is for everyone, so that RestrictPublicBuckets keeps out every other account`;
    const instruction =
      "let the bucket's owner take it out of the bucket's policy, or name principals in it:";
    return wrong(check, text, { instruction, statement: statement.source });
  }
  return notProven(
    check,
    claim,
    `${nameOf(statement)} is for everyone, and the account of the bucket may restrict public buckets, which keeps out every other account`,
  );
}

function isForEveryone({ effect, principal, conditions }: Statement): boolean {
  if (effect !== "Allow" || principal === undefined || "not" in principal) return false;
  return (principal.is["AWS"] ?? []).includes("*") && Object.keys(conditions).length === 0;
}

/** Nothing here can tell how Logz.io calls; every AWS SDK calls over TLS. */
function mentionsTls(statements: readonly { readonly source: object }[]): boolean {
  return /aws:securetransport/i.test(JSON.stringify(statements.map(({ source }) => source)));
}
