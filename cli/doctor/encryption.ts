import type { Reading } from "./reading";
import type { Encryption } from "./bucket";
import { notProven, proven, wrong, type Finding } from "./finding";
import type { KeyDescription } from "./key";

const check = "bucket.encryption";

/** What S3 does with new objects whose writer does not say. */
export type DefaultEncryption =
  | { readonly kind: "unread"; readonly reason: string }
  /** SSE-S3: nobody needs a permission. */
  | { readonly kind: "without key" }
  /** aws/s3: its policy lets in whoever may use S3 in the key's account. Source: KMS developer guide, "AWS managed keys". */
  | { readonly kind: "key of AWS" }
  /** A key of someone's, by ARN; `doubt` is why it could yet be AWS's own. */
  | { readonly kind: "key"; readonly arn: string; readonly doubt?: string };

/** @param describe asks KMS about a key by ARN, ID or alias */
export async function defaultEncryption(
  encryption: Reading<Encryption>,
  describe: (keyId: string) => Promise<Reading<KeyDescription>>,
): Promise<DefaultEncryption> {
  if ("refused" in encryption) return { kind: "unread", reason: encryption.refused };
  if ("absent" in encryption || !encryption.found.algorithm.startsWith("aws:kms"))
    return { kind: "without key" };
  const { keyId } = encryption.found;
  if (keyId === undefined || /(?:^|:)alias\/aws\/s3$/.test(keyId)) return { kind: "key of AWS" };
  const description = await describe(keyId);
  if ("found" in description) {
    const { arn, ofAws } = description.found;
    return ofAws ? { kind: "key of AWS" } : { kind: "key", arn };
  }
  const reason = "refused" in description ? description.refused : "KMS does not know it";
  if (/^arn:.*:key\//.test(keyId)) return { kind: "key", arn: keyId, doubt: reason };
  return { kind: "unread", reason: `the bucket names the key ${keyId}: ${reason}` };
}

export interface EncryptionQuestion {
  readonly encryption: DefaultEncryption;
  /** Undefined where none is configured. */
  readonly configured: string | undefined;
  readonly sameAccount: boolean | undefined;
  /** Statements that the reader lacks for the default key, where that is another one than configured. */
  readonly lacking: readonly object[];
  readonly kind: "role" | "user";
}

/**
 * Judges whether the reader may use the key of new objects. A bucket's default says nothing of objects whose writers
 * name a key themselves.
 */
export function judgeEncryption(question: EncryptionQuestion): Finding {
  const { encryption, configured, lacking, kind } = question;
  const others = (one: string): string =>
    configured === undefined
      ? `those of a writer that names ${one}, as a CloudTrail trail can, are not looked at`
      : "the configured one is for those whose writers name it";
  switch (encryption.kind) {
    case "unread":
      return notProven(check, "Which key encrypts new objects", encryption.reason);
    case "without key":
      return proven(check, `By default, new objects need no KMS key; ${others("one")}`);
    case "key of AWS":
      return judgeAwsKey(question.sameAccount, others("another"));
    case "key": {
      const { arn, doubt } = encryption;
      const claim = `By default, new objects are encrypted with the key ${arn}`;
      if (arn === configured) return proven(check, `${claim}, as configured`);
      const lack = `${claim}, and ${configured === undefined ? "none" : "another one"} is configured`;
      if (lacking.length === 0) return proven(check, `${lack}; it is judged above all the same`);
      if (doubt !== undefined) {
        const reason = `only AWS's own key (aws/s3) needs no permission, and whether it is that is not known: ${doubt}`;
        return notProven(check, `That the ${kind} may use the key ${arn} of new objects`, reason);
      }
      return wrong(check, lack, {
        instruction: `write kmsKeyArn: ${arn} for this bucket in logzio.yaml, or add to the permissions of the ${kind}:`,
        statement: lacking,
      });
    }
  }
}

function judgeAwsKey(sameAccount: boolean | undefined, others: string): Finding {
  const claim = "By default, new objects are encrypted with AWS's own key (aws/s3)";
  if (sameAccount === false) {
    return wrong(check, `${claim}, which no other account can use`, {
      instruction: "encrypt the bucket with a key of its owner's, or with SSE-S3",
    });
  }
  const needless = `${claim}, which needs no permission in the bucket's account`;
  if (sameAccount === undefined)
    return notProven(check, needless, "which account the bucket belongs to is not known here");
  return proven(check, `${needless}; ${others}`);
}
