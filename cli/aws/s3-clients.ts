import { S3Client } from "@aws-sdk/client-s3";
import type { AwsOptions } from "../program/options";
import { s3Settings } from "./session";

/** Clients of S3, one for each region that buckets are in, with the settings of the command line. */
export class S3Clients {
  private readonly clients = new Map<string, S3Client>();

  constructor(private readonly options: AwsOptions) {}

  readonly in = (region: string): S3Client => {
    let client = this.clients.get(region);
    if (client === undefined) {
      client = new S3Client({
        ...s3Settings({ ...this.options, region }),
        // The region that a file names may be that of the stack, and not the bucket's.
        followRegionRedirects: true,
        // As the functions read: see delivery-services.ts.
        responseChecksumValidation: "WHEN_REQUIRED",
      });
      this.clients.set(region, client);
    }
    return client;
  };

  /** The region that the settings of this machine name. @throws where they name none */
  async defaultRegion(): Promise<string> {
    const client = new S3Client(s3Settings(this.options));
    try {
      return await client.config.region();
    } finally {
      client.destroy();
    }
  }

  close(): void {
    for (const client of this.clients.values()) client.destroy();
  }
}
