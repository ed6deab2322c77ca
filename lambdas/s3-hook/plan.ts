import type { SourceMatch, Sources } from "../reading/sources";
import type { SourceSettings } from "../runtime/environment";
import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import type { ObjectEvent, ParsedMessage } from "./events";
import { compareEvents } from "./order";
import type { Work } from "./work";

export interface PlanServices {
  readonly sources: Sources;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What there is to do of a batch. */
export interface BatchPlan {
  /** The objects to ship, in order. */
  readonly works: readonly Work[];
  /** Messages that cannot be read, with the reason. */
  readonly unreadable: ReadonlyMap<ParsedMessage, Error>;
}

/** Finds what the messages ask to ship; what they hold beside is counted, and said. */
export function planBatch(messages: readonly ParsedMessage[], services: PlanServices): BatchPlan {
  const works = new Map<string, Work>();
  const unreadable = new Map<ParsedMessage, Error>();
  for (const message of messages) {
    const { messageId, error } = message;
    if (error) {
      services.logger.error("message failed", { messageId, error: error.message });
      unreadable.set(message, error);
    }
    for (const { reason, bucket, key } of message.skipped) skip(services, reason, bucket, key);
    for (const event of message.objects) {
      const identity = JSON.stringify(event);
      const same = works.get(identity);
      const source = same?.source ?? sourceOf(event, services);
      if (source) works.set(identity, { event, source, messages: [...(same?.messages ?? []), message] });
    }
  }
  return { works: [...works.values()].sort((a, b) => compareEvents(a.event, b.event)), unreadable };
}

function sourceOf({ object, continuation }: ObjectEvent, services: PlanServices): SourceSettings | undefined {
  const { bucket, key } = object;
  const match = services.sources.find(bucket, key);
  if (continuation?.source) return readAsNow(continuation.source, match);
  if ("source" in match) return match.source;
  if (match.skipped === "no source") {
    services.logger.warn("object has no source in SOURCES; is its bucket's notification still wanted?", {
      bucket,
      key,
    });
  }
  skip(services, match.skipped, bucket, key);
  return undefined;
}

/** The source as it was when the object was begun, but for the role that reads it, which may be another by now. */
function readAsNow(begun: SourceSettings, match: SourceMatch): SourceSettings {
  if (!("source" in match)) return begun;
  const { readRoleArn, readRoleExternalId } = match.source;
  return { ...begun, readRoleArn, readRoleExternalId };
}

function skip({ logger, metrics }: PlanServices, reason: string, bucket?: string, key?: string): void {
  metrics.add("ObjectsSkipped");
  logger.info("object skipped", { reason, bucket, key });
}
