import { ApiError } from "../logzio-api/errors";
import type { Fetcher, FetcherSettings } from "../logzio-api/types";

/**
 * What a registered bucket is saved with, to save it again with changes: what the API takes, and not all that it
 * answers with. Keys cannot be saved so, since no answer has the secret.
 */
export function settingsOf(fetcher: Fetcher): FetcherSettings {
  const { bucket, prefix, region, logsType, active, addS3ObjectKeyAsLogField, arn } = fetcher;
  return {
    ...{ bucket, region, logsType, active, addS3ObjectKeyAsLogField },
    ...(typeof prefix === "string" ? { prefix } : {}),
    ...(typeof arn === "string" ? { arn } : {}),
  };
}

/**
 * {@link settingsOf} with changes.
 * @throws ApiError where neither says whether it is active: what is left out when saving may get its default, and one
 * that was paused would fetch
 */
export function settingsWith(fetcher: Fetcher, changes: Partial<FetcherSettings>): FetcherSettings {
  const settings = { ...settingsOf(fetcher), ...changes };
  if (typeof (settings.active as unknown) === "boolean") return settings;
  throw new ApiError(
    `Logz.io does not show whether ${fetcher.id} (${placeOf(fetcher)}) is active, and saved without that it might fetch ` +
      `though it was paused; say it with --active or --inactive (logzio-s3 connect update ${fetcher.id}, or rotate-key ` +
      `${fetcher.id} where it reads with an access key)`,
    200,
  );
}

/** `bucket/prefix`. */
export function placeOf({ bucket, prefix }: Pick<FetcherSettings, "bucket" | "prefix">): string {
  return `${bucket}/${prefix ?? ""}`;
}

export function samePlace(
  one: Pick<FetcherSettings, "bucket" | "prefix">,
  other: Pick<FetcherSettings, "bucket" | "prefix">,
): boolean {
  return placeOf(one) === placeOf(other);
}

/** Whether there can be objects that both have in their prefix. */
export function overlaps(
  one: Pick<FetcherSettings, "bucket" | "prefix">,
  other: Pick<FetcherSettings, "bucket" | "prefix">,
): boolean {
  const [here, there] = [one.prefix ?? "", other.prefix ?? ""];
  return one.bucket === other.bucket && (here.startsWith(there) || there.startsWith(here));
}

/** What it reads with: `role NAME` or `key ID`. */
export function accessOf({ arn, accessKey }: Pick<FetcherSettings, "arn" | "accessKey">): string {
  if (typeof arn === "string") return `role ${arn.split("/").at(-1) ?? arn}`;
  return typeof accessKey === "string" ? `key ${accessKey}` : "-";
}

/** A region of the API as AWS writes it. */
export function awsRegionOf(region: string): string {
  return region.toLowerCase().replaceAll("_", "-");
}

/** In words for people. */
const labels: Readonly<Partial<Record<keyof FetcherSettings, string>>> = {
  prefix: "prefix",
  region: "region",
  logsType: "type",
  active: "active",
  addS3ObjectKeyAsLogField: "source file path",
  arn: "role",
  accessKey: "access key",
};

/** What differs between settings, each in a few words; what `wanted` does not have does not count. */
export function differences(now: FetcherSettings, wanted: Partial<FetcherSettings>): string[] {
  return (Object.keys(labels) as (keyof FetcherSettings)[]).flatMap((key) => {
    if (!(key in wanted)) return [];
    const [before, after] = [now[key] ?? "", wanted[key] ?? ""];
    return before === after ? [] : [`${labels[key] ?? key}: ${shown(before)} → ${shown(after)}`];
  });
}

function shown(value: string | boolean): string {
  return value === "" ? "none" : String(value);
}
