import { apiRegion, isFetcherRegion, withoutRegionLimit } from "../../constructs/access/fetcher-regions";
import { locateThrough, NoSuchBucket, type BucketLocation } from "../aws/bucket-location";
import { S3Clients } from "../aws/s3-clients";
import { regionOfEnvironment } from "../aws/session";
import type { CommandContext } from "../program/context";
import { CommandError } from "../program/errors";
import type { AwsOptions } from "../program/options";
import type { WantedFetcher } from "./wanted";

/** Looks at a bucket before it is registered: Logz.io keeps one that is not there, and says nothing. */
export class BucketLook {
  private readonly s3: S3Clients;
  private readonly region: string;

  constructor(
    options: AwsOptions,
    private readonly context: CommandContext,
  ) {
    this.region = options.region ?? regionOfEnvironment();
    this.s3 = new S3Clients(options);
  }

  /** Why it is not to be registered so; undefined where nothing is known against it. Warns of what could not be seen. */
  async objection({ bucket, region }: WantedFetcher): Promise<string | undefined> {
    const { output, signal } = this.context;
    output.progress(`looking for ${bucket}`);
    let there: BucketLocation;
    try {
      there = await locateThrough(this.s3.in(this.region), bucket, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof CommandError)) throw error;
      if (error instanceof NoSuchBucket) return error.message;
      output.warn(`whether there is a bucket ${bucket} is not known: ${error.message}`);
      return undefined;
    }
    if (there.refused) {
      output.warn(
        `whether ${bucket} is the right bucket is not known: the credentials in use may not look at it ` +
          "(s3:ListBucket); it exists, or AWS hides that it does not",
      );
    }
    if (there.region === undefined || apiRegionOf(there.region) === region) return undefined;
    return isFetcherRegion(there.region)
      ? `it is in ${there.region}; write that region, in logzio.yaml or with --region`
      : `it is in ${there.region}, from which Logz.io's fetcher does not read. ${withoutRegionLimit}`;
  }

  close(): void {
    this.s3.close();
  }
}

function apiRegionOf(region: string): string | undefined {
  return isFetcherRegion(region) ? apiRegion(region) : undefined;
}
