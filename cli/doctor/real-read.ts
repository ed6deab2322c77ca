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
    // Objects without content are the console's folders; they show no decryption.
    keys = (page.Contents ?? []).flatMap(({ Key, Size = 0 }) =>
      Key === undefined || Size === 0 ? [] : [Key],
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
        `there is none among the first ${keysOnPage} keys`,
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
  return notProven(check, `That the reader can ${what}`, refusal(permission, error));
}
