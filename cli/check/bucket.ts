import { S3Client } from "@aws-sdk/client-s3";
import { locateThrough, NoSuchBucket } from "../aws/bucket-location";
import { awsFailure, isAccessDenied, s3Settings } from "../aws/session";
import { CommandError } from "../program/errors";
import type { AwsOptions } from "../program/options";
import type { Target } from "./target";

export interface LocatedBucket {
  /** Calls the bucket in its own region. */
  readonly client: S3Client;
  /** Undefined where AWS would not say. */
  readonly region: string | undefined;
}

/** Finds the bucket's region, wherever the settings point. @throws CommandError where there is no such bucket */
export async function locateBucket(
  bucket: string,
  options: AwsOptions,
  signal: AbortSignal,
): Promise<LocatedBucket> {
  const settings = s3Settings(options);
  const client = new S3Client({ ...settings, followRegionRedirects: true });
  try {
    const { region } = await locateThrough(client, bucket, signal);
    if (region === undefined || region === (await client.config.region())) return { client, region };
    const local = new S3Client({ ...settings, region });
    client.destroy();
    return { client: local, region };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/** Why a listing failed, as the user reads it. */
export function listingFailure(
  { bucket, prefix }: Target,
  region: string | undefined,
  error: unknown,
): CommandError {
  if (error instanceof CommandError) return error;
  if ((error as { name?: string }).name === "NoSuchBucket") return new NoSuchBucket(bucket);
  const failure = awsFailure(`Listing s3://${bucket}/${prefix}`, error);
  if (!isAccessDenied(error)) return failure;
  const statement = {
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: `arn:${partitionOf(region)}:s3:::${bucket}`,
  };
  return new CommandError(
    `${failure.message}\nThis statement in their policy allows it (for a bucket of another account, in the bucket's ` +
      `policy too):\n${JSON.stringify(statement, null, 2)}\n` +
      "A bucket of another account that has the requester pay is refused all the same: check asks for nothing that costs.",
  );
}

/** Starts of region codes. Source: AWS's endpoint rules, "partitions". */
const partitions: readonly [start: string, partition: string][] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-iso-", "aws-iso"],
  ["eusc-", "aws-eusc"],
];

function partitionOf(region = ""): string {
  return partitions.find(([start]) => region.startsWith(start))?.[1] ?? "aws";
}
