import { iamArnEnd } from "../foundation/iam-rules";
import { show, text, type Rule } from "../foundation/validation";
import type { Form } from "./later-values";

const arnOf = (partition: string): string => `^arn:${partition}:iam::[0-9]{12}:(role|user)${iamArnEnd}$`;

const roleOrUser = new RegExp(arnOf("[a-z0-9-]+"));
const accountRoot = /^(arn:[a-z0-9-]+:iam::)?(\d{12})(:root)?$/;
const roleSession = /^arn:([a-z0-9-]+):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/;
const example = "arn:aws:iam::123456789012:role/platform-engineer";

/** ARN of one IAM role or user. */
export const roleOrUserArn: Rule<string> = text((arn) => {
  if (roleOrUser.test(arn)) return [];
  if (/[*?]/.test(arn))
    return [
      `is ${show(arn)}, and a wildcard would let in principals that nobody named; write the ARN of one role or user, ` +
        `such as ${example}`,
    ];
  if (accountRoot.test(arn))
    return [
      `is ${show(arn)}, which stands for every principal of the account; write the ARN of one role or user, such as ` +
        example,
    ];
  if (roleSession.test(arn))
    return [
      `is ${show(arn)}, one session of a role; write the role itself, ` +
        `${arn.replace(roleSession, "arn:$1:iam::$2:role/$3")}, with its path where it has one`,
    ];
  return [`is ${show(arn)}; write the ARN of an IAM role or user, such as ${example}`];
});

/** One that Terraform knows later, of Logz.io's partition. */
export const testPrincipalForm: Form = {
  pattern: arnOf("aws"),
  allowed: `A test principal is one IAM role or user; write its ARN, such as ${example}`,
};
