import type { ObjectReference } from "../reading/object-reference";
import type { SourceSettings } from "../runtime/environment";
import { DeliveryError } from "../runtime/errors";
import type { Position } from "../shipping/position";
import { MessageUnreadable } from "./errors";

/** Raised when a message of this shape could not be read by the version before. */
const continuationVersion = 1;

/** What is left to ship of an object, handed over through the queue to a later run. */
export interface Continuation {
  readonly object: ObjectReference;
  /** The source as it was when the object was begun; absent where it was not begun. */
  readonly source?: SourceSettings | undefined;
  /** Where to go on; absent for the beginning. */
  readonly position?: Position | undefined;
  /** How many runs in a row got no further. */
  readonly stalled: number;
}

/** The message's body; flat, so that it can be read, and redriven, by hand. */
export function renderContinuation({ object, source, position, stalled }: Continuation): string {
  return JSON.stringify({ version: continuationVersion, ...object, source, ...position, stalled });
}

/** Whether a message is a continuation, of any version. (EventBridge events have a version too, as text.) */
export function isContinuation(body: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof body["version"] === "number" &&
    typeof body["bucket"] === "string" &&
    typeof body["key"] === "string"
  );
}

/** @throws DeliveryError for a version that this code does not know, and for damaged messages */
export function parseContinuation(body: Readonly<Record<string, unknown>>): Continuation {
  if (body["version"] !== continuationVersion) {
    throw new DeliveryError(
      `the continuation has version ${String(body["version"])}, and this function reads version ${continuationVersion}; ` +
        "deploy the version that wrote it, or a newer one",
    );
  }
  const { bucket, key, region, versionId, eTag, source, stalled } = body as unknown as ObjectReference &
    Continuation;
  if (typeof region !== "string" || typeof stalled !== "number") {
    throw new MessageUnreadable(
      `the continuation of s3://${bucket}/${key} is damaged: it has no region or no count`,
    );
  }
  return { object: { bucket, key, region, versionId, eTag }, source, position: positionIn(body), stalled };
}

function positionIn(body: Readonly<Record<string, unknown>>): Position | undefined {
  if (body["offset"] === undefined) return undefined;
  const { compression, entry, encoding, offset, format, state, type, log, columns, record, line } =
    body as unknown as Position;
  const numbers = [entry, offset, record, line];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0) || typeof format !== "string") {
    throw new MessageUnreadable("the continuation is damaged: its position cannot be read");
  }
  return { compression, entry, encoding, offset, format, state, type, log, columns, record, line };
}
