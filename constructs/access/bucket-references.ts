import { Token, type Precondition } from "cdktf";
import type { IConstruct } from "constructs";
import { forms as awsForms } from "../foundation/forms";
import { resolvedText } from "../foundation/references";
import type { Problem } from "../foundation/validation";
import { checkedLater, type Form } from "./later-values";

/** A bucket that a policy is about. */
interface Referred {
  readonly bucket?: string;
  readonly prefix?: string;
  readonly region?: string;
  readonly kmsKeyArn?: string;
}

const bucketAttribute = /^\$\{(?:data\.)?aws_s3_bucket\.[\w-]+\.(\w+)\}$/;
const keyAttribute = /^\$\{(?:data\.)?(aws_kms_key|aws_kms_alias)\.[\w-]+\.(\w+)\}$/;
const names = /^\$\{(data\.)?aws_s3_bucket\.[\w-]+\.(id|bucket)\}$/;
const keyArns = /^\$\{(data\.)?(aws_kms_key\.[\w-]+\.arn|aws_kms_alias\.[\w-]+\.target_key_arn)\}$/;

/** References to another attribute than the one that is needed, from which a policy about nothing would be made. */
export function rightAttributes({ bucket, kmsKeyArn }: Referred, construct: IConstruct): Problem[] {
  const problems: Problem[] = [];
  const ofBucket = referenceIn(construct, bucket);
  const attribute = bucketAttribute.exec(ofBucket)?.[1];
  if (attribute !== undefined && !names.test(ofBucket))
    problems.push({
      path: "bucket",
      text: `is a reference to the ${attribute} of a bucket; write its name, such as bucket.bucket`,
    });
  const ofKey = referenceIn(construct, kmsKeyArn);
  const key = keyAttribute.exec(ofKey);
  if (key !== null && !keyArns.test(ofKey))
    problems.push({
      path: "kmsKeyArn",
      text:
        key[1] === "aws_kms_key"
          ? `is a reference to the ${key[2]} of a key; write its ARN, such as key.arn`
          : "is a reference to an alias, and a policy's resource is compared with the key's own ARN; write " +
            "alias.targetKeyArn",
    });
  return problems;
}

function referenceIn(construct: IConstruct, text: unknown): string {
  return typeof text === "string" && Token.isUnresolved(text) ? resolvedText(construct, text) : "";
}

const forms = {
  bucket: {
    pattern: awsForms.bucketName,
    allowed: "A bucket is given by its name, not by its ARN and without wildcards; write its name",
    certain: names,
  },
  prefix: {
    // Nor what JSON escapes; brackets are left out with the backslash between them, which Terraform would escape by.
    pattern: "^[ !#%-)+->@-Z^-~\u00a0-\u00ff]*$",
    allowed:
      "A prefix that is a reference has none of the characters to which policies give a meaning (star, question mark, " +
      "dollar sign), and no quotes, backslashes, square brackets, line breaks and characters beyond Latin-1; write the prefix itself " +
      "in place of a reference where it has some",
  },
  region: {
    pattern: awsForms.regionCode,
    allowed: "A bucket's region is an AWS region; write its code, such as eu-central-1",
  },
  kmsKeyArn: {
    pattern: awsForms.kmsKeyArn,
    allowed: "A key is given by its ARN, not by an alias; write the key's own ARN",
    certain: keyArns,
  },
} as const satisfies Record<keyof Referred, Form>;

/** Has Terraform check the references among buckets, which the rules on literal text skip. */
export function checkedBuckets(scope: IConstruct, buckets: readonly Referred[]): Precondition[] {
  return (Object.keys(forms) as (keyof Referred)[]).flatMap((key) =>
    checkedLater(
      scope,
      forms[key],
      buckets.map((bucket) => bucket[key]),
    ),
  );
}
