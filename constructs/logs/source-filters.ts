import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { resolvedText } from "../foundation/references";
import { show, type Problem } from "../foundation/validation";
import type { HookSource } from "./hook-source";
import type { HookInStack } from "./hooks-of-stack";

const advice =
  "; S3 takes no two rules that match one key: write prefixes of which none starts with another, or join the sources";

/** Sources of one construct that cannot stand beside each other. */
export function overlapsWithin(construct: IConstruct, sources: readonly HookSource[]): Problem[] {
  return pairs(sources).flatMap(([source, index, earlier, earlierIndex]) => {
    if (!sameBucket(construct, source, earlier)) return [];
    const path = `sources[${index}]`;
    if ((source.prefix ?? "") === (earlier.prefix ?? "")) {
      const text =
        `has the bucket and prefix of sources[${earlierIndex}] (${filterText(source)}), and the function tells ` +
        "sources apart by prefix; join the two";
      return [{ path, text }];
    }
    if (!filtersMeet(source, earlier)) return [];
    return [{ path, text: overlapText(source, `sources[${earlierIndex}]`, earlier) }];
  });
}

/** Sources that overlap those of other constructs of the stack: all rules of a bucket go into one resource. */
export function overlapsWithOthers(
  construct: IConstruct,
  sources: readonly HookSource[],
  others: readonly HookInStack[],
): Problem[] {
  return sources.flatMap((source, index) =>
    others.flatMap(({ path: owner, sources: theirs }) =>
      theirs
        .filter((other) => sameBucket(construct, source, other) && filtersMeet(source, other))
        .map((other) => ({
          path: `sources[${index}]`,
          text: overlapText(source, `a source of ${owner}`, other),
        })),
    ),
  );
}

/**
 * What tells a bucket from others: its name, or the resource that it is a reference to. Two reads of one attribute
 * are different tokens, so references are compared by what they resolve to.
 */
export function bucketIdentity(scope: IConstruct, bucket: string): string {
  if (!Token.isUnresolved(bucket)) return bucket;
  const reference = resolvedText(scope, bucket);
  return reference.replace(/^\$\{(.*)\}$/, "$1").replace(/\.(id|bucket)$/, "");
}

function sameBucket(construct: IConstruct, one: HookSource, other: HookSource): boolean {
  return bucketIdentity(construct, one.bucket) === bucketIdentity(construct, other.bucket);
}

/**
 * Whether S3 would refuse the two as rules of one bucket: one prefix starts with the other and one suffix ends with
 * the other. Source: S3 user guide, "Configuring event notifications using object key name filtering".
 */
function filtersMeet(one: HookSource, other: HookSource): boolean {
  const [prefix, otherPrefix] = [one.prefix ?? "", other.prefix ?? ""];
  const [suffix, otherSuffix] = [one.suffix ?? "", other.suffix ?? ""];
  if ([prefix, otherPrefix, suffix, otherSuffix].some((text) => Token.isUnresolved(text))) return false;
  return (
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

function overlapText(source: HookSource, otherName: string, other: HookSource): string {
  const bucket = Token.isUnresolved(source.bucket) ? "the same bucket" : `the bucket ${show(source.bucket)}`;
  return `(${filterText(source)}) overlaps ${otherName} (${filterText(other)}) on ${bucket}${advice}`;
}

function filterText({ prefix = "", suffix = "" }: HookSource): string {
  return `prefix ${show(prefix)}${suffix === "" ? "" : `, suffix ${show(suffix)}`}`;
}

function pairs<Item>(items: readonly Item[]): [Item, number, Item, number][] {
  return items.flatMap((item, index) =>
    items
      .slice(0, index)
      .map((earlier, earlierIndex): [Item, number, Item, number] => [item, index, earlier, earlierIndex]),
  );
}
