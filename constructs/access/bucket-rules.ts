import { objectKeyBytes } from "../foundation/limits";
import { show, type Rule } from "../foundation/validation";

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
  const possible = /^[A-Za-z0-9._-]{3,255}$/.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!possible || reserved.test(name)) {
    return [
      `is ${show(name)}, which no bucket can be called; write 3 to 63 lower-case letters, digits, dots and ` +
        "hyphens that start and end with a letter or digit (old buckets of us-east-1 also have capitals, " +
        "underscores, and up to 255 characters)",
    ];
  }
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
  if (prefix.startsWith("/")) {
    problems.push(
      `is ${show(prefix)}, and AWS writes no key that starts with "/"; write ${show(prefix.replace(/^\/+/, ""))}`,
    );
  }
  if (Buffer.byteLength(prefix) > objectKeyBytes) {
    problems.push(`has ${Buffer.byteLength(prefix)} bytes; a key has at most ${objectKeyBytes}`);
  }
  return problems;
};
