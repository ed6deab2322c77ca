import { messageOf } from "../runtime/errors";
import { ObjectArchived, ObjectGone, ObjectRefused, ObjectUnreadable } from "./errors";
import { placeOf, type ObjectReference } from "./object-reference";

/** Names of the S3 errors that say the object is gone or was overwritten since the event. */
const goneErrors = new Set(["NoSuchKey", "NoSuchVersion", "PreconditionFailed", "MethodNotAllowed"]);

/** What S3's refusal of an object means, and what to do about it. */
export function readingError(reference: ObjectReference, error: unknown): Error {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (name !== undefined && goneErrors.has(name)) {
    return new ObjectGone(`${placeOf(reference)} is gone or was overwritten since the event (${name})`);
  }
  const reason = messageOf(error);
  const advice = adviceFor(name ?? "", $metadata?.httpStatusCode, reason);
  const text = `${placeOf(reference)} cannot be read (${name ?? "error"}: ${reason})${advice}`;
  if (name === "InvalidObjectState") return new ObjectArchived(text);
  // Where there is something to do about it, waiting alone does not help; but for a key that is asked too often.
  return advice === "" || /throttl/i.test(`${name} ${reason}`)
    ? new ObjectUnreadable(text)
    : new ObjectRefused(text);
}

function adviceFor(name: string, status: number | undefined, reason: string): string {
  if (/kms/i.test(`${name} ${reason}`)) {
    return "; allow the function kms:Decrypt on the key: kmsKeyArn of the source, and the key's own policy";
  }
  if (name === "InvalidObjectState")
    return "; restore the object from its archive storage class, then redrive the message";
  if (status === 403) {
    return "; allow the function s3:GetObject and s3:GetObjectVersion on it, and kms:Decrypt where it is encrypted with a key";
  }
  if (name === "NoSuchBucket") return "; the bucket does not exist any more";
  return "";
}
