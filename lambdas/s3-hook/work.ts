import type { SourceSettings } from "../runtime/environment";
import type { Delivery } from "../shipping/delivery";
import type { Continuation } from "./continuation";
import type { ObjectEvent, ParsedMessage } from "./events";

/** An object to ship, and the messages that asked for it (S3 may notify twice). */
export interface Work {
  readonly event: ObjectEvent;
  readonly source: SourceSettings;
  readonly messages: readonly ParsedMessage[];
}

/** Whether its messages ask for no other object. */
export function isAlone({ messages }: Work): boolean {
  return messages.every(({ objects }) => objects.length === 1);
}

/** What is left of the work, behind a delivery or without one. */
export function continuationOf({ event, source }: Work, delivery: Delivery | undefined): Continuation {
  const { object, continuation } = event;
  const stalled = continuation?.stalled ?? 0;
  if (delivery === undefined) {
    return { object, source: continuation?.source, position: continuation?.position, stalled };
  }
  return {
    // The ETag that was read, so that the next run reads the same bytes.
    object: { ...object, eTag: delivery.eTag },
    source: delivery.reached ? source : continuation?.source,
    position: delivery.reached,
    stalled: delivery.progressed ? 0 : stalled,
  };
}
