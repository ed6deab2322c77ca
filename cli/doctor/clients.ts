import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3, type S3ClientConfig } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { clientSettings, regionOfEnvironment, s3Settings } from "../aws/session";
import type { AwsOptions } from "../program/options";

/** The AWS clients of one run. */
export class Clients {
  readonly iam: IAM;
  readonly sts: STS;
  private readonly ofS3 = new Map<string, S3>();
  private readonly ofKms = new Map<string, KMS>();
  private readonly options: AwsOptions;

  constructor(
    options: AwsOptions,
    /** Ends every call. */
    private readonly signal: AbortSignal,
  ) {
    // IAM is one for all regions, and so are the calls made to STS; a region is only needed to have one.
    this.options = { ...options, region: options.region ?? regionOfEnvironment() };
    this.iam = new IAM(clientSettings(this.options));
    this.sts = new STS(clientSettings(this.options));
  }

  /** Second argument of every call. */
  get abort(): { abortSignal: AbortSignal } {
    return { abortSignal: this.signal };
  }

  /** @param region of the bucket, where it is known */
  s3(region: string | undefined): S3 {
    return kept(this.ofS3, region ?? this.region, (name) => this.newS3(name));
  }

  /** S3 with the credentials of a role that was assumed. */
  s3As(credentials: S3ClientConfig["credentials"], region: string | undefined): S3 {
    return this.newS3(region ?? this.region, credentials);
  }

  kms(region: string): KMS {
    return kept(this.ofKms, region, (name) => new KMS(clientSettings({ ...this.options, region: name })));
  }

  close(): void {
    for (const client of [this.iam, this.sts, ...this.ofS3.values(), ...this.ofKms.values()])
      client.destroy();
  }

  private get region(): string {
    return this.options.region ?? regionOfEnvironment();
  }

  private newS3(region: string, credentials?: S3ClientConfig["credentials"]): S3 {
    return new S3({
      ...s3Settings({ ...this.options, region }),
      ...(credentials === undefined ? {} : { credentials }),
      // Where a bucket is elsewhere than it was said to be, its own region answers.
      followRegionRedirects: true,
    });
  }
}

function kept<Client>(
  clients: Map<string, Client>,
  region: string,
  make: (region: string) => Client,
): Client {
  const known = clients.get(region);
  if (known !== undefined) return known;
  const made = make(region);
  clients.set(region, made);
  return made;
}
