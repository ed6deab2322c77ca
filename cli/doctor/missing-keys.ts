/**
 * Condition keys of S3 that calls of one action have, and of no other that is needed. What is not listed here may go
 * with any call. Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
 */
const keysOfOne: Readonly<Record<string, RegExp>> = {
  "s3:ListBucket": /^s3:(?:prefix|delimiter|max-keys)$/i,
  "s3:GetObject": /^s3:ExistingObjectTag\//i,
  "s3:GetObjectVersion": /^s3:VersionId$/i,
  "s3:PutObject": /^s3:(?:x-amz-(?!content-sha256$)|object-lock-|RequestObjectTag|if-)/i,
};

/**
 * Of the condition keys that a simulation lacked, those that could change its answer. AWS lists the keys of every
 * statement, also of statements about other actions; a call to S3 has no keys of KMS or STS, and so did the simulated one.
 * Source: IAM API reference, ResourceSpecificResult.
 */
export function keysThatMatter(action: string, missing: readonly string[]): string[] {
  return missing.filter((key) => {
    const service = serviceOf(key);
    if (service === "aws") return true;
    return service === serviceOf(action) && !isOfAnother(action, key);
  });
}

function isOfAnother(action: string, key: string): boolean {
  const owner = Object.entries(keysOfOne).find(([, keys]) => keys.test(key))?.[0];
  return owner !== undefined && owner !== action;
}

function serviceOf(name: string): string {
  return name.slice(0, name.indexOf(":")).toLowerCase();
}
