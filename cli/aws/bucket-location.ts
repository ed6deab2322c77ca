import { GetBucketLocationCommand, HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { CommandError } from "../program/errors";
import { awsFailure, isAccessDenied } from "./session";

/** Where a bucket is. */
export interface BucketLocation {
  /** Undefined where AWS would not say. */
  readonly region: string | undefined;
  /** Whether the credentials in use may not look at the bucket, which then belongs to someone. */
  readonly refused: boolean;
}

export class NoSuchBucket extends CommandError {
  override readonly name = "NoSuchBucket";

  constructor(bucket: string) {
    super(
      `There is no bucket ${bucket}; "aws s3 ls" lists those of the account that the credentials belong to`,
    );
  }
}

/** Asks AWS where a bucket is. @throws NoSuchBucket @throws CommandError where AWS could not be asked */
export async function locateThrough(
  client: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketLocation> {
  try {
    const head = await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
    return { region: head.BucketRegion ?? (await constraint(client, bucket, signal)), refused: false };
  } catch (error) {
    if (signal.aborted) throw error;
    const { $metadata, $response } = error as {
      $metadata?: { httpStatusCode?: number };
      $response?: { headers?: Readonly<Record<string, string>> };
    };
    if ($metadata?.httpStatusCode === 404) throw new NoSuchBucket(bucket);
    // AWS names the region even to those who may not look; the listing then says what they lack.
    if (isAccessDenied(error)) return { region: $response?.headers?.["x-amz-bucket-region"], refused: true };
    throw awsFailure(`Looking for the bucket ${bucket}`, error);
  }
}

/** For answers without the header, as emulators give them. */
async function constraint(
  client: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<string | undefined> {
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
