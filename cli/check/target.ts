import { leadingSlash } from "../../constructs/access/leading-slash";
import { bucketNames } from "../aws/bucket-name";
import { UsageError } from "../program/errors";

/** What is looked at: the keys of a bucket that start with a prefix. */
export interface Target {
  readonly bucket: string;
  /** Empty for the whole bucket. */
  readonly prefix: string;
}

const alias = /(-s3alias|--ol-s3|\.mrap)$/;
const directoryBucket = /--x-s3$/;
/** Source: S3 user guide, "Object key naming guidelines". */
const keyBytes = 1024;

/** Reads `my-logs`, or `s3://my-logs/AWSLogs/` as copied from elsewhere. @throws UsageError with all problems */
export function parseTarget(word: string, prefixOption: string | undefined): Target {
  const [, bucket = word, path] = /^s3:\/\/([^/]*)(?:\/(.*))?$/su.exec(word) ?? [];
  const pathPrefix = path === "" ? undefined : path;
  const prefix = prefixOption ?? pathPrefix ?? "";
  const problems = [...bucketProblems(bucket), ...prefixProblems(prefix)];
  if (prefixOption !== undefined && pathPrefix !== undefined) {
    problems.push(`${JSON.stringify(word)} has a prefix, and --prefix gives another; write one of them`);
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return { bucket, prefix };
}

function bucketProblems(bucket: string): string[] {
  if (bucket.startsWith("arn:")) {
    return [
      `BUCKET is the ARN ${JSON.stringify(bucket)}; write the bucket's name, which its last part begins with`,
    ];
  }
  if (directoryBucket.test(bucket)) {
    return [
      `${JSON.stringify(bucket)} is a directory bucket (S3 Express One Zone), which lists its keys in no order and ` +
        "announces no objects: neither fetcher nor hook can read it; have the logs written into a general purpose bucket",
    ];
  }
  if (alias.test(bucket)) {
    return [
      `${JSON.stringify(bucket)} is an access point, which Logz.io's fetcher does not know; write the bucket's name`,
    ];
  }
  if (!bucketNames.test(bucket)) {
    return [
      `BUCKET is ${JSON.stringify(bucket)}, which no bucket can be called; write 3 to 63 lower-case letters, digits, dots and hyphens`,
    ];
  }
  return [];
}

function prefixProblems(prefix: string): string[] {
  const problems: string[] = [];
  const slash = leadingSlash(prefix);
  if (slash !== undefined) problems.push(`the prefix is ${JSON.stringify(prefix)}, ${slash}`);
  if (prefix.includes("*")) {
    problems.push(
      `the prefix is ${JSON.stringify(prefix)}; it is the start of keys, no pattern, so write it without "*"`,
    );
  }
  if (Buffer.byteLength(prefix) > keyBytes) {
    problems.push(`the prefix has ${Buffer.byteLength(prefix)} bytes; a key has at most ${keyBytes}`);
  }
  return problems;
}
