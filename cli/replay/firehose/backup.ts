import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { BucketListing, type ListedObject } from "../../../lambdas/s3-fetcher/listing/bucket-listing";
import { awsFailure, isAccessDenied } from "../../aws/session";
import { CommandError } from "../../program/errors";
import { failedRecords, type FailedRecord } from "./failed-records";

/** What was read of the backup: this version of the object, and no other, may be removed. */
export interface OpenBackup {
  readonly key: string;
  readonly eTag: string;
  /** `null` in a bucket that has no versions. */
  readonly versionId: string | null;
  readonly records: AsyncGenerator<FailedRecord, void>;
}

/** The bucket in which Firehose puts what it could not deliver. */
export class BackupBucket {
  private readonly listing: BucketListing;

  constructor(
    private readonly s3: S3Client,
    readonly bucket: string,
    /** Of the keys of what could not be delivered. */
    readonly prefix: string,
    private readonly signal: AbortSignal,
  ) {
    this.listing = new BucketListing(s3, bucket, signal);
  }

  /** All objects, the oldest first: their keys start with the hour. */
  async objects(progress: (objects: number) => void): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    let after: string | undefined;
    do {
      this.signal.throwIfAborted();
      const page = await this.listing.keys(this.prefix, after);
      objects.push(...page.objects.filter(({ size }) => size > 0));
      after = page.continueAfter;
      progress(objects.length);
    } while (after !== undefined);
    return objects;
  }

  /** @throws CommandError */
  async open({ key, eTag }: ListedObject): Promise<OpenBackup> {
    let answer: GetObjectCommandOutput;
    try {
      const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, IfMatch: `"${eTag}"` });
      answer = await this.s3.send(command);
    } catch (error) {
      throw awsFailure(`Reading s3://${this.bucket}/${key}`, error);
    }
    const records = failedRecords(answer.Body as unknown as AsyncIterable<Buffer>);
    return { key, eTag, versionId: answer.VersionId ?? null, records };
  }

  /**
   * Removes the version that was read. Without its ID, a bucket with versions would only hide it behind a marker.
   * @throws CommandError
   */
  async remove({ key, eTag, versionId }: OpenBackup): Promise<void> {
    const which = versionId === null ? { IfMatch: `"${eTag}"` } : { VersionId: versionId };
    try {
      await this.s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key, ...which }));
    } catch (error) {
      const failure = awsFailure(`Removing s3://${this.bucket}/${key}, which was accepted,`, error);
      if (!isAccessDenied(error)) throw failure;
      const action = versionId === null ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
      throw new CommandError(
        `${failure.message}: allow them ${action}. Until then, it is sent again each time`,
      );
    }
  }
}
