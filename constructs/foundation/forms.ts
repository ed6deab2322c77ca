/**
 * Forms of AWS's names, which rules compare with what is written out, and Terraform with what only it knows. They are
 * regular expressions without backslashes, which Terraform's strings would take for their own.
 */
export const forms = {
  accountId: "^[0-9]{12}$",
  /**
   * A bucket that exists, those of us-east-1 until March 2018 included, which have capitals, underscores and up to 255
   * characters. Source: S3 user guide, "General purpose bucket naming rules" and its document history.
   */
  bucketName: "^[A-Za-z0-9._-]{3,255}$",
  /** A KMS key itself, without wildcards and no alias. */
  kmsKeyArn: "^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-)?[0-9a-f-]+$",
  /** Which regions there are changes too often to be listed. */
  regionCode: "^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$",
} as const;

/** Whether a text has a form. */
export function hasForm(text: string, form: keyof typeof forms): boolean {
  return new RegExp(forms[form]).test(text);
}
