import type { IConstruct } from "constructs";
import { isBucketPattern } from "../access/bucket-rules";
import { AwsContext } from "../foundation/aws-context";
import { settled } from "../foundation/reference-length";
import { resolvedText } from "../foundation/references";
import type { Problem } from "../foundation/validation";
import { objectKeyBytes } from "../foundation/limits";
import type { HookSource } from "./hook-source";

/** Characters of an event pattern, unless the quota is raised. Source: EventBridge user guide, "EventBridge quotas". */
const eventPatternCharacters = 2048;

type Matcher =
  string | { readonly prefix: string } | { readonly suffix: string } | { readonly wildcard: string };

/** Events of some buckets of one account. */
interface Alternative {
  readonly account: readonly [string];
  readonly detail: {
    readonly bucket: { readonly name: readonly Matcher[] };
    readonly object?: { readonly key: readonly Matcher[] };
  };
}

/**
 * The pattern of one rule for all sources, so that an object that two of them hold is announced once, and a changed list
 * of sources changes the rule in one step. The account is part of it, since a bus may get events of other accounts.
 */
export function eventPattern(construct: IConstruct, sources: readonly HookSource[]): string {
  const alternatives = alternativesOf(construct, sources);
  const events = { source: ["aws.s3"], "detail-type": ["Object Created"] };
  const only = alternatives.length === 1 ? alternatives[0] : { $or: alternatives };
  return JSON.stringify({ ...events, ...only });
}

/** What is wrong with sources that one pattern cannot hold. */
export function patternTooLong(
  construct: IConstruct,
  sources: readonly HookSource[],
  advice: string,
): Problem[] {
  const { length } = settled(construct, eventPattern(construct, sources), objectKeyBytes);
  if (length <= eventPatternCharacters) return [];
  return [
    {
      path: "sources",
      text:
        `make an event pattern of up to ${length} characters, and EventBridge allows ${eventPatternCharacters}; ` +
        `write a pattern of names in place of buckets, such as "org-logs-*", or ${advice}`,
    },
  ];
}

/** Buckets whose objects are picked in the same way are one alternative. */
function alternativesOf(construct: IConstruct, sources: readonly HookSource[]): Alternative[] {
  const own = AwsContext.of(construct).accountId;
  const buckets = new Map<string, { account: string; bucket: string; keys: Matcher[] | undefined }>();
  for (const source of sources) {
    const { bucket, accountId: account = own } = source;
    const identity = resolvedText(construct, `${account}/${bucket}`);
    const known = buckets.get(identity) ?? { account, bucket, keys: [] };
    const matcher = keyMatcher(source);
    // Without prefix and suffix the source holds every key, whatever the others pick.
    const keys = known.keys === undefined || matcher === undefined ? undefined : [...known.keys, matcher];
    buckets.set(identity, { ...known, keys });
  }
  const groups = new Map<string, Alternative>();
  for (const { account, bucket, keys } of buckets.values()) {
    const identity = resolvedText(construct, JSON.stringify({ account, keys }));
    const name = [...(groups.get(identity)?.detail.bucket.name ?? []), nameMatcher(bucket)];
    const detail = { bucket: { name }, ...(keys === undefined ? {} : { object: { key: keys } }) };
    groups.set(identity, { account: [account], detail });
  }
  return [...groups.values()];
}

function nameMatcher(bucket: string): Matcher {
  return isBucketPattern(bucket) ? { wildcard: bucket } : bucket;
}

/** EventBridge's keys are not encoded, as those of S3's own notifications are. Source: S3 user guide, "EventBridge events". */
function keyMatcher({ prefix = "", suffix = "" }: HookSource): Matcher | undefined {
  if (prefix !== "" && suffix !== "") return { wildcard: `${escaped(prefix)}*${escaped(suffix)}` };
  if (prefix !== "") return { prefix };
  return suffix === "" ? undefined : { suffix };
}

/** Source: EventBridge user guide, "Comparison operators", wildcard matching. */
function escaped(text: string): string {
  return text.replace(/[*\\]/g, "\\$&");
}
