import type { SourceSettings } from "../../lambdas/runtime/environment";
import type { HookSource } from "./hook-source";
import { documentSettings } from "./log-source";

/** How objects are announced. */
export const hookTriggers = ["s3", "eventbridge", "sns", "none"] as const;
export type HookTrigger = (typeof hookTriggers)[number];

/** How a hook learns of objects. */
export interface TriggerProps {
  /**
   * How objects are announced. "s3": this stack writes the notifications of each bucket, and takes over the ones that
   * are there. "eventbridge": a rule on the account's event bus, beside whatever notifications the buckets have; they
   * must be switched on for EventBridge. "sns": subscriptions to topics that the buckets notify already. "none": nothing
   * is written on the buckets; `notificationDocuments` says what their owner has to write.
   */
  readonly trigger: HookTrigger;
  /**
   * With the trigger "eventbridge": whether this stack switches the buckets on for EventBridge. S3 keeps the switch with
   * the notifications, so it takes over the ones that are there, as "s3" does.
   * @default false: the buckets' owner switches them on
   */
  readonly enableEventBridge?: boolean;
  /** With the trigger "sns": ARNs of the topics, in the region of the stack. */
  readonly topicArns?: readonly string[];
}

/** What the function is told of a source. */
export function hookSettings(source: HookSource, trigger: HookTrigger): SourceSettings {
  // S3's own filters have taken the suffix already, and encoded where it is a reference. SNS cannot filter by prefix and
  // suffix, and what has neither filter may come from both.
  const isFilteredByFunction = trigger === "eventbridge" || trigger === "sns";
  return { ...documentSettings(source), suffix: isFilteredByFunction ? source.suffix : undefined };
}
