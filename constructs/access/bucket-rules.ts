import { Token } from "cdktf";
import type { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import { hasForm } from "../foundation/forms";
import { objectKeyBytes } from "../foundation/limits";
import { show, type Problem, type Rule } from "../foundation/validation";
import { leadingSlash } from "./leading-slash";

/**
 * Name of a bucket that exists, made under today's rules or under those of us-east-1 until March 2018.
 * Source: S3 user guide, "General purpose bucket naming rules" and its document history.
 */
export const bucketName: Rule<string> = (name) => {
  if (name.startsWith("arn:")) {
    return [`is the ARN ${show(name)}; write the bucket's name, ${show(nameInArn(name))}`];
  }
  if (name.startsWith("s3://")) {
    const [bucket = ""] = name.slice("s3://".length).split("/");
    return [`is the URL ${show(name)}; write the bucket's name, ${show(bucket)}, and the rest as prefix`];
  }
  const possible = hasForm(name, "bucketName") && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!possible || reserved.test(name)) {
    return [
      `is ${show(name)}, which no bucket can be called; write 3 to 63 lower-case letters, digits, dots and ` +
        "hyphens that start and end with a letter or digit (old buckets of us-east-1 also have capitals, " +
        "underscores, and up to 255 characters)",
    ];
  }
  return [];
};

/** Whether a bucket's name is a pattern, which stands for all buckets whose names fit; no name has a star. */
export function isBucketPattern(bucket: string): boolean {
  return bucket.includes("*") && !Token.isUnresolved(bucket);
}

/** Text of a pattern without its stars, at least: less would let in buckets that nobody thought of. */
const patternText = 3;

/** Name of a bucket, or a pattern of names. */
export const bucketNameOrPattern: Rule<string> = (name, construct) => {
  if (!isBucketPattern(name) || /[:/]/.test(name)) return bucketName(name, construct);
  if (name.replaceAll("*", "").length < patternText)
    return [
      `is ${show(name)}, which nearly every bucket fits, those of Terraform's state and of other logs among them; write ` +
        `${patternText} characters or more that the names have in common, such as "org-logs-*"`,
    ];
  if (!/^[A-Za-z0-9._*-]{3,63}$/.test(name) || name.includes("**"))
    return [
      `is ${show(name)}, which is no pattern of names; write letters, digits, dots, hyphens and single stars, such as ` +
        '"org-logs-*"',
    ];
  return [];
};

/** Starts and ends that S3 keeps for access points and its own use. Source as above. */
const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

function nameInArn(arn: string): string {
  return (arn.split(":").at(-1) ?? "").split("/")[0] ?? "";
}

/** Start of object keys, decoded. */
export const keyPrefix: Rule<string> = (prefix) => {
  const problems: string[] = [];
  const slash = leadingSlash(prefix);
  if (slash !== undefined) problems.push(`is ${show(prefix)}, ${slash}`);
  if (prefix.startsWith("s3://")) {
    const behindBucket = show(prefix.replace(/^s3:\/\/[^/]*\/?/, ""));
    problems.push(`is ${show(prefix)}, a URL; write what stands behind the bucket, ${behindBucket}`);
  }
  // Half of a surrogate pair: UTF-8, and so a key, cannot hold it.
  if (/\p{Surrogate}/u.test(prefix)) problems.push(`is ${show(prefix)}, which is not valid Unicode`);
  if (Buffer.byteLength(prefix) > objectKeyBytes) {
    problems.push(`has ${Buffer.byteLength(prefix)} bytes; a key has at most ${objectKeyBytes}`);
  }
  return problems;
};

/** Where a bucket is, and the key that encrypts it. */
interface EncryptedBucket {
  readonly region?: string;
  readonly kmsKeyArn?: string;
}

/** Region of a bucket: the one given, else that of its key, which S3 wants in the same region, else the stack's. */
export function bucketRegion(construct: Construct, { region, kmsKeyArn }: EncryptedBucket): string {
  return region ?? keyRegion(kmsKeyArn) ?? AwsContext.of(construct).region;
}

/** Source: S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)". */
export function keyInRegion({ region, kmsKeyArn }: EncryptedBucket): Problem[] {
  const other = keyRegion(kmsKeyArn);
  if (region === undefined || other === undefined || Token.isUnresolved(region) || region === other)
    return [];
  return [
    {
      path: "kmsKeyArn",
      text:
        `is a key of ${other}, and the bucket is in ${region}; S3 encrypts with keys of the bucket's own region ` +
        "alone: write that key, or the bucket's region",
    },
  ];
}

/** Region of a key, which its ARN says. */
export function keyRegion(kmsKeyArn: unknown): string | undefined {
  if (typeof kmsKeyArn !== "string" || Token.isUnresolved(kmsKeyArn)) return undefined;
  return /^arn:[^:]+:kms:([a-z0-9-]+):/.exec(kmsKeyArn)?.[1];
}

/** The types say so already; configuration files and JavaScript do not. */
export function needsBucket(example: string): (props: { readonly bucket?: string }) => Problem[] {
  return ({ bucket }) =>
    (bucket ?? "") === "" ? [{ path: "bucket", text: `is missing; write ${example}` }] : [];
}
