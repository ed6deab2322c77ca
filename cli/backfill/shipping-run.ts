import { setTimeout as wait } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { compareBytes } from "../../lambdas/reading/key-order";
import type { ObjectReference } from "../../lambdas/reading/object-reference";
import { Backoff } from "../../lambdas/runtime/backoff";
import type { BucketListing } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { objectsAhead, Prefetch } from "../../lambdas/reading/prefetch";
import { CommandError } from "../program/errors";
import type { ShippingSession } from "../shipping/session";
import { shipObject, type Reached, type Shipped } from "../shipping/ship-object";
import type { Selected, Selection } from "./selection";
import type { ObjectSettings } from "./source-settings";
import type { BackfillState, Begun, FailedObject, StateFile } from "./state";

export interface ShippingRunServices {
  readonly session: ShippingSession;
  readonly selection: Selection;
  readonly settings: ObjectSettings;
  readonly listing: BucketListing;
  readonly s3: S3Client;
  /** Of the bucket. */
  readonly region: string;
  readonly state: StateFile;
  /** Told when an object is done, or a part of one was accepted. */
  readonly progress: (key: string) => void;
  readonly warn: (text: string) => void;
}

/** Tries that an object gets in one run; behind one that failed a single try tells as much. */
const triesOfObject = 3;
/** So many objects that fail in a row are no accident of single objects. */
const mostFailuresInARow = 20;
/** What the file of the state can hold, and somebody will read. */
const mostFailures = 1_000;

/** Ships objects one after the other from this machine. Returns whether it got to the end. */
export async function shipAll(services: ShippingRunServices): Promise<boolean> {
  return new ShippingRun(services).run();
}

class ShippingRun {
  private readonly backoff = new Backoff({ baseMs: 1_000, capMs: 10_000 });
  private readonly prefetch: Prefetch;
  private failuresInARow = 0;
  private startedAt = Date.now();

  constructor(private readonly services: ShippingRunServices) {
    this.prefetch = new Prefetch(services.session.deadline.signal);
  }

  async run(): Promise<boolean> {
    const { selection, state } = this.services;
    try {
      for (const failed of state.current.failed) if (!(await this.again(failed))) return false;
      for await (const { selected, lastKey } of selection.pages(state.current.lastKey)) {
        for (const [index, one] of selected.entries()) {
          this.lookAhead(selected.slice(index, index + objectsAhead));
          if (!(await this.next(one))) return false;
        }
        // Also past what is not to be shipped, so that it is not listed again.
        if (lastKey !== undefined) state.update(passed(lastKey, state.current));
      }
      return true;
    } finally {
      this.prefetch.close();
    }
  }

  /** An object that failed in an earlier run. Returns whether to go on. */
  private async again({ key, eTag, reached }: FailedObject): Promise<boolean> {
    const { settings, state, warn } = this.services;
    const source = settings.find(key);
    const others = state.current.failed.filter((one) => one.key !== key);
    if (source === undefined) {
      warn(`${key} failed before, and logzio.yaml leaves it out by now`);
      state.update({ failed: others });
      return true;
    }
    const shipped = await this.ship({ key, eTag, source, from: reached }, (place) => {
      const noted = { key, eTag: place.eTag, reason: "interrupted", reached: place };
      state.update({ failed: inOrder([...others, noted]) });
    });
    if (shipped.outcome === "interrupted") return false;
    const failed = shipped.outcome === "failed" ? [...others, failureOf(key, eTag, shipped)] : others;
    this.settle(shipped, shipped.account.bytesIn, { failed: inOrder(failed) });
    return true;
  }

  /** The next object in order. Returns whether to go on. */
  private async next({ object, source }: Selected): Promise<boolean> {
    const { state } = this.services;
    const { key, eTag } = object;
    const begun = begunIn(state.current);
    const from = begun.find((one) => one.key === key);
    const ahead = begun.filter((one) => one.key !== key);
    const shipped = await this.ship({ key, eTag, source, from }, (reached) =>
      state.update({ underWay: { key, ...reached }, ahead }),
    );
    if (shipped.outcome === "interrupted") return false;
    const failed =
      shipped.outcome === "failed"
        ? [...state.current.failed, failureOf(key, eTag, shipped)]
        : state.current.failed;
    this.settle(shipped, object.size, { ...passed(key, state.current), failed });
    return true;
  }

