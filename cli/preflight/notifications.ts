import type { NotificationConfiguration, S3 } from "@aws-sdk/client-s3";

/** Keys that a rule is about. */
export interface KeyFilter {
  readonly prefix: string;
  readonly suffix: string;
}

/** A rule of a bucket's notifications. */
export interface NotificationRule extends KeyFilter {
  readonly id: string;
  readonly kind: "queue" | "topic" | "function";
  readonly destination: string;
  readonly events: readonly string[];
}

/** Whom a bucket tells of its objects. */
export interface Notifications {
  readonly rules: readonly NotificationRule[];
  readonly eventBridge: boolean;
}

type Rules = NonNullable<NotificationConfiguration["QueueConfigurations"]>;

/** Reads a bucket's notifications. */
export async function readNotifications(s3: S3, Bucket: string, signal: AbortSignal): Promise<Notifications> {
  const answer = await s3.getBucketNotificationConfiguration({ Bucket }, { abortSignal: signal });
  const { QueueConfigurations = [], TopicConfigurations = [], LambdaFunctionConfigurations = [] } = answer;
  return {
    rules: [
      ...QueueConfigurations.map((rule) => ruleOf("queue", rule.QueueArn, rule)),
      ...TopicConfigurations.map((rule) => ruleOf("topic", rule.TopicArn, rule)),
      ...LambdaFunctionConfigurations.map((rule) => ruleOf("function", rule.LambdaFunctionArn, rule)),
    ],
    eventBridge: answer.EventBridgeConfiguration !== undefined,
  };
}

function ruleOf(
  kind: NotificationRule["kind"],
  destination = "",
  { Id: id = "", Events: events = [], Filter }: Pick<Rules[number], "Id" | "Events" | "Filter">,
): NotificationRule {
  const valueOf = (name: string): string =>
    decoded(Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? "");
  return { id, kind, destination, events, prefix: valueOf("prefix"), suffix: valueOf("suffix") };
}

/** Filters are encoded as keys are in events. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Whether a rule is about objects that are created, in whichever way. */
export function isOfCreation({ events }: NotificationRule): boolean {
  return events.some((event) => /^s3:ObjectCreated:/.test(event));
}

/** Whether some key fits both. S3 takes no two such rules of one event. Source: S3 user guide, "Configuring event notifications using object key name filtering". */
export function overlap(one: KeyFilter, other: KeyFilter): boolean {
  const prefixes = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  const suffixes = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
  return prefixes && suffixes;
}

/** Whether a rule is about every key that is wanted. */
export function covers(rule: NotificationRule, { prefix, suffix }: KeyFilter): boolean {
  return (
    rule.events.includes("s3:ObjectCreated:*") &&
    prefix.startsWith(rule.prefix) &&
    suffix.endsWith(rule.suffix)
  );
}

/** How people read a rule. */
export function describeRule({ id, kind, destination, prefix, suffix, events }: NotificationRule): string {
  const keys = prefix === "" && suffix === "" ? "all keys" : `keys ${prefix}*${suffix}`;
  return `${id === "" ? "a rule" : id}: ${events.join(", ")} of ${keys} to the ${kind} ${destination}`;
}
