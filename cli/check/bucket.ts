import { GetBucketLocationCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
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
    const region = await regionOf(client, bucket, signal);
    if (region === undefined || region === (await client.config.region())) return { client, region };
    const local = new S3Client({ ...settings, region });
    client.destroy();
    return { client: local, region };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

async function regionOf(client: S3Client, bucket: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const head = await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
    return head.BucketRegion ?? (await location(client, bucket, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    const { $metadata, $response } = error as {
      $metadata?: { httpStatusCode?: number };
      $response?: { headers?: Readonly<Record<string, string>> };
    };
    if ($metadata?.httpStatusCode === 404) throw noSuchBucket(bucket);
    // AWS names the region even to those who may not look; the listing then says what they lack.
    if (isAccessDenied(error)) return $response?.headers?.["x-amz-bucket-region"];
    throw awsFailure(`Looking for the bucket ${bucket}`, error);
  }
}

/** For answers without the header, as emulators give them. */
async function location(client: S3Client, bucket: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const command = new GetBucketLocationCommand({ Bucket: bucket });
    const { LocationConstraint } = await client.send(command, { abortSignal: signal });
    // Source: S3 API, GetBucketLocation: us-east-1 has no constraint, and EU is the old name of eu-west-1.
    if (LocationConstraint === undefined) return "us-east-1";
    return LocationConstraint === "EU" ? "eu-west-1" : LocationConstraint;
  } catch (error) {
    if (signal.aborted || !isAccessDenied(error)) throw error;
    return undefined;
  }
}

/** Why a listing failed, as the user reads it. */
export function listingFailure(
  { bucket, prefix }: Target,
  region: string | undefined,
  error: unknown,
): CommandError {
  if ((error as { name?: string }).name === "NoSuchBucket") return noSuchBucket(bucket);
  const failure = awsFailure(`Listing s3://${bucket}/${prefix}`, error);
  if (!isAccessDenied(error)) return failure;
  const statement = {
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: `arn:${partitionOf(region)}:s3:::${bucket}`,
  };
  return new CommandError(
    `${failure.message}\nThis statement in their policy allows it (for a bucket of another account, in the bucket's ` +
      `policy too):\n${JSON.stringify(statement, null, 2)}`,
  );
}

function noSuchBucket(bucket: string): CommandError {
  return new CommandError(
    `There is no bucket ${bucket}; "aws s3 ls" lists those of the account that the credentials belong to`,
  );
}

function partitionOf(region = ""): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
