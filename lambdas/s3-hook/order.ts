import { compareBytes } from "../reading/key-order";
import type { ObjectEvent } from "./events";

/**
 * The order in which the objects of a batch are worked: bucket, key, and for one key the sequencer, which S3
 * compares as hexadecimal after padding the shorter one with zeros at its end.
 */
export function compareEvents(a: ObjectEvent, b: ObjectEvent): number {
  const byKey = compareBytes(a.object.bucket, b.object.bucket) || compareBytes(a.object.key, b.object.key);
  if (byKey !== 0) return byKey;
  const length = Math.max(a.sequencer.length, b.sequencer.length);
  return compareBytes(
    a.sequencer.toLowerCase().padEnd(length, "0"),
    b.sequencer.toLowerCase().padEnd(length, "0"),
  );
}
