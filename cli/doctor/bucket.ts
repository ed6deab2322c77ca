import type { GetBucketEncryptionOutput, S3 } from "@aws-sdk/client-s3";
import type { Clients } from "./clients";
import { read, refusal, type Reading } from "./reading";
import type { Reader } from "./reader";
import type { BucketSettings } from "./settings";

/** What AWS shows of a bucket. */
export interface BucketFacts {
  /** Undefined where not even that is shown. */
  readonly region: string | undefined;
  /** Whether it belongs to the reader's account. */
  readonly sameAccount: Reading<boolean>;
  /** Text of the bucket policy. */
  readonly policy: Reading<string>;
  readonly encryption: Reading<Encryption>;
  readonly ownership: Reading<string>;
  /** The switches of the public access block that are off. */
  readonly publicAccess: Reading<readonly string[]>;
}

/** How new objects are encrypted where their writer does not say. */
export interface Encryption {
  /** `AES256`, `aws:kms` or `aws:kms:dsse`. */
  readonly algorithm: string;
  /** As it was configured: ARN, ID or alias; undefined for AWS's own key. */
  readonly keyId: string | undefined;
}

export type BucketReading =
  { readonly facts: BucketFacts } | { readonly absent: true } | { readonly failed: string };

/** Reads what there is to know of a bucket. */
export async function readBucket(
  clients: Clients,
  settings: BucketSettings,
  reader: Reader,
): Promise<BucketReading> {
  const { bucket: Bucket } = settings;
  const head = await locate(clients, clients.s3(settings.region), Bucket);
  if ("absent" in head || "failed" in head) return head;
  const s3 = clients.s3(head.region ?? settings.region);
  const { abort } = clients;
  const [sameAccount, policy, encryption, ownership, publicAccess] = await Promise.all([
    head.readable
      ? isOwnedBy(clients, s3, Bucket, reader.accountId)
      : {
          refused: "AWS refuses s3:ListBucket to the credentials in use; allow it to them",
        },
    read(
      "s3:GetBucketPolicy",
      async () => (await s3.getBucketPolicy({ Bucket }, abort)).Policy,
      (name) => name === "NoSuchBucketPolicy",
    ),
    read(
      "s3:GetEncryptionConfiguration",
      async () => encryptionOf(await s3.getBucketEncryption({ Bucket }, abort)),
      (name) => name === "ServerSideEncryptionConfigurationNotFoundError",
    ),
    read(
      "s3:GetBucketOwnershipControls",
      async () =>
        (await s3.getBucketOwnershipControls({ Bucket }, abort)).OwnershipControls?.Rules?.at(0)
          ?.ObjectOwnership,
      (name) => name === "OwnershipControlsNotFoundError",
    ),
    read(
      "s3:GetBucketPublicAccessBlock",
      async () =>
        switchedOff((await s3.getPublicAccessBlock({ Bucket }, abort)).PublicAccessBlockConfiguration ?? {}),
      (name) => name === "NoSuchPublicAccessBlockConfiguration",
    ),
  ]);
  return { facts: { region: head.region, sameAccount, policy, encryption, ownership, publicAccess } };
}

type Located =
  | { readonly region: string | undefined; readonly readable: boolean }
  | { readonly absent: true }
  | { readonly failed: string };

interface S3Failure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Also a refusal tells the bucket's region. Source: S3 API reference, HeadBucket. */
async function locate({ abort }: Clients, s3: S3, Bucket: string): Promise<Located> {
  try {
    return { region: (await s3.headBucket({ Bucket }, abort)).BucketRegion, readable: true };
  } catch (error) {
    const { name = "", $metadata, $response } = error as S3Failure;
    if (name === "AbortError") throw error;
    const status = $metadata?.httpStatusCode;
    if (status === 404) return { absent: true };
    const region = $response?.headers?.["x-amz-bucket-region"];
    if (status === 403) return { region, readable: false };
    return { failed: refusal("s3:ListBucket", error) };
  }
}

/** S3 refuses where the owner is another one than expected; the call itself is known to be allowed. */
async function isOwnedBy(
  { abort }: Clients,
  s3: S3,
  Bucket: string,
  accountId: string,
): Promise<Reading<boolean>> {
  try {
    await s3.headBucket({ Bucket, ExpectedBucketOwner: accountId }, abort);
    return { found: true };
  } catch (error) {
    if ((error as S3Failure).$metadata?.httpStatusCode === 403) return { found: false };
    if ((error as S3Failure).name === "AbortError") throw error;
    return { refused: refusal("s3:ListBucket", error) };
  }
}

function encryptionOf(answer: GetBucketEncryptionOutput): Encryption | undefined {
  const rule = answer.ServerSideEncryptionConfiguration?.Rules?.at(0)?.ApplyServerSideEncryptionByDefault;
  return rule === undefined ? undefined : { algorithm: rule.SSEAlgorithm ?? "", keyId: rule.KMSMasterKeyID };
}

function switchedOff(block: object): string[] {
  const on = block as Readonly<Record<string, boolean | undefined>>;
  const switches = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  return switches.filter((name) => on[name] !== true);
}
