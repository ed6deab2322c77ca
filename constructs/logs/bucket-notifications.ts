import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification/index.js";
import { dependable, TerraformStack, Token, type TerraformProvider, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { createHash } from "node:crypto";
import { providerOf, useProvider } from "../foundation/provider";
import { resolvedText } from "../foundation/references";
import { bucketIdentity } from "../access/bucket-identity";
import { filterText } from "./filter-text";
import type { HookSource } from "./hook-source";

/** Objects of one bucket whose creation is announced to a queue. */
export interface QueueRule {
  /** Name of the rule's owner; it starts the rule's id. */
  readonly owner: string;
  readonly bucket: string;
  /** Decoded, as {@link filterText} takes it. */
  readonly prefix?: string;
  /** Decoded as well. */
  readonly suffix?: string;
  readonly queueArn: string;
}

/** S3's own form of a notification, for whoever writes the bucket's notifications. */
export interface NotificationDocument {
  readonly QueueConfigurations: readonly {
    readonly Id: string;
    readonly QueueArn: string;
    readonly Events: readonly string[];
    readonly Filter: { readonly Key: { readonly FilterRules: readonly { Name: string; Value: string }[] } };
  }[];
}

const events = ["s3:ObjectCreated:*"];

/**
 * The notifications of one bucket. AWS keeps one configuration a bucket and each write replaces it, so a stack has
 * one resource a bucket, with the rules of all that asked for one. It takes the bucket's notifications over: rules
 * that others have made are removed when it is applied.
 */
export class BucketNotifications extends Construct {
  readonly resource: S3BucketNotification;
  private readonly rules: QueueRule[] = [];
  private readonly dependencies = new Set<string>();

  /** The notifications of a bucket in the stack of the construct. */
  static of(scope: Construct, bucket: string): BucketNotifications {
    const stack = TerraformStack.of(scope);
    const identity = bucketIdentity(stack, bucket);
    const own = `${stack.node.path}/`;
    const name = identity.startsWith(own) ? identity.slice(own.length) : identity;
    const id = `logzio-notifications-${name.replace(/[^A-Za-z0-9_.-]/g, "-")}`;
    const existing = stack.node.tryFindChild(id);
    if (existing instanceof BucketNotifications) return existing;
    return new BucketNotifications(stack, id, bucket, providerOf(scope));
  }

  private constructor(scope: Construct, id: string, bucket: string, provider: TerraformProvider | undefined) {
    super(scope, id);
    useProvider(this, provider);
    this.resource = new S3BucketNotification(this, "notification", { bucket });
  }

  /** Switches the bucket on for EventBridge, beside its rules. */
  enableEventBridge(bucket: string): void {
    this.name(bucket);
    this.resource.eventbridge = true;
  }

  /** Adds a rule; what it depends on is the queue's policy, without which S3 refuses the whole configuration. */
  add(rule: QueueRule, dependency: TerraformResource): void {
    this.rules.push(rule);
    this.name(rule.bucket);
    this.dependencies.add(dependable(dependency));
    this.resource.dependsOn = [...this.dependencies].sort();
    this.resource.putQueue(
      sorted(this, this.rules).map(({ id, queueArn, prefix, suffix }) => ({
        id,
        queueArn,
        events,
        filterPrefix: prefix === undefined || prefix === "" ? undefined : filterText(prefix),
        filterSuffix: suffix === undefined || suffix === "" ? undefined : filterText(suffix),
      })),
    );
  }

  /** Of a name and a reference to the same bucket, the reference also has Terraform make the bucket first. */
  private name(bucket: string): void {
    if (!Token.isUnresolved(this.resource.bucketInput)) this.resource.bucket = bucket;
  }
}

/** The rules as S3 takes them from whoever owns the bucket's notifications. */
function notificationDocument(scope: Construct, rules: readonly QueueRule[]): NotificationDocument {
  return {
    QueueConfigurations: sorted(scope, rules).map(({ id, queueArn, prefix = "", suffix = "" }) => ({
      Id: id,
      QueueArn: queueArn,
      Events: events,
      Filter: {
        Key: {
          FilterRules: [
            { Name: "prefix", Value: filterText(prefix) },
            { Name: "suffix", Value: filterText(suffix) },
          ].filter(({ Value }) => Value !== ""),
        },
      },
    })),
  };
}

/** The documents of some rules, by bucket. */
export function notificationDocuments(
  scope: Construct,
  rules: readonly QueueRule[],
): Record<string, NotificationDocument> {
  const identities = rules.map(({ bucket }) => bucketIdentity(scope, bucket));
  return Object.fromEntries(
    [...new Set(identities)].map((identity) => {
      const own = rules.filter((_, index) => identities[index] === identity);
      return [own.at(0)?.bucket ?? identity, notificationDocument(scope, own)];
    }),
  );
}

/** A rule for each source of a hook. */
export function queueRules(owner: string, sources: readonly HookSource[], queueArn: string): QueueRule[] {
  return sources.map(({ bucket, prefix, suffix }) => ({ owner, bucket, prefix, suffix, queueArn }));
}

/** In the order of their ids, which do not change when sources are listed in another order. */
function sorted(scope: Construct, rules: readonly QueueRule[]): (QueueRule & { readonly id: string })[] {
  // A reference is another text in each process until it is resolved.
  const filters = ({ prefix = "", suffix = "" }: QueueRule): string =>
    resolvedText(scope, `${prefix}\n${suffix}`);
  return rules
    .map((rule) => ({ ...rule, id: `${rule.owner}-${hash(filters(rule))}` }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
