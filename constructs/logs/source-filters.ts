import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { resolvedText } from "../foundation/references";
import { show, type Problem } from "../foundation/validation";
import { bucketIdentity } from "../access/bucket-identity";
import type { HookSource } from "./hook-source";
import type { HookInApp } from "./hooks-of-app";

const advice =
  "; S3 takes no two rules that match one key: write prefixes of which none starts with another, or join the sources";

/**
 * Sources of one construct that cannot stand beside each other. Filters that meet are refused where S3 compares them;
 * a rule of EventBridge announces what two of them hold once.
 */
export function overlapsWithin(
  construct: IConstruct,
  sources: readonly HookSource[],
  comparedByS3: boolean,
): Problem[] {
  return pairs(sources).flatMap(([source, index, earlier, earlierIndex]) => {
    if (!sameBucket(construct, source, earlier)) return [];
    const path = `sources[${index}]`;
    const [prefix, earlierPrefix] = [source, earlier].map((one) => resolvedText(construct, one.prefix ?? ""));
    if (prefix === earlierPrefix) {
      const text =
        `has the bucket and prefix of sources[${earlierIndex}] (${describe(construct, source)}), and the function tells ` +
        "sources apart by prefix; join the two";
      return [{ path, text }];
    }
    if (!comparedByS3 || !filtersMeet(construct, source, earlier)) return [];
    return [{ path, text: overlapText(construct, source, `sources[${earlierIndex}]`, earlier) }];
  });
}

/** Sources that overlap those of other hooks of the stack: all rules of a bucket go into one resource. */
export function overlapsWithOthers(
  construct: IConstruct,
  sources: readonly HookSource[],
  others: readonly HookInApp[],
): Problem[] {
  return sources.flatMap((source, index) =>
    others.flatMap(({ path: owner, sources: theirs }) =>
      theirs
        .filter((other) => sameBucket(construct, source, other) && filtersMeet(construct, source, other))
        .map((other) => ({
          path: `sources[${index}]`,
          text: overlapText(construct, source, `a source of ${owner}`, other),
        })),
    ),
  );
}

function sameBucket(construct: IConstruct, one: HookSource, other: HookSource): boolean {
  return bucketIdentity(construct, one.bucket) === bucketIdentity(construct, other.bucket);
}

/**
 * Whether S3 would refuse the two as rules of one bucket: one prefix starts with the other and one suffix ends with
 * the other. Source: S3 user guide, "Configuring event notifications using object key name filtering".
 */
function filtersMeet(construct: IConstruct, one: HookSource, other: HookSource): boolean {
  // Of references all that is known is their own text: those that are different may or may not meet.
  const resolve = ({ prefix = "", suffix = "" }: HookSource): [string, string] => [
    resolvedText(construct, prefix),
    resolvedText(construct, suffix),
  ];
  const [prefix, suffix] = resolve(one);
  const [otherPrefix, otherSuffix] = resolve(other);
  return (
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

function overlapText(
  construct: IConstruct,
  source: HookSource,
  otherName: string,
  other: HookSource,
): string {
  const bucket = Token.isUnresolved(source.bucket) ? "the same bucket" : `the bucket ${show(source.bucket)}`;
  return (
    `(${describe(construct, source)}) overlaps ${otherName} (${describe(construct, other)}) on ` +
    bucket +
    advice
  );
}

function describe(construct: IConstruct, { prefix = "", suffix = "" }: HookSource): string {
  const end = suffix === "" ? "" : `, suffix ${show(resolvedText(construct, suffix))}`;
  return `prefix ${show(resolvedText(construct, prefix))}${end}`;
}

function pairs<Item>(items: readonly Item[]): [Item, number, Item, number][] {
  return items.flatMap((item, index) =>
    items
      .slice(0, index)
      .map((earlier, earlierIndex): [Item, number, Item, number] => [item, index, earlier, earlierIndex]),
  );
}
