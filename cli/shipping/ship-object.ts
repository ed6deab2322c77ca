import type { ObjectAnswer } from "../../lambdas/reading/object-body";
import type { ObjectReference } from "../../lambdas/reading/object-reference";
import type { SourceSettings } from "../../lambdas/runtime/environment";
import { messageOf } from "../../lambdas/runtime/errors";
import { FetcherError } from "../../lambdas/s3-fetcher/errors";
import type { BucketListing } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { BulkRefused } from "../../lambdas/shipping/errors";
import type { Delivery } from "../../lambdas/shipping/delivery";
import { isListenerError } from "../../lambdas/shipping/object-delivery";
import type { Position } from "../../lambdas/shipping/position";
import { CommandError } from "../program/errors";
import { inCommandWords } from "./failures";
import type { DeliveryAccount, ShippingSession } from "./session";

/** How far an object was shipped, and of which bytes. */
export interface Reached {
  readonly eTag: string;
  readonly position: Position;
}

export interface ShipRequest {
  /** With the ETag that was listed or noted. */
  readonly object: ObjectReference;
  readonly source: SourceSettings;
  /** Where an earlier run stopped; used where the object still is what was begun. */
  readonly from?: Reached | undefined;
  /** S3's answer, where it was asked for ahead. */
  readonly answer?: Promise<ObjectAnswer> | undefined;
  /** Told what the listener has answered for, as it goes. */
  readonly onConfirmed: (reached: Reached) => Promise<void>;
}

export interface Shipped {
  readonly outcome: "shipped" | "gone" | "interrupted" | "failed";
  readonly account: DeliveryAccount;
  /** Where to go on, unless all was shipped or nothing is left. */
  readonly reached: Reached | undefined;
  /** Why it failed; "" otherwise. */
  readonly reason: string;
}

/** How often an object that is overwritten while it is read is read anew. */
const mostOverwrites = 3;

/**
 * Ships one object, or what is left of it, in the version that is there now.
 * @throws CommandError where the listener takes nothing, whatever the object
 */
export async function shipObject(
  request: ShipRequest,
  session: ShippingSession,
  listing: BucketListing,
): Promise<Shipped> {
  let { object, answer } = request;
  let account: DeliveryAccount = { bytesIn: 0, records: 0, accepted: 0, filtered: 0, refused: 0 };
  for (let overwrites = 0; ; overwrites++) {
    const from = request.from?.eTag === object.eTag ? request.from?.position : undefined;
    const step = await session.deliver({
      object,
      source: request.source,
      from,
      answer,
      onConfirmed: (position, eTag = object.eTag ?? "") => request.onConfirmed({ position, eTag }),
    });
    account = sumOf(account, step.account);
    const ended = (outcome: Shipped["outcome"], reason = ""): Shipped => ({
      outcome,
      account,
      reached: outcome === "interrupted" || outcome === "failed" ? reachedIn(step.delivery) : undefined,
      reason: inCommandWords(reason),
    });
    const { delivery } = step;
    if (delivery.outcome === "shipped") return ended("shipped");
    if (delivery.outcome === "unfinished") return ended("interrupted");
    if (delivery.outcome === "failed") {
      const { error } = delivery;
      if (error instanceof CommandError) throw error;
      if (meetsAll(error)) throw new NothingShips(inCommandWords(messageOf(error)));
      return ended("failed", messageOf(error));
    }
    const now = await listing.find(object.key);
    if (now === undefined) return ended("gone");
    if (now.eTag === object.eTag || overwrites >= mostOverwrites)
      return ended(
        "failed",
        `${object.key} changes faster than it can be read, or cannot be read by its ETag`,
      );
    object = { ...object, eTag: now.eTag };
    answer = undefined;
  }
}

/** The listener takes nothing now, or the table: nothing else can be shipped either. */
class NothingShips extends CommandError {
  override readonly name = "NothingShips";
}

/** Any other object would meet it as well. */
function meetsAll(error: unknown): boolean {
  return (isListenerError(error) && !(error instanceof BulkRefused)) || error instanceof FetcherError;
}

function reachedIn({ reached, eTag }: Delivery): Reached | undefined {
  return reached === undefined || eTag === undefined ? undefined : { position: reached, eTag };
}

function sumOf(one: DeliveryAccount, other: DeliveryAccount): DeliveryAccount {
  return {
    bytesIn: one.bytesIn + other.bytesIn,
    records: one.records + other.records,
    accepted: one.accepted + other.accepted,
    filtered: one.filtered + other.filtered,
    refused: one.refused + other.refused,
  };
}
