import { compareBytes } from "../../lambdas/reading/key-order";

/** An object, with when it was written and first shipped. */
export interface OrderedObject {
  readonly key: string;
  /** What sorts as the keys of its writer are to come. */
  readonly order: string;
  /** Number of the run before or, where it is `during`, in which it was written. */
  readonly run: number;
  readonly during: boolean;
  /** From when on the fetcher may ship it, in ms since 1970. */
  readonly settledAt: number;
  /** Number of the run that first shipped a line of it; undefined where it has none. */
  readonly shippedIn?: number;
  /** When that was, in ms since 1970. */
  readonly shippedAt?: number;
  /** Of all objects, when its first line came. */
  readonly place?: number;
}

/**
 * An object comes before all of its writer that sort behind it, unless one of them may have been passed when it was
 * written: then it came late. What sorts before an object from before the start is late as well once there was a run.
 * Nothing waits for a late object that is too young; but once it had settled, nothing may overtake it here.
 *
 * @param objects of one writer
 * @param lastOld the last that its objects from before the start sort as; undefined where it has none
 * @throws Error where an object was overtaken
 */
export function checkOrder(objects: readonly OrderedObject[], lastOld: string | undefined): void {
  const sorted = [...objects].sort((a, b) => compareBytes(a.order, b.order));
  for (const [index, object] of sorted.entries()) {
    const behind = sorted.slice(index + 1);
    if (behind.some((other) => passedIn(other) <= object.run)) continue;
    const behindOld = object.run > 0 && lastOld !== undefined && compareBytes(object.order, lastOld) < 0;
    const passedBy = behind
      .filter((other) => Number(other.place) < Number(object.place))
      .find((other) => !behindOld || Number(other.shippedAt) >= object.settledAt);
    if (passedBy !== undefined)
      throw new Error(`${object.key} was shipped behind ${passedBy.key}, and was not late`);
  }
}

/** The first run that may have moved a checkpoint over it. */
function passedIn({ shippedIn, run, during }: OrderedObject): number {
  return shippedIn ?? (during ? run : run + 1);
}
