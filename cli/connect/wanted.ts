import {
  apiRegion,
  fetcherRegions,
  isFetcherRegion,
  withoutRegionLimit,
} from "../../constructs/access/fetcher-regions";
import { leadingSlash } from "../../constructs/access/leading-slash";
import { bucketNames } from "../aws/bucket-name";
import type { ConfigFile } from "../config-file/parse";
import type { FetcherSettings } from "../logzio-api/types";
import { UsageError } from "../program/errors";
import { overlaps, placeOf } from "./fetchers";

/** Settings of a registered bucket as options of the command line. */
export interface SettingOptions {
  readonly type?: string;
  readonly prefix?: string;
  /** Of the bucket, as AWS writes it. */
  readonly region?: string;
  readonly active?: boolean;
  readonly inactive?: boolean;
  readonly sourceFilePath?: boolean;
}

/** A bucket that is to be registered; what is left out stays as it is, or gets Logz.io's default. */
export interface WantedFetcher extends Pick<FetcherSettings, "bucket" | "region" | "logsType"> {
  readonly prefix: string;
  readonly active?: boolean;
  readonly addS3ObjectKeyAsLogField?: boolean;
}

/** The options as the API's settings. @throws UsageError for what the API would refuse */
export function changedSettings(options: SettingOptions): Partial<FetcherSettings> {
  const { type, prefix, region, active, inactive, sourceFilePath } = options;
  if (active === true && inactive === true) throw new UsageError("write either --active or --inactive");
  return {
    ...(type === undefined ? {} : { logsType: checkedType(type) }),
    ...(prefix === undefined ? {} : { prefix: checkedPrefix(prefix) }),
    ...(region === undefined ? {} : { region: checkedRegion(region, "--region") }),
    ...(active === true ? { active: true } : inactive === true ? { active: false } : {}),
    ...(sourceFilePath === undefined ? {} : { addS3ObjectKeyAsLogField: sourceFilePath }),
  };
}

/** The buckets to register: the one of the options, or else those of the file that Terraform does not register. */
export function wantedFetchers(
  options: SettingOptions & { readonly bucket?: string },
  file: ConfigFile | undefined,
): WantedFetcher[] {
  const buckets = file?.access?.buckets ?? [];
  if (options.bucket !== undefined) return [oneWanted({ ...options, bucket: options.bucket }, file)];
  if (options.prefix !== undefined || options.region !== undefined) {
    throw new UsageError("--prefix and --region are for one bucket; name it with --bucket");
  }
  const own = buckets.flatMap((bucket, index) => (bucket.register === undefined ? [{ bucket, index }] : []));
  if (own.length === 0) return [];
  const { logsType, ...settings } = changedSettings(options);
  if (logsType === undefined) {
    const names = own.map(({ bucket }) => placeOf(bucket)).join(", ");
    throw new UsageError(`the type of the logs is missing for ${names}; write --type, such as --type elb`);
  }
  return own.map(({ bucket: { bucket, prefix = "", region }, index }) => ({
    ...settings,
    bucket,
    prefix,
    logsType,
    region: regionIn(file, region, ["access", "buckets", index, "region"]),
  }));
}

function oneWanted(
  options: SettingOptions & { readonly bucket: string },
  file: ConfigFile | undefined,
): WantedFetcher {
  const { bucket } = options;
  if (!bucketNames.test(bucket)) {
    throw new UsageError(
      `--bucket is "${bucket}"; write the name of the bucket, without s3:// and not its ARN`,
    );
  }
  const ofFile = (file?.access?.buckets ?? []).map((entry, index) => ({ entry, index }));
  const same = ofFile.filter(({ entry }) => entry.bucket === bucket);
  const known = same.filter(
    ({ entry }) => options.prefix === undefined || (entry.prefix ?? "") === options.prefix,
  );
  const first = known.length === 1 ? known.at(0) : undefined;
  if (options.prefix === undefined && known.length > 1) {
    throw new UsageError(
      `${file?.path ?? "the file"} has ${bucket} with ${known.length} prefixes; name one with --prefix`,
    );
  }
  const { logsType, ...settings } = changedSettings(options);
  if (logsType === undefined) throw new UsageError("write --type, the type of the logs, such as --type elb");
  const prefix = settings.prefix ?? first?.entry.prefix ?? "";
  const managed = same.find(
    ({ entry }) => entry.register !== undefined && overlaps(entry, { bucket, prefix }),
  );
  if (managed !== undefined) {
    const place = file?.place(["access", "buckets", managed.index, "register"]) ?? "";
    throw new UsageError(
      `${placeOf(managed.entry)} is registered by npx cdktf deploy, as ${place} says, and would be registered twice; ` +
        "remove register there to register it from here",
    );
  }
  const region =
    settings.region ??
    regionIn(
      file,
      first?.entry.region,
      first === undefined ? ["aws", "region"] : ["access", "buckets", first.index, "region"],
    );
  return { ...settings, bucket, prefix, logsType, region };
}

function regionIn(
  file: ConfigFile | undefined,
  own: string | undefined,
  path: readonly (string | number)[],
): string {
  const region = own ?? file?.awsRegion;
  if (region === undefined) throw new UsageError("the region of the bucket is not known; write --region");
  return checkedRegion(region, file?.place(own === undefined ? ["aws", "region"] : path) ?? "--region");
}

function checkedRegion(region: string, from: string): string {
  if (isFetcherRegion(region)) return apiRegion(region);
  throw new UsageError(
    `${from} is "${region}", from which Logz.io's fetcher does not read; it reads from ` +
      `${Object.keys(fetcherRegions).join(", ")}. ${withoutRegionLimit}`,
  );
}

function checkedType(type: string): string {
  if (/^\S+$/.test(type)) return type;
  throw new UsageError(`--type is "${type}"; write a type without spaces, such as elb`);
}

function checkedPrefix(prefix: string): string {
  const slash = leadingSlash(prefix);
  if (slash === undefined) return prefix;
  throw new UsageError(`--prefix is ${JSON.stringify(prefix)}, ${slash}`);
}
