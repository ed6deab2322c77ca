/** What Logz.io's role has to be trusted with. Source: Logz.io API, getAWSAssumeRoleDetails. */
export interface AssumeRoleDetails {
  /** Logz.io's AWS account, 12 digits. */
  readonly logzioAWSAccountId: string;
  /** One for each Logz.io account. */
  readonly assignedExternalId: string;
}

/** A bucket that Logz.io is to fetch from. Source: Logz.io API, /v1/log-shipping/s3-buckets. */
export interface FetcherSettings {
  readonly bucket: string;
  readonly prefix?: string | null;
  /** As the API spells it, such as `EU_CENTRAL_1`. */
  readonly region: string;
  readonly logsType: string;
  readonly active: boolean;
  readonly addS3ObjectKeyAsLogField: boolean;
  /** The role that Logz.io assumes; or else the keys. */
  readonly arn?: string | null;
  readonly accessKey?: string | null;
  /** Sent only: no answer repeats it. */
  readonly secretKey?: string;
}

/** A registered bucket. */
export interface Fetcher extends Omit<FetcherSettings, "secretKey"> {
  readonly id: number;
  /** The external ID that Logz.io uses for it, where the answer has it: the documentation does not promise it. */
  readonly externalId?: string | null;
}

/** Where Logz.io archives to. Source: Logz.io API, /v2/archive/settings. */
export interface ArchiveSettings {
  readonly storageType: string;
  readonly enabled: boolean;
  readonly compressed: boolean;
  readonly amazonS3StorageSettings?: {
    readonly credentialsType: string;
    readonly path: string;
    readonly s3IamCredentials?: { readonly arn: string; readonly externalId?: string } | null;
    readonly s3SecretCredentials?: { readonly accessKey: string; readonly secretKey?: string } | null;
  } | null;
}

/** An archive; the API has the settings one level deeper. */
export interface Archive extends ArchiveSettings {
  readonly id: number;
}
