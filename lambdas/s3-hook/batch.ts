import { ObjectDamaged } from "../reading/errors";
import { Prefetch, type WantedObject } from "../reading/prefetch";
import type { Sources } from "../reading/sources";
import { DeliveryError, messageOf } from "../runtime/errors";
import { TokenUnreadable } from "../runtime/token";
import type { Delivery, DeliveryServices } from "../shipping/delivery";
import { ListenerUnavailable, TokenRefused } from "../shipping/errors";
import { deliverObject } from "../shipping/object-delivery";
import { renderContinuation, type Continuation } from "./continuation";
import { parseEvent, type ParsedMessage } from "./events";
import { settleFailures } from "./failed-messages";
import type { HandOver, LeftOver } from "./hand-over";
import { planBatch } from "./plan";
import { continuationOf, isAlone, type Work } from "./work";

export interface BatchServices extends DeliveryServices {
  readonly sources: Sources;
  readonly handOver: HandOver;
}

/** What Lambda's SQS event source expects where `ReportBatchItemFailures` is on. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Runs without progress after which an object is given up: the same place twice is a livelock. */
const longestStall = 2;
/** What a run counts of which an object got the end alone. */
const endOfRunStall = 0.2;
/** What failed after it got somewhere is tried again after this; long enough for a short outage to pass. */
const retryDelaySeconds = 60;

/**
 * Works an event: its objects in key order, one after the other. Nothing of it ends well unless every object was
 * shipped, skipped with a reason, or handed over.
 *
 * @throws for a direct invocation of which anything failed; for a queue's batch, failures are in the response
 */
export async function workBatch(event: unknown, services: BatchServices): Promise<BatchResponse | undefined> {
  const { fromQueue, messages } = parseEvent(event);
  const batch = new Batch(services);
  await batch.work(messages);
  if (fromQueue) {
    await settleFailures(batch.failures, services);
    const failed = messages.filter((message) => batch.failures.has(message));
    return { batchItemFailures: failed.map(({ messageId = "" }) => ({ itemIdentifier: messageId })) };
  }
  const failure = batch.failures.values().next().value;
  if (failure) throw failure;
  return undefined;
}

class Batch {
  readonly failures = new Map<ParsedMessage, Error>();
  private readonly leftOver: (LeftOver & { readonly work: Work })[] = [];
  /** Set once there is no use in trying more objects in this run. */
  private stopped: Error | undefined;

  private readonly timeForWorkMs: number;
  private readonly prefetch: Prefetch;

  constructor(private readonly services: BatchServices) {
    this.timeForWorkMs = services.deadline.forWorkMs;
    this.prefetch = new Prefetch(services.deadline.signal);
  }

  async work(messages: readonly ParsedMessage[]): Promise<void> {
    const { works, unreadable } = planBatch(messages, this.services);
    for (const [message, error] of unreadable) this.failures.set(message, error);
    try {
      await this.workInOrder(works);
    } finally {
      this.prefetch.close();
    }
    await this.handOverRest();
  }

  private async workInOrder(works: readonly Work[]): Promise<void> {
    const { deadline } = this.services;
    for (const [index, work] of works.entries()) {
      if (this.stopped !== undefined && isOfToken(this.stopped)) this.setAside(work, undefined, this.stopped);
      else if (this.stopped) this.postpone(work, this.stopped, retryDelaySeconds);
      else if (index > 0 && deadline.isReached) {
        this.postpone(work, new DeliveryError("the time ran out before this object was started"), 0);
      } else {
        this.prefetch.ahead(this.wantedWhole(works.slice(index)));
        await this.deliver(work);
      }
    }
  }

  /** Of the works, those that are read from their first byte on: the one whose turn it is, and those behind it. */
  private wantedWhole(works: readonly Work[]): WantedObject[] {
    return works
      .filter(({ event }) => event.continuation?.position?.compression !== "none")
      .map(({ event: { object }, source }) => ({ s3: this.services.s3(object.region, source), object }));
  }

  private async deliver(work: Work): Promise<void> {
    const { event, source } = work;
    const shareLeft = this.services.deadline.forWorkMs / this.timeForWorkMs;
    const delivery = await deliverObject(
      {
        object: event.object,
        source,
        from: event.continuation?.position,
        answer: this.prefetch.take(event.object),
      },
      this.services,
    );
    if (delivery.outcome === "unfinished") await this.continueUnfinished(work, delivery, shareLeft);
    else if (delivery.outcome === "failed") {
      const error = delivery.error instanceof Error ? delivery.error : new Error(messageOf(delivery.error));
      // The others of the batch would meet the same listener, and the same secret.
      if (isOfToken(error) || error instanceof ListenerUnavailable) this.stopped = error;
      if (error instanceof ObjectDamaged) await this.setDamagedAside(work, delivery, error);
      else this.setAside(work, delivery, error);
    }
  }

