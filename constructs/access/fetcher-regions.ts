/**
 * The regions that Logz.io's fetcher reads from, as its API calls them. The command line is bundled with this file, so
 * it imports nothing.
 * Source: Logz.io's public API, S3 fetcher, `region`.
 */
export const fetcherRegions = {
  "us-east-1": "US_EAST_1",
  "us-east-2": "US_EAST_2",
  "us-west-1": "US_WEST_1",
  "us-west-2": "US_WEST_2",
  "eu-west-1": "EU_WEST_1",
  "eu-west-2": "EU_WEST_2",
  "eu-west-3": "EU_WEST_3",
  "eu-central-1": "EU_CENTRAL_1",
  "ap-northeast-1": "AP_NORTHEAST_1",
  "ap-northeast-2": "AP_NORTHEAST_2",
  "ap-southeast-1": "AP_SOUTHEAST_1",
  "ap-southeast-2": "AP_SOUTHEAST_2",
  "ap-south-1": "AP_SOUTH_1",
  "sa-east-1": "SA_EAST_1",
  "ca-central-1": "CA_CENTRAL_1",
} as const;

/** What reads from the other regions, as messages put it. */
export const withoutRegionLimit =
  "S3Hook and S3Fetcher of this package have no such limit (hook and fetcher in logzio.yaml)";

export type FetcherRegion = keyof typeof fetcherRegions;

/** A region as the API calls it. */
export function apiRegion(region: string): string {
  return isFetcherRegion(region) ? fetcherRegions[region] : region;
}

export function isFetcherRegion(region: string): region is FetcherRegion {
  return Object.hasOwn(fetcherRegions, region);
}
