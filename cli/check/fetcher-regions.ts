/**
 * Regions of buckets that Logz.io's fetcher takes. Source: Logz.io API, `POST /v1/log-shipping/s3-buckets`, where they
 * are written as `EU_WEST_3`.
 */
export const fetcherRegions: ReadonlySet<string> = new Set([
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "sa-east-1",
  "ap-south-1",
  "ca-central-1",
]);