  /**
   * Damage never changes: no other run is worth it. Where the message alone does not say what is left, a continuation from
   * behind the last record that was shipped goes to the dead-letter queue in its place.
   */
  private async setDamagedAside(work: Work, delivery: Delivery, error: ObjectDamaged): Promise<void> {
    const isWholeMessage = !delivery.progressed && isAlone(work);
    if (isWholeMessage || !this.services.handOver.canBury) this.setAside(work, delivery, error);
    else {
      const shipped = delivery.reached?.record ?? 0;
      const reason = `${error.message}; records of it that were shipped: ${shipped}`;
      await this.giveUp(work, continuationOf(work, delivery), reason);
    }
  }

  /** @param shareLeft what was left of the run when the object was started: the less, the less a stall tells */
  private async continueUnfinished(work: Work, delivery: Delivery, shareLeft: number): Promise<void> {
    const { handOver, metrics } = this.services;
    const left = continuationOf(work, delivery);
    const stall = delivery.progressed ? 0 : shareLeft > 0.5 ? 1 : endOfRunStall;
    const continuation = { ...left, stalled: left.stalled + stall };
    if (!handOver.isPossible) {
      this.fail(work, new DeliveryError("the time ran out, and QUEUE_URL names no queue to continue from"));
    } else if (continuation.stalled < longestStall) this.continueLater(work, continuation, 0);
    else {
      const reason = `no progress in ${longestStall} runs: raise the function's timeout or memory, then redrive the message`;
      metrics.add("ObjectsFailed");
      await this.giveUp(work, { ...continuation, stalled: 0 }, reason);
    }
  }

  /** Puts what is left of an object into the dead-letter queue. Redriven, it starts with the count that it has here. */
  private async giveUp(work: Work, continuation: Continuation, reason: string): Promise<void> {
    const { handOver, logger } = this.services;
    const { bucket, key } = work.event.object;
    logger.error("object given up", { bucket, key, reason });
    try {
      // Without the queue's URL, SQS moves the message after its receives.
      if (!handOver.canBury) throw new DeliveryError(reason);
      await handOver.bury(renderContinuation(continuation), reason);
    } catch (error) {
      this.fail(work, error as Error);
    }
  }

  /**
   * Lets an object be tried again without repeating what was shipped: where it got somewhere, or its message
   * holds other objects, it goes on as a message of its own; else its message simply comes back.
   */
  private setAside(work: Work, delivery: Delivery | undefined, error: Error): void {
    if (this.services.handOver.isPossible && (delivery?.progressed || !isAlone(work))) {
      this.continueLater(work, continuationOf(work, delivery), retryDelaySeconds);
    } else this.fail(work, error);
  }

  /** Leaves an object that was not started to a later run, without using up a receive of its message. */
  private postpone(work: Work, reason: Error, delaySeconds: number): void {
    if (this.services.handOver.isPossible)
      this.continueLater(work, continuationOf(work, undefined), delaySeconds);
    else this.fail(work, reason);
  }

  private continueLater(work: Work, continuation: Continuation, delaySeconds: number): void {
    this.leftOver.push({ work, continuation, delaySeconds });
  }

  private fail(work: Work, error: Error): void {
    for (const message of work.messages) this.failures.set(message, error);
  }

  private async handOverRest(): Promise<void> {
    const { handOver, logger, metrics } = this.services;
    const failed = await handOver.continueLater(this.leftOver);
    for (const { work, continuation, delaySeconds } of this.leftOver) {
      const error = failed.get(continuation);
      const { bucket, key } = work.event.object;
      if (error) {
        logger.error("object not handed over", { bucket, key, error: error.message });
        this.fail(work, error);
      } else {
        metrics.add("Continuations");
        logger.info("object handed over", {
          bucket,
          key,
          offset: continuation.position?.offset ?? 0,
          delaySeconds,
        });
      }
    }
  }
}

/** Whether there is no token that the listener takes: then no object can be shipped. */
function isOfToken(error: Error): boolean {
  return error instanceof TokenRefused || error instanceof TokenUnreadable;
}
