import { Token } from "cdktf";
import { hasForm } from "./forms";
import { logRetentionDays as retentionDays, tagLimits } from "./limits";
import { oneOf, show, text, type Problem, type Rule } from "./validation";

/** ARN of a KMS key. Aliases are refused: a policy's resource is compared with the key's own ARN. */
export const kmsKeyArn: Rule<string> = (arn) => {
  // A policy would take wildcards, and with them other keys.
  if (hasForm(arn, "kmsKeyArn")) return [];
  const what = arn.includes("alias/") ? "is an alias" : "is not the ARN of a KMS key";
  return [
    `(${show(arn)}) ${what}; write the key's ARN, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-... ` +
      "(aws kms describe-key --key-id KEY --query KeyMetadata.Arn)",
  ];
};

/** An account of AWS. */
export const accountId: Rule<string> = text((id) =>
  hasForm(id, "accountId") ? [] : [`is ${show(id)}; write the 12 digits of an AWS account, in quotes`],
);

/** Code of an AWS region. */
export const regionCode: Rule<string> = (region) =>
  isRegionCode(region) ? [] : [`is ${show(region)}, which is no AWS region; write ${regionText(region)}`];

/** Whether a text has the form of a region's code; which regions there are changes too often to be listed. */
export function isRegionCode(text: string): boolean {
  return hasForm(text, "regionCode");
}

/** A region as it is to be written, taken from a near miss such as `US_EAST_1` or a zone. */
function regionText(near: string): string {
  const guess = near
    .trim()
    .toLowerCase()
    .replaceAll("_", "-")
    .replace(/(\d)[a-z]$/, "$1");
  return isRegionCode(guess) ? guess : "its code, such as eu-central-1";
}

export const logRetentionDays: Rule<number> = oneOf<number>(retentionDays);

/**
 * Roles get the tags too, and IAM's characters are the fewest. Source: IAM API reference, Tag: the patterns of Key
 * and Value.
 */
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const allowed = "letters, digits, spaces and _.:/=+-@";

/** Tags of the resources that a construct creates. */
export const tags: Rule<Readonly<Record<string, string>>> = (given) => {
  const entries = Object.entries(given);
  const problems: (string | Problem)[] = [];
  if (entries.length > tagLimits.count)
    problems.push(`has ${entries.length} entries; AWS allows ${tagLimits.count}`);
  for (const [key, value] of entries) {
    if (Token.isUnresolved(key) || Token.isUnresolved(value)) continue;
    if (key === "" || key.length > tagLimits.keyCharacters || /^aws:/i.test(key))
      problems.push(
        `has the key ${show(key)}; write 1 to ${tagLimits.keyCharacters} characters that do not start with "aws:"`,
      );
    if (value.length > tagLimits.valueCharacters)
      problems.push({
        path: key,
        text: `has ${value.length} characters; AWS allows ${tagLimits.valueCharacters}`,
      });
    if (!tagCharacters.test(key)) problems.push(`has the key ${show(key)}; IAM allows ${allowed}`);
    if (!tagCharacters.test(value))
      problems.push({ path: key, text: `is ${show(value)}; IAM allows ${allowed}` });
  }
  return problems;
};