  private async ship(
    what: { key: string; eTag: string; source: Selected["source"]; from: Reached | undefined },
    note: (reached: Reached) => void,
  ): Promise<Shipped> {
    const { session, listing, progress, state } = this.services;
    const { key, eTag, source } = what;
    let { from } = what;
    for (let attempt = 1; ; attempt++) {
      const shipped = await shipObject(
        {
          object: this.reference(key, eTag),
          source,
          from,
          answer:
            from === undefined && attempt === 1 ? this.prefetch.take(this.reference(key, eTag)) : undefined,
          onConfirmed: (reached) => {
            note(reached);
            progress(key);
            return Promise.resolve();
          },
        },
        session,
        listing,
      );
      const { records, filtered, refused } = shipped.account;
      state.update({ totals: { ...state.add({ records, filtered, refused, ms: this.lap() }) } });
      const tries = this.failuresInARow === 0 ? triesOfObject : 1;
      if (shipped.outcome !== "failed" || attempt >= tries) return shipped;
      from = shipped.reached;
      await wait(this.backoff.delayMs(attempt), undefined, { signal: session.deadline.signal }).catch(
        () => undefined,
      );
      if (session.deadline.isReached) return { ...shipped, outcome: "interrupted" };
    }
  }

  /** The object is dealt with, one way or the other. */
  private settle(
    { outcome, reason }: Shipped,
    bytes: number,
    change: Parameters<StateFile["update"]>[0],
  ): void {
    const { state, progress } = this.services;
    const done = outcome === "shipped" ? { objects: 1, bytes } : { gone: outcome === "gone" ? 1 : 0 };
    state.update({ ...change, totals: state.add(done) });
    progress(state.current.lastKey ?? "");
    this.failuresInARow = outcome === "failed" ? this.failuresInARow + 1 : 0;
    if (this.failuresInARow >= mostFailuresInARow) {
      throw new CommandError(
        `the last ${mostFailuresInARow} objects have all failed, so that more of them would be no use; the last one: ${reason}`,
      );
    }
    if (state.current.failed.length >= mostFailures)
      throw new CommandError(
        `${mostFailures} objects have failed; put right why, and run it again. The last one: ${reason}`,
      );
  }

  private lookAhead(next: readonly Selected[]): void {
    const begun = begunIn(this.services.state.current);
    const wanted = next.filter(({ object }) => !begun.some(({ key }) => key === object.key));
    const { s3 } = this.services;
    this.prefetch.ahead(
      wanted.map(({ object: { key, eTag } }) => ({ s3, object: this.reference(key, eTag) })),
    );
  }

  private reference(key: string, eTag: string): ObjectReference {
    const { listing, region } = this.services;
    return { bucket: listing.bucket, key, region, eTag };
  }

  /** Time since the last call, in ms. */
  private lap(): number {
    const before = this.startedAt;
    this.startedAt = Date.now();
    return this.startedAt - before;
  }
}

function failureOf(key: string, eTag: string, { reason, reached }: Shipped): FailedObject {
  return { key, eTag: reached?.eTag ?? eTag, reason, ...(reached === undefined ? {} : { reached }) };
}

/** Objects that were begun, the one that was worked on last first. */
function begunIn({ underWay, ahead = [] }: BackfillState): Begun[] {
  return underWay === undefined ? [...ahead] : [underWay, ...ahead];
}

/** Behind a key: what was begun further on stays begun. */
function passed(
  lastKey: string,
  state: BackfillState,
): Pick<BackfillState, "lastKey" | "underWay" | "ahead"> {
  const ahead = begunIn(state).filter(({ key }) => compareBytes(key, lastKey) > 0);
  return { lastKey, underWay: undefined, ahead };
}

function inOrder(failed: readonly FailedObject[]): FailedObject[] {
  return [...failed].sort((one, other) => compareBytes(one.key, other.key));
}
