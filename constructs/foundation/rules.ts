import { Token } from "cdktf";
import { logRetentionDays as retentionDays, tagLimits } from "./limits";
import { oneOf, show, type Problem, type Rule } from "./validation";

/** ARN of a KMS key. Aliases are refused: a policy's resource is compared with the key's own ARN. */
export const kmsKeyArn: Rule<string> = (arn) => {
  if (/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(arn)) return [];
  const what = arn.includes("alias/") ? "is an alias" : "is not the ARN of a KMS key";
  return [
    `(${show(arn)}) ${what}; write the key's ARN, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-... ` +
      "(aws kms describe-key --key-id KEY --query KeyMetadata.Arn)",
  ];
};

export const logRetentionDays: Rule<number> = oneOf<number>(retentionDays);

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
  }
  return problems;
};
