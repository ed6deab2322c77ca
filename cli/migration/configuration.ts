import { isDeepStrictEqual } from "node:util";
import { unknownFields, unknownSettings } from "../logzio-api/unknown-settings";
import { printable } from "../terminal/terminal";
import type { Archive, ArchiveSettings, Fetcher, FetcherSettings } from "../logzio-api/types";

/** What somebody entered to make a configuration: the body of its POST or PUT. Credentials are a role, never keys. */
export type Settings =
  | { readonly kind: "fetcher"; readonly body: FetcherSettings }
  | { readonly kind: "archive"; readonly body: ArchiveSettings };

export type Kind = Settings["kind"];

/** Which configuration: fetchers and archives are numbered each by themselves. */
export interface Identity {
  readonly kind: Kind;
  readonly id: number;
}

/** A fetcher or an archive of a Logz.io account, as the API shows it. */
export type Configuration = Settings & {
  readonly id: number;
  /** The external ID that Logz.io uses for it; undefined where the API does not say. */
  readonly externalId: string | undefined;
  /** Fields with a value that this program does not know, and so cannot write again. */
  readonly unknownFields: readonly string[];
};

const archiveFields = [
  ...["id", "storageType", "enabled", "compressed", "amazonS3StorageSettings", "azureBlobStorageSettings"],
];
const storageFields = ["credentialsType", "path", "s3IamCredentials", "s3SecretCredentials"];

/** Undefined for a fetcher with access keys: no external ID is sent with those. */
export function fetcherConfiguration(fetcher: Fetcher): Configuration | undefined {
  const { id, bucket, prefix, region, logsType, active, arn, externalId } = fetcher;
  if (typeof arn !== "string" || arn === "") return undefined;
  const optional = typeof prefix === "string" && prefix !== "" ? { prefix } : {};
  // What is older than the field may be shown without it. Source of the default: Logz.io API reference, s3-buckets.
  const addS3ObjectKeyAsLogField = (fetcher.addS3ObjectKeyAsLogField as boolean | null | undefined) ?? false;
  return {
    kind: "fetcher",
    id,
    body: { bucket, ...optional, region, logsType, active, addS3ObjectKeyAsLogField, arn },
    externalId: externalId ?? undefined,
    unknownFields: unknownSettings(fetcher),
  };
}

/** Undefined for an archive that is not in S3, or written with access keys. */
export function archiveConfiguration(archive: Archive): Configuration | undefined {
  const { id, storageType, enabled, compressed, amazonS3StorageSettings: storage } = archive;
  const role = storage?.s3IamCredentials;
  if (!storage || !role) return undefined;
  const { credentialsType, path } = storage;
  const amazonS3StorageSettings = { credentialsType, path, s3IamCredentials: { arn: role.arn } };
  return {
    kind: "archive",
    id,
    body: { storageType, enabled, compressed, amazonS3StorageSettings },
    externalId: role.externalId,
    unknownFields: [
      ...unknownFields(archive, archiveFields),
      ...unknownFields(storage, storageFields).map((field) => `amazonS3StorageSettings.${field}`),
    ],
  };
}

/** ARN of the role. */
export function roleOf(settings: Settings): string {
  return (
    (settings.kind === "fetcher"
      ? settings.body.arn
      : settings.body.amazonS3StorageSettings?.s3IamCredentials?.arn) ?? ""
  );
}

/** The same settings for another role. */
export function withRole(settings: Settings, arn: string): Settings {
  if (settings.kind === "fetcher") return { kind: "fetcher", body: { ...settings.body, arn } };
  const storage = settings.body.amazonS3StorageSettings;
  const amazonS3StorageSettings = storage && { ...storage, s3IamCredentials: { arn } };
  return { kind: "archive", body: { ...settings.body, amazonS3StorageSettings } };
}

export function sameSettings(one: Settings, other: Settings): boolean {
  return one.kind === other.kind && isDeepStrictEqual(one.body, other.body);
}

/** Whether objects are read, or logs written, at the moment. */
export function isActive(settings: Settings): boolean {
  return settings.kind === "fetcher" ? settings.body.active : settings.body.enabled;
}

/** How messages name a configuration: `fetcher 12 (s3://logs/AWSLogs/)`. */
export function nameOf(one: Settings & Identity): string {
  return `${one.kind} ${one.id} (${printable(placeOf(one))})`;
}

/** Where it reads from or writes to. */
export function placeOf(settings: Settings): string {
  return settings.kind === "fetcher"
    ? `s3://${settings.body.bucket}/${settings.body.prefix ?? ""}`
    : `s3://${settings.body.amazonS3StorageSettings?.path ?? ""}`;
}
