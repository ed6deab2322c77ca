import type { S3 } from "@aws-sdk/client-s3";
import { awsReason, isAccessDenied } from "../aws/session";
import type { Clients } from "./clients";
import { notProven, proven, wrong, type Finding } from "./finding";
import { refusal } from "./reading";
import type { BucketSettings } from "./settings";

/** Keys that are looked at for an object to read. */
const keysOnPage = 100;
/** Bytes of the object that are read: enough for S3 to have decrypted it. */
const bytesRead = 1024;

/** Storage classes whose objects must be restored first. */
const archives = ["GLACIER", "DEEP_ARCHIVE"];
/** What S3 makes of a key that is disabled, to be deleted, or gone. */
const keyFailures = /^KMS\.(?:Disabled|NotFound|KMSInvalidState)/;

const listCheck = "read.list";
const objectCheck = "read.object";

/** Lists and reads as Logz.io does, with the reader's own credentials. */
export async function readForReal(
  { abort }: Clients,
  s3: S3,
  { bucket: Bucket, prefix }: BucketSettings,
): Promise<Finding[]> {
  const under = prefix === "" ? "the bucket" : `the keys under ${prefix}`;
  let keys: string[];
  try {
    const page = await s3.listObjectsV2({ Bucket, Prefix: prefix, MaxKeys: keysOnPage }, abort);
    // Objects without content are the console's folders, and show no decryption; archived ones cannot be read by anyone.
    keys = (page.Contents ?? []).flatMap(({ Key, Size = 0, StorageClass = "" }) =>
      Key === undefined || Size === 0 || archives.includes(StorageClass) ? [] : [Key],
    );
  } catch (error) {
    return [failed(listCheck, `list ${under}`, "s3:ListBucket", error)];
  }
  const listed = proven(listCheck, `Real calls with the reader's credentials listed ${under}`);
  const [key] = keys as (string | undefined)[];
  if (key === undefined) {
    return [
      listed,
      notProven(
        objectCheck,
        "That the reader can read an object",
        `there is none with content, and not archived, among the first ${keysOnPage} keys`,
      ),
    ];
  }
  try {
    const { Body, ServerSideEncryption, SSEKMSKeyId } = await s3.getObject(
      { Bucket, Key: key, Range: `bytes=0-${bytesRead - 1}` },
      abort,
    );
    const bytes = (await Body?.transformToByteArray())?.length ?? 0;
    const decrypted =
      SSEKMSKeyId === undefined ? "" : `, decrypted with ${SSEKMSKeyId} (${ServerSideEncryption ?? ""})`;
    return [
      listed,
      proven(
        objectCheck,
        `Real calls with the reader's credentials read ${bytes} bytes of ${key}${decrypted}`,
      ),
    ];
  } catch (error) {
    return [listed, failed(objectCheck, `read ${key}`, "s3:GetObject", error)];
  }
}

function failed(check: string, what: string, permission: string, error: unknown): Finding {
  if ((error as Error).name === "AbortError") throw error;
  if (isAccessDenied(error)) {
    return wrong(check, `The reader may not ${what} (AWS: ${awsReason(error)})`, {
      instruction: "correct what is marked wrong above; AWS's message names the action that was refused",
    });
  }
  const { name } = error as Error;
  if (keyFailures.test(name)) {
    return wrong(
      check,
      `Nobody can ${what}, since its KMS key is of no use (AWS: ${name}: ${awsReason(error)})`,
      {
        instruction: "enable the key that the object is encrypted with, or cancel its deletion",
      },
    );
  }
  return notProven(check, `That the reader can ${what}`, refusal(permission, error));
}
